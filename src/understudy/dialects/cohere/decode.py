"""From Cohere's requests (v2) to calls.

In: a request. Out: a `Call` and, in `extra`, what only this dialect asks. Tool results may be documents; rules see their text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Options
from understudy.dialects import _asked as asked
from understudy.dialects.cohere import check
from understudy.errors import RequestError
from understudy.model.call import Call, Message
from understudy.model.http import Request
from understudy.model.reply import Failure

_SPELLED = {
    **{name: name for name in ("temperature", "seed", "frequency_penalty", "presence_penalty")},
    "p": "top_p",
    "k": "top_k",
}
_PLAIN = frozenset(("model", "messages", "stream", "max_tokens", "stop_sequences", "thinking", "safety_mode", *_SPELLED))
_ROLES = ("user", "assistant", "system")
_TYPES = ("float", "int8", "uint8", "binary", "ubinary", "base64")


class Extra(Struct, gc=False):
    """What only this dialect asks.

    `thinks` is false when thinking is disabled, `odds` says that probabilities are wanted. `types` and `dimensions` are of an
    embedding, `pictures` the images it is of; `documents` and `top` of a ranking.
    """

    stops: tuple[str, ...] = ()
    thinks: bool = True
    odds: bool = False
    types: tuple[str, ...] = ("float",)
    dimensions: int | None = None
    pictures: int = 0
    documents: tuple[str, ...] = ()
    top: int | None = None


def _body(request: Request, options: Options) -> dict[str, Any]:
    try:
        return asked.object_of(request.body, strict=options.strict, missing="")
    except RequestError:
        raise RequestError(Failure(400, "malformed_json", check.syntax(request.body))) from None


def _model(value: dict[str, Any], options: Options) -> str:
    model = str(value.get("model") or options.default_model)
    asked.require_listed(model, options)
    return model


def chat(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /v2/chat."""
    value = _body(request, options)
    if options.strict:
        check.chat(value)
    stops = asked.texts(value.get("stop_sequences"))
    messages = [_message(item) for item in asked.objects(value.get("messages"))]
    documents = value.get("documents")
    if isinstance(documents, list) and documents:
        messages.insert(0, Message("document", "\n".join(map(_document, documents))))
    call = Call(
        "chat",
        "cohere",
        _model(value, options),
        messages,
        asked.last_user(messages),
        value.get("stream") is True,
        asked.whole(value.get("max_tokens")),
        Extra(stops, asked.mapping(value.get("thinking")).get("type") != "disabled", value.get("logprobs") is True),
        request.body,
        tools=asked.function_tools(value.get("tools")),
        tool_choice={"REQUIRED": "required", "NONE": "none"}.get(str(value.get("tool_choice"))),
        response_format=_format(value.get("response_format")),
        sampling=asked.sampling(value, _SPELLED),
    )
    if value.keys() <= _PLAIN and asked.are_texts(value.get("messages")) and all(said.role in _ROLES for said in messages):
        call.kind = (call.model, call.max_tokens, stops, call.extra.thinks)
    return call


def _format(value: Any) -> dict[str, Any] | None:
    form = asked.mapping(value)
    if form.get("type") != "json_object":
        return None
    schema = asked.schema(form.get("json_schema")) or asked.schema(form.get("schema"))
    return {"type": "json_object"} if schema is None else asked.json_schema(schema)


def _message(item: dict[str, Any]) -> Message:
    content = item.get("content")
    bodies = [(call, asked.mapping(call.get("function"))) for call in asked.objects(item.get("tool_calls"))]
    calls = [asked.called(body.get("name"), body.get("arguments"), call.get("id")) for call, body in bodies]
    if isinstance(content, list):
        content = [_part(part) for part in content]
    elif not isinstance(content, str):
        content = str(item.get("tool_plan") or "")
    result = item.get("tool_call_id")
    role = str(item.get("role", "user"))
    return Message(role, content, None, calls or None, result if isinstance(result, str) else None)


def _part(part: Any) -> Any:
    """A part as it is; a document as its text."""
    if isinstance(part, dict) and part.get("type") == "document":
        return {"type": "text", "text": _document(part.get("document"))}
    return part


def _document(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("data", value)
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def embed(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /v2/embed."""
    value = _body(request, options)
    texts = [item for item in value.get("texts") or () if isinstance(item, str)] if _lists(value, "texts") else []
    pictures = asked.texts(value.get("images"))
    for item in asked.objects(value.get("inputs")):
        parts = asked.objects(item.get("content"))
        texts.append("".join([part["text"] for part in parts if isinstance(part.get("text"), str)]))
    if options.strict:
        check.embed(value, len(texts))
        if not texts and not pictures:
            asked.refuse("invalid request: must provide either texts, images or inputs")
    types = asked.texts(value.get("embedding_types")) or ("float",)
    if options.strict and set(types) - set(_TYPES):
        asked.refuse(f"invalid request: embedding_types must be some of {', '.join(_TYPES)}")
    extra = Extra(types=types, dimensions=asked.whole(value.get("output_dimension")), pictures=len(pictures))
    inputs = (*texts, *pictures) or ("",)
    return Call("embedding", "cohere", _model(value, options), user=inputs[0], extra=extra, body=request.body, inputs=inputs)


def _lists(value: dict[str, Any], name: str) -> bool:
    return isinstance(value.get(name), list)


def rerank(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /v2/rerank; rules see the query."""
    value = _body(request, options)
    given = value.get("documents")
    documents = tuple(_text(item) for item in given) if isinstance(given, list) else ()
    if options.strict:
        check.rerank(value, documents)
    query, extra = str(value.get("query") or ""), Extra(documents=documents, top=asked.whole(value.get("top_n")))
    return Call("embedding", "cohere", _model(value, options), user=query, extra=extra, body=request.body, inputs=(query,))


def _text(item: Any) -> str:
    return item["text"] if isinstance(item, dict) and isinstance(item.get("text"), str) else _document(item)


def catalogue(request: Request, _params: Mapping[str, str], _options: Options) -> Call:
    """Decode GET /v1/models."""
    return Call("models", "cohere", extra=Extra(), body=request.body)


def listed_model(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode GET /v1/models/{id}."""
    asked.require_listed(params["id"], options)
    return Call("model", "cohere", params["id"], extra=Extra(), body=request.body)
