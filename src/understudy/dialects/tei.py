"""Text Embeddings Inference: vectors, rankings and tokens of the server's own paths, and OpenAI's embeddings.

Documents and errors are those of the server's source (its router, July 2026).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from math import log1p
from typing import Any

import msgspec
from msgspec.structs import replace

from understudy.dialects import Endpoint, ErrorBody, Moment, Options
from understudy.dialects import _asked as asked
from understudy.dialects._kin import Kin, KinDialect, endpoint, standard
from understudy.dialects._kin.decode import Extra, body_of, catalogue, embedding, model_of
from understudy.dialects._kin.dialect import embeddings
from understudy.dialects._kin.errors import spoken, words
from understudy.dialects._kin.tokens import numbered, placed, text_of
from understudy.dialects._ranked import labelled, near, ranked, scores
from understudy.errors import RequestError
from understudy.model.call import Call, Operation
from understudy.model.frame import Body
from understudy.model.http import Request, RequestHead
from understudy.model.reply import Failure, Reply
from understudy.text.embedding import embed as vector_of
from understudy.text.logprobs import spelled

_SIZE = 768
_TOKEN_SIZE = 128  # of the vector of a token
_BATCH = 32  # texts that the server takes at once unless it is told otherwise
_SPLADE = 30522  # words that a sparse vector may weigh
_TYPES = {424: "Backend", 429: "Overloaded", 500: "Backend", 503: "Unhealthy"}
_encode = msgspec.json.encode


def _error(failure: Failure) -> dict[str, Any]:
    _, _, message = words(failure, {"rate_limit": ("", None, "Model is overloaded")})
    return {"error": message, "error_type": failure.type or _TYPES.get(failure.status, "Validation")}


def _as_openai(error: ErrorBody, _head: RequestHead) -> ErrorBody:
    """Say an error as the server does where it speaks as OpenAI."""
    said = msgspec.json.decode(error.data)
    return replace(error, data=_encode({"message": said["error"], "code": error.status, "type": said["error_type"]}))


def _inputs(value: Any) -> tuple[str, ...]:
    """Read texts, or the numbers of their tokens."""
    several = value if isinstance(value, list) and not all(isinstance(item, int) for item in value) else [value]
    found = [text_of(item) if isinstance(item, list) and all(isinstance(n, int) for n in item) else item for item in several]
    return asked.texts(found)


def _pairs(value: Any) -> tuple[str, ...]:
    """Read what is classified: a text, a pair of texts, or several such in lists of their own."""
    if isinstance(value, list) and any(isinstance(item, list) for item in value):
        return tuple(" ".join(asked.texts(item)) for item in value)
    return (" ".join(asked.texts(value)),) if asked.texts(value) else ()


def _check(options: Options, name: str, size: int) -> None:
    """Refuse no texts, and more than are taken at once."""
    if options.strict and not size:
        raise RequestError(Failure(400, "invalid_request", f"`{name}` cannot be empty", type="Empty"))
    if options.strict and size > _BATCH:
        message = f"batch size {size} > maximum allowed batch size {_BATCH}"
        raise RequestError(Failure(422, "unprocessable", message, type="Validation"))


def _decode(operation: Operation, read: Callable[[Any], tuple[str, ...]] = _inputs) -> Any:
    def decode(request: Request, _params: Mapping[str, str], options: Options) -> Call:
        value = body_of(request, options)  # inputs that are missing or empty are one thing to the server
        inputs = read(value.get("inputs"))
        _check(options, "inputs", len(inputs))
        extra = Extra(value, dimensions=asked.whole(value.get("dimensions")))
        found = Call(
            operation, "tei", model_of(value, options), user=inputs[0] if inputs else "", extra=extra, body=request.body
        )
        found.inputs = inputs or ("",)
        return found

    return decode


def _question(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /rerank; rules see the query."""
    value = body_of(request, options, "query")
    _check(options, "texts", len(asked.texts(value.get("texts"))))
    query = str(value.get("query") or "")
    extra = Extra(value)
    return Call("embedding", "tei", model_of(value, options), user=query, extra=extra, body=request.body, inputs=(query,))


