"""Text Embeddings Inference: vectors, rankings and tokens of the server's own paths, and OpenAI's embeddings.

Documents and errors are those of the server's source (its router, July 2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import mul
from typing import Any

import msgspec

from understudy.dialects import Moment, Options
from understudy.dialects import _asked as asked
from understudy.dialects._kin import Kin, KinDialect, endpoint, standard
from understudy.dialects._kin.decode import Extra, body_of, catalogue, embedding, model_of
from understudy.dialects._kin.dialect import embeddings
from understudy.dialects._kin.errors import spoken, words
from understudy.dialects._kin.tokens import numbered, text_of
from understudy.errors import RequestError
from understudy.model.call import Call, Operation
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.reply import Failure, Reply
from understudy.text.embedding import embed as vector_of
from understudy.text.logprobs import spelled

_SIZE = 768
_RANKED = 256  # dimensions of the vectors that are compared
_TYPES = {424: "Backend", 429: "Overloaded", 500: "Backend", 503: "Unhealthy"}
_encode = msgspec.json.encode


def _error(failure: Failure) -> dict[str, Any]:
    _, _, message = words(failure, {"rate_limit": ("", None, "Model is overloaded")})
    return {"error": message, "error_type": failure.type or _TYPES.get(failure.status, "Validation")}


def _decode(operation: Operation, *needed: str) -> Any:
    def decode(request: Request, _params: Mapping[str, str], options: Options) -> Call:
        value = body_of(request, options, *needed)  # inputs that are missing or empty are one thing to the server
        inputs = asked.texts(value.get("inputs") or value.get("query"))
        if options.strict and not inputs:
            raise RequestError(Failure(400, "invalid_request", "`inputs` cannot be empty", type="Empty"))
        inputs = inputs or ("",)
        found = Call(operation, "tei", model_of(value, options), user=inputs[0], extra=Extra(value), body=request.body)
        found.inputs = inputs
        return found

    return decode


def _vectors(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    told = zip(call.inputs, replies, strict=True)
    found = [reply.vectors[0] if reply.vectors else vector_of(text, _SIZE, call.model) for text, reply in told]
    return Body(_encode(found), moment.prompt_tokens)


def _near(one: str, other: str) -> float:
    return max(0.0, float(sum(map(mul, vector_of(one, _RANKED), vector_of(other, _RANKED)))))


def _ranking(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    texts = asked.texts(call.extra.body.get("texts"))
    scores = sorted((-_near(call.user, text), i) for i, text in enumerate(texts))
    with_text = call.extra.body.get("return_text") is True
    found = [{"index": i, **({"text": texts[i]} if with_text else {}), "score": round(-score, 7)} for score, i in scores]
    return Body(_encode(found), moment.prompt_tokens)


def _similarities(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /similarity: one sentence, and those to compare it with."""
    value = body_of(request, options, "inputs")
    given = asked.mapping(value.get("inputs"))
    sentences = asked.texts(given.get("sentences"))
    if options.strict and not sentences:
        raise RequestError(Failure(400, "invalid_request", "`inputs.sentences` cannot be empty", type="Empty"))
    source = str(given.get("source_sentence") or "")
    return Call(
        "embedding", "tei", model_of(value, options), user=source, extra=Extra(value), body=request.body, inputs=sentences
    )


def _similarity(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    return Body(_encode([round(_near(call.user, text), 7) for text in call.inputs]), moment.prompt_tokens)


def _openai(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer OpenAI's embeddings: what the family says, without what this server does not."""
    found = embeddings(KIN, call, replies, moment)
    document = msgspec.json.decode(found.data)
    usage = {name: document["usage"][name] for name in ("prompt_tokens", "total_tokens")}
    whole = {"object": "list", "data": document["data"], "model": call.model, "usage": usage}
    return Body(_encode(whole), found.prompt_tokens)


def _text(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /decode: tokens of one text or of several."""
    value = body_of(request, options, "ids")
    return Call("stored", "tei", model_of(value, options), extra=Extra(value), body=request.body)


def _decoded(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    ids = call.extra.body.get("ids")
    several = ids if isinstance(ids, list) and ids and isinstance(ids[0], list) else [ids]
    known = [[number for number in each if isinstance(number, int)] if isinstance(each, list) else [] for each in several]
    return Body(_encode([text_of(each) for each in known]))


def _tokenize(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    found = []
    for text in call.inputs:
        tokens, at = [], 0
        for number, token in numbered(text):
            shown = spelled(token)
            tokens.append({"id": number, "text": shown, "special": False, "start": at, "stop": at + len(token)})
            at += len(token)
        found.append(tokens)
    return Body(_encode(found))


def _info(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    name = moment.options.listed[0].id if moment.options.listed else moment.options.default_model
    limits: dict[str, Any] = {"max_concurrent_requests": 512, "max_input_length": 512, "max_batch_tokens": 16384}
    limits |= {"max_batch_requests": None, "max_client_batch_size": 32}
    model = {"model_id": name, "model_sha": None, "model_dtype": "float16", "served_model_name": name}
    router = {"tokenization_workers": 2, "version": "1.8.2", "sha": None, "docker_label": None}
    return Body(_encode({**model, "model_type": {"embedding": {"pooling": "cls"}}, **limits, "auto_truncate": False, **router}))


def _nothing(_call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    return Body(b"")


KIN = Kin("tei", ("BAAI/bge-base-en-v1.5", "BAAI/bge-reranker-base"), ("",), failure=spoken(_error), vector_size=_SIZE)
_MODELS = tuple(found for found in standard(KIN, base="/v1") if found.operation != "chat")
DIALECT = KinDialect(
    KIN,
    (
        *_MODELS,
        endpoint("POST", "/v1/embeddings", "embedding", embedding("tei"), _openai),
        endpoint("POST", "/embeddings", "embedding", embedding("tei"), _openai),
        endpoint("POST", "/embed", "embedding", _decode("embedding"), _vectors),
        endpoint("POST", "/rerank", "embedding", _decode("embedding", "query", "texts"), _ranking),
        endpoint("POST", "/similarity", "embedding", _similarities, _similarity),
        endpoint("POST", "/decode", "stored", _text, _decoded, counts=False),
        endpoint("POST", "/tokenize", "stored", _decode("stored"), _tokenize, counts=False),
        endpoint("GET", "/info", "health", catalogue("tei"), _info, counts=False),
        endpoint("GET", "/health", "health", catalogue("tei"), _nothing, counts=False),
        endpoint("GET", "/ping", "health", catalogue("tei"), _nothing, counts=False),
    ),
)
