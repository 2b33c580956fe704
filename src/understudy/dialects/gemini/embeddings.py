"""Vectors: of one content, of a batch of them, and as Vertex AI predicts them (wire.md 12).

In: a request, and then the replies of its texts. Out: a call, and then a body. What no rule answered is derived from the text.
Sources: batches of too many, langchain-ai/langchainjs 4491; empty parts, agno and others (2025, 2026); models of a batch, a
client's notes (2026-07).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from understudy.dialects import Moment, Options
from understudy.dialects.gemini.check import refuse
from understudy.dialects.gemini.decode import body_of, model_of, unsupported
from understudy.dialects.gemini.families import embeds, vector_size
from understudy.dialects.gemini.press import JSON
from understudy.dialects.gemini.prompt import counter
from understudy.dialects.gemini.shapes import BATCH_EMBED, EMBED, PREDICT
from understudy.dialects.gemini.wishes import Extra
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.reply import Failure, Reply
from understudy.text.embedding import decimals, embed

_LARGEST = 4096  # dimensions nobody may ask for more of; more would only cost memory
_MOST = 100  # requests in a batch
_ELSE = ("imagen", "imagegeneration", "imagetext", "veo", "lyria", "virtual-try-on")  # they predict images, videos, music


def one(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode embedContent."""
    value = body_of(request, EMBED, options)
    return _call(request, params, options, [value], "EmbedContentRequest.content", form="one")


def batch(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode batchEmbedContents."""
    value = body_of(request, BATCH_EMBED, options)
    given = value.get("requests", [])
    if options.strict and not given:
        refuse("* BatchEmbedContentsRequest.requests: requests is not specified\n")
    if len(given) > _MOST:
        refuse(f"* BatchEmbedContentsRequest.requests: at most {_MOST} requests can be in one batch\n")
    if options.strict:
        _named(given)
    return _call(request, params, options, given, "BatchEmbedContentsRequest.requests[{}].content", form="batch")


def predict(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode predict, the spelling of Vertex AI.

    Raises:
        RequestError: also for a model that would predict something else than vectors.
    """
    model = model_of(request, params, options)
    if model.casefold().startswith(_ELSE):
        raise RequestError(Failure(404, "model_not_found", f"{model} is not played here: predict makes vectors of texts."))
    value = body_of(request, PREDICT, options)
    wanted = value.get("parameters", {}).get("outputDimensionality")
    given = [
        {"content": {"parts": [{"text": item.get("content", "")}]}, "outputDimensionality": wanted}
        for item in value.get("instances", ())
    ]
    if options.strict and not given:
        refuse("Empty instances.")
    return _call(request, params, options, given, "instances[{}].content", form="predict")


def _call(
    request: Request, params: Mapping[str, str], options: Options, given: list[dict[str, Any]], path: str, *, form: Any
) -> Call:
    texts, sizes = [], []
    for i, item in enumerate(given):
        parts = item.get("content", {}).get("parts", [])
        if options.strict and not parts:
            refuse(f"* {path.format(i)}: content is not specified\n")
        if options.strict and any(part.get("text") == "" for part in parts):
            refuse("EmbedContentRequest.content contains an empty Part.")
        texts.append("".join(part.get("text", "") for part in parts))
        wanted = item.get("outputDimensionality", item.get("embedContentConfig", {}).get("outputDimensionality"))
        if wanted is not None and not 1 <= wanted <= _LARGEST:
            refuse(f"* {path.format(i).rpartition('.')[0]}.output_dimensionality: must be between 1 and {_LARGEST}\n")
        sizes.append(wanted)
    extra = Extra(sizes=tuple(sizes), form=form)
    model = model_of(request, params, options)
    if options.strict and model.startswith("gemini-") and not embeds(model):
        raise unsupported(model, request.head.path)
    return Call(
        "embedding", "gemini", model, user=texts[-1] if texts else "", extra=extra, body=request.body, inputs=tuple(texts)
    )


def _named(given: list[dict[str, Any]]) -> None:
    """Check that each request of a batch names its model, as the path does."""
    for i, item in enumerate(given):
        name = item.get("model", "")
        if not name:
            refuse(f"* BatchEmbedContentsRequest.requests[{i}].model: model is not specified\n")
        if "/" not in name:
            refuse(f"* BatchEmbedContentsRequest.requests[{i}].model: unexpected model name format\n")


def encode(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Encode one vector for each text."""
    vectors = [
        decimals(reply.vectors[0]) if reply.vectors else embed(text, size or vector_size(call.model))
        for text, size, reply in zip(call.inputs, call.extra.sizes, replies, strict=False)
    ]
    told = replies[0].usage if replies else None
    prompt = moment.prompt_tokens if told is None or told.prompt_tokens is None else told.prompt_tokens
    document = _document(call, vectors, prompt)
    return Body(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n", prompt, 0, JSON)


def _document(call: Call, vectors: Sequence[Sequence[float]], prompt: int) -> dict[str, Any]:
    if call.extra.form == "predict":
        counts = [counter().count(text) for text in call.inputs]
        found = [
            {"embeddings": {"values": vector, "statistics": {"truncated": False, "token_count": count}}}
            for vector, count in zip(vectors, counts, strict=True)
        ]
        return {"predictions": found, "metadata": {"billableCharacterCount": sum(map(len, call.inputs))}}
    values = [{"values": vector} for vector in vectors]
    document: dict[str, Any] = {"embeddings": values} if call.extra.form == "batch" else {"embedding": values[0]}
    if call.model.startswith("gemini-embedding-2"):
        details = [{"modality": "TEXT", "tokenCount": prompt}]
        document["usageMetadata"] = {"promptTokenCount": prompt, "promptTokenDetails": details}
    return document