def _either(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST / and /invocations: a question about texts, or texts alone."""
    value = asked.object_of(request.body, strict=False, missing="")
    return (_question if "query" in value else _decode("embedding"))(request, params, options)


def _vectors(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    told, size = zip(call.inputs, replies, strict=True), min(call.extra.dimensions or _SIZE, _SIZE)
    found = [reply.vectors[0] if reply.vectors else vector_of(text, size, call.model) for text, reply in told]
    return Body(_encode(found), moment.prompt_tokens)


def _each_token(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer a vector of each token."""
    found = [[vector_of(spelled(token), _TOKEN_SIZE, call.model) for _, token in numbered(text)] for text in call.inputs]
    return Body(_encode(found), moment.prompt_tokens)


def _sparse(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer which words bear on a text, and how much: more the oftener they stand there."""
    found = []
    for text in call.inputs:
        words = Counter(number % _SPLADE for number, _ in numbered(text))
        found.append([{"index": word, "value": round(log1p(count), 7)} for word, count in sorted(words.items())])
    return Body(_encode(found), moment.prompt_tokens)


def _predictions(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer the labels of each text, the most probable first; of a single one they are the whole answer."""
    found = []
    for text, reply in zip(call.inputs, replies, strict=True):
        found.append([{"score": score, "label": f"LABEL_{i}"} for i, score in ranked(labelled(text, reply))])
    given = call.extra.body.get("inputs")
    is_batch = isinstance(given, list) and any(isinstance(item, list) for item in given)
    return Body(_encode(found if is_batch else found[0]), moment.prompt_tokens)


def _ranking(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    texts = asked.texts(call.extra.body.get("texts"))
    with_text = call.extra.body.get("return_text") is True
    found = ranked(scores(call.user, texts, replies[0]))
    rows = [{"index": i, **({"text": texts[i]} if with_text else {}), "score": score} for i, score in found]
    return Body(_encode(rows), moment.prompt_tokens)


def _answered(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    return (_ranking if "query" in call.extra.body else _vectors)(call, replies, moment)


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
    return Body(_encode(near(call.user, *call.inputs)), moment.prompt_tokens)


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
    found = [
        [{"id": token["id"], "text": token["text"], "special": False, **token} for token in placed(text)]
        for text in call.inputs
    ]
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


def _openais(path: str) -> Endpoint:
    return replace(endpoint("POST", path, "embedding", embedding("tei"), _openai), refuses=_as_openai)


KIN = Kin("tei", ("BAAI/bge-base-en-v1.5", "BAAI/bge-reranker-base"), ("",), failure=spoken(_error), vector_size=_SIZE)
_MODELS = tuple(found for found in standard(KIN, base="/v1") if found.operation != "chat")
DIALECT = KinDialect(
    KIN,
    (
        *_MODELS,
        _openais("/v1/embeddings"),
        _openais("/embeddings"),
        endpoint("POST", "/embed", "embedding", _decode("embedding"), _vectors),
        endpoint("POST", "/embed_all", "embedding", _decode("embedding"), _each_token),
        endpoint("POST", "/embed_sparse", "embedding", _decode("embedding"), _sparse),
        endpoint("POST", "/predict", "embedding", _decode("embedding", _pairs), _predictions),
        endpoint("POST", "/rerank", "embedding", _question, _ranking),
        endpoint("POST", "/", "embedding", _either, _answered),
        endpoint("POST", "/invocations", "embedding", _either, _answered),
        endpoint("POST", "/similarity", "embedding", _similarities, _similarity),
        endpoint("POST", "/decode", "stored", _text, _decoded, counts=False),
        endpoint("POST", "/tokenize", "stored", _decode("stored"), _tokenize, counts=False),
        endpoint("GET", "/", "health", catalogue("tei"), _nothing, counts=False),
        endpoint("GET", "/info", "health", catalogue("tei"), _info, counts=False),
        endpoint("GET", "/health", "health", catalogue("tei"), _nothing, counts=False),
        endpoint("GET", "/ping", "health", catalogue("tei"), _nothing, counts=False),
    ),
)
