"""Text Embeddings Inference: vectors, rankings and tokens of the server's own paths, and OpenAI's embeddings.

No recordings: the forms are the server's documentation's.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import mul
from typing import Any

import msgspec

from understudy.dialects import Moment, Options
from understudy.dialects import _asked as asked
from understudy.dialects._kin import Kin, KinDialect, endpoint, standard
from understudy.dialects._kin.decode import Extra, body_of, catalogue, model_of, refuse
from understudy.dialects._kin.errors import spoken, words
from understudy.dialects._kin.tokens import numbered
from understudy.model.call import Call, Operation
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.reply import Failure, Reply
from understudy.text.embedding import embed as vector_of
from understudy.text.logprobs import spelled

_SIZE = 768
_RANKED = 256  # dimensions of the vectors that are compared
_TYPES = {413: "Validation", 422: "Tokenizer", 424: "Backend", 429: "Overloaded", 503: "Unhealthy"}
_encode = msgspec.json.encode


def _error(failure: Failure) -> dict[str, Any]:
    _, _, message = words(failure, {"rate_limit": ("", None, "Model is overloaded")})
    return {"error": message, "error_type": failure.type or _TYPES.get(failure.status, "Validation")}


def _decode(operation: Operation, *needed: str) -> Any:
    def decode(request: Request, _params: Mapping[str, str], options: Options) -> Call:
        value = body_of(request, options, *needed)
        inputs = asked.texts(value.get("inputs") or value.get("query"))
        if options.strict and not inputs:
            refuse("`inputs` cannot be empty", status=422)
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
    found = [{"index": i, "score": round(-score, 7)} | ({"text": texts[i]} if with_text else {}) for score, i in scores]
    return Body(_encode(found), moment.prompt_tokens)


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
    limits = {"max_concurrent_requests": 512, "max_input_length": 512, "max_batch_tokens": 16384, "max_client_batch_size": 32}
    model = {"model_id": name, "model_sha": None, "model_dtype": "float16", "model_type": {"embedding": {"pooling": "cls"}}}
    return Body(_encode({**model, **limits, "auto_truncate": False, "tokenization_workers": 2, "version": "1.8.2"}))


def _nothing(_call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    return Body(b"")


KIN = Kin("tei", ("BAAI/bge-base-en-v1.5", "BAAI/bge-reranker-base"), ("",), failure=spoken(_error), vector_size=_SIZE)
_OPENAI = tuple(found for found in standard(KIN, "embeddings", base="/v1") if found.operation != "chat")
DIALECT = KinDialect(
    KIN,
    (
        *_OPENAI,
        endpoint("POST", "/embed", "embedding", _decode("embedding", "inputs"), _vectors),
        endpoint("POST", "/rerank", "embedding", _decode("embedding", "query", "texts"), _ranking),
        endpoint("POST", "/tokenize", "stored", _decode("stored", "inputs"), _tokenize, counts=False),
        endpoint("GET", "/info", "health", catalogue("tei"), _info, counts=False),
        endpoint("GET", "/health", "health", catalogue("tei"), _nothing, counts=False),
    ),
)
