"""From the requests of Text Embeddings Inference to calls: texts, pairs of them, questions about them, and several at once.

In: a request. Out: a `Call`. What cannot be read is refused by the web framework, what is too much or nothing by the server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from understudy.dialects import Options
from understudy.dialects import _asked as asked
from understudy.dialects._kin.decode import Decode, Extra, embedding, model_of
from understudy.dialects._kin.plain import body_of
from understudy.dialects._kin.tokens import text_of
from understudy.errors import RequestError
from understudy.model.call import Call, Operation
from understudy.model.http import Request
from understudy.model.reply import Failure

_BATCH = 32  # texts that the server takes at once unless it is told otherwise


def _inputs(value: Any) -> tuple[str, ...]:
    """Read texts, or the numbers of their tokens."""
    several = value if isinstance(value, list) and not all(isinstance(item, int) for item in value) else [value]
    found = [text_of(item) if isinstance(item, list) and all(isinstance(n, int) for n in item) else item for item in several]
    return asked.texts(found)


def pairs(value: Any) -> tuple[str, ...]:
    """Read what is classified: a text, a pair of texts, or several such in lists of their own."""
    if isinstance(value, list) and any(isinstance(item, list) for item in value):
        return tuple(" ".join(asked.texts(item)) for item in value)
    return (" ".join(asked.texts(value)),) if asked.texts(value) else ()


def _check(options: Options, name: str, size: int) -> None:
    """Refuse no texts, and more than are taken at once (`router/src/http/server.rs`)."""
    if options.strict and not size:
        raise RequestError(Failure(400, "invalid_request", f"`{name}` cannot be empty", type="Empty"))
    if options.strict and size > _BATCH:
        message = f"batch size {size} > maximum allowed batch size {_BATCH}"
        raise RequestError(Failure(413, "too_large", message, type="Validation"))


def asks(operation: Operation, read: Callable[[Any], tuple[str, ...]] = _inputs) -> Decode:
    """Make the decoder of texts."""

    def decode(request: Request, _params: Mapping[str, str], options: Options) -> Call:
        value = body_of(request, options, "inputs")
        return _texts(operation, value, read(value.get("inputs")), request, options)

    return decode


def _texts(operation: Operation, value: dict[str, Any], inputs: tuple[str, ...], request: Request, options: Options) -> Call:
    _check(options, "inputs", len(inputs))
    extra = Extra(value, dimensions=asked.whole(value.get("dimensions")))
    user = inputs[0] if inputs else ""
    return Call(operation, "tei", model_of(value, options), user=user, extra=extra, body=request.body, inputs=inputs or ("",))


def asks_ranking(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /rerank; rules see the query."""
    value = body_of(request, options, "query", "texts")
    _check(options, "texts", len(asked.texts(value.get("texts"))))
    query = str(value.get("query") or "")
    extra = Extra(value)
    return Call("embedding", "tei", model_of(value, options), user=query, extra=extra, body=request.body, inputs=(query,))


def asks_either(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST / and /invocations: a question about texts, a sentence to compare with others, or texts alone."""
    value = asked.object_of(request.body, strict=False, missing="")
    if "query" in value:
        return asks_ranking(request, params, options)
    return (asks_similarity if isinstance(value.get("inputs"), dict) else asks("embedding"))(request, params, options)


def of_instance(instance: dict[str, Any]) -> tuple[str, ...]:
    """The texts of an instance that rules see."""
    return (str(instance["query"]),) if "query" in instance else _inputs(instance.get("inputs"))


def asks_instances(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /vertex: several questions about texts, or texts to embed; rules see each by itself."""
    value = body_of(request, options, "instances")
    instances = asked.objects(value.get("instances"))
    for each in instances:
        name, texts = ("texts", asked.texts(each.get("texts"))) if "query" in each else ("inputs", _inputs(each.get("inputs")))
        _check(options, name, len(texts))
    inputs = tuple(text for each in instances for text in of_instance(each))
    user = inputs[0] if inputs else ""
    return Call(
        "embedding", "tei", model_of(value, options), user=user, extra=Extra(value), body=request.body, inputs=inputs or ("",)
    )


def asks_similarity(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /similarity: one sentence, and those to compare it with; it is one of the batch."""
    value = body_of(request, options, "inputs")
    given = asked.mapping(value.get("inputs"))
    sentences = asked.texts(given.get("sentences"))
    if options.strict and not sentences:
        raise RequestError(Failure(400, "invalid_request", "`inputs.sentences` cannot be empty", type="Empty"))
    _check(options, "inputs.sentences", len(sentences) + 1)
    source = str(given.get("source_sentence") or "")
    return Call(
        "embedding", "tei", model_of(value, options), user=source, extra=Extra(value), body=request.body, inputs=sentences
    )


def asks_as_openai(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode OpenAI's embeddings; the model need not be named."""
    value = body_of(request, options, "input")
    _check(options, "inputs", len(_inputs(value.get("input"))))
    found: Call = embedding("tei", tokens=True)(request, params, replace(options, strict=False))
    return found


def asks_text(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /decode: tokens of one text or of several."""
    value = body_of(request, options, "ids")
    return Call("stored", "tei", model_of(value, options), extra=Extra(value), body=request.body)
