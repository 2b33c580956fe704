"""From Ollama's requests to calls. Streaming is the default; limits and stop sequences stand in `options`.

In: a request. Out: a `Call` and, in `extra`, what only this dialect asks. An empty prompt is no question: it loads a model.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Literal

from msgspec import Struct

from understudy.dialects import Options
from understudy.dialects import _asked as asked
from understudy.model.call import Call, Message
from understudy.model.http import Request

_MOST_LOGPROBS = 20
_SPELLED = {
    **{name: name for name in ("temperature", "top_p", "top_k", "min_p", "seed", "frequency_penalty", "presence_penalty")},
    "repeat_penalty": "repetition_penalty",
}


class Extra(Struct, gc=False):
    """What only this dialect asks.

    `only` says that the request loads or unloads a model and asks nothing; `thinks` is false when thoughts are not to be shown;
    `logprobs` is how many alternatives to name, None when no probabilities are wanted.
    """

    stops: tuple[str, ...] = ()
    thinks: bool = True
    only: Literal["load", "unload"] | None = None
    logprobs: int | None = None
    dimensions: int | None = None


def _body(request: Request, options: Options) -> dict[str, Any]:
    value = asked.object_of(request.body, strict=options.strict, missing="missing request body")
    if options.strict and not (value.get("model") or value.get("name")):
        asked.refuse("model is required")
    return value


def _model(value: dict[str, Any], options: Options) -> str:
    model = str(value.get("model") or value.get("name") or options.default_model)
    asked.require_listed(model, options)
    return model


def _extra(value: dict[str, Any], *, is_empty: bool) -> Extra:
    top = value.get("top_logprobs", 0)
    if not isinstance(top, int) or not 0 <= top <= _MOST_LOGPROBS:
        asked.refuse("top_logprobs must be between 0 and 20")
    only: Literal["load", "unload"] | None = None
    if is_empty:
        only = "unload" if value.get("keep_alive") in (0, "0", "0s") else "load"
    return Extra(
        asked.texts(asked.mapping(value.get("options")).get("stop")),
        value.get("think") is not False,
        only,
        top if value.get("logprobs") is True else None,
    )


def _call(value: dict[str, Any], messages: list[Message], request: Request, options: Options, extra: Extra) -> Call:
    form = value.get("format")
    wanted = asked.json_schema(form) if isinstance(form, dict) else {"type": "json_object"} if form == "json" else None
    return Call(
        "model" if extra.only else "chat",
        "ollama",
        _model(value, options),
        messages,
        asked.last_user(messages),
        value.get("stream") is not False and extra.only is None,
        asked.whole(asked.mapping(value.get("options")).get("num_predict")),
        extra,
        request.body,
        tools=asked.function_tools(value.get("tools")),
        response_format=wanted,
        sampling=asked.sampling(asked.mapping(value.get("options")), _SPELLED),
    )


def chat(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /api/chat."""
    value = _body(request, options)
    given = asked.objects(value.get("messages"))
    return _call(value, [_message(item) for item in given], request, options, _extra(value, is_empty=not given))


def generate(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /api/generate: a conversation of one turn."""
    value = _body(request, options)
    prompt, system = value.get("prompt"), value.get("system")
    messages = [Message("system", system)] if isinstance(system, str) and system else []
    if isinstance(prompt, str) and prompt:
        messages.append(Message("user", _content(prompt, value.get("images"))))
    return _call(value, messages, request, options, _extra(value, is_empty=not prompt))


def _message(item: dict[str, Any]) -> Message:
    bodies = [(call, asked.mapping(call.get("function"))) for call in asked.objects(item.get("tool_calls"))]
    calls = [asked.called(body.get("name"), body.get("arguments"), call.get("id")) for call, body in bodies]
    name, result = item.get("tool_name"), item.get("tool_call_id")
    return Message(
        str(item.get("role", "user")),
        _content(item.get("content"), item.get("images")),
        name if isinstance(name, str) else None,
        calls or None,
        result if isinstance(result, str) else None,
    )


def _content(value: Any, images: Any) -> str | list[Any]:
    text = value if isinstance(value, str) else ""
    if not isinstance(images, list) or not images:
        return text
    return [{"type": "text", "text": text}, *({"type": "image", "image": image} for image in images)]


def embed(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /api/embed."""
    value = _body(request, options)
    given = value.get("input")
    if options.strict and given is not None and not isinstance(given, str | list):
        asked.refuse("invalid input type")
    inputs = tuple(item for item in (given if isinstance(given, list) else [given]) if isinstance(item, str))
    wanted = asked.whole(value.get("dimensions"))
    return _embedding(value, inputs, wanted, request, options)


def embeddings(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /api/embeddings, the older form: one prompt."""
    value = _body(request, options)
    return _embedding(value, (str(value.get("prompt") or ""),), None, request, options)


def _embedding(value: dict[str, Any], inputs: tuple[str, ...], wanted: int | None, request: Request, options: Options) -> Call:
    operation: Literal["embedding", "model"] = "embedding" if inputs else "model"  # no input: the model is only loaded
    user, extra = inputs[0] if inputs else "", Extra(dimensions=wanted)
    return Call(operation, "ollama", _model(value, options), user=user, extra=extra, body=request.body, inputs=inputs)


def named(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode requests about one model: show, pull, push, create, delete."""
    value = _body(request, options)
    return _about(value, _model(value, options), request)


def copied(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /api/copy."""
    value = asked.object_of(request.body, strict=options.strict, missing="missing request body")
    source = value.get("source")
    if options.strict and not source:
        asked.refuse(f'source "{source or ""}" is invalid')
    asked.require_listed(str(source), options)
    return _about(value, str(source or ""), request)


def fetched(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /api/pull, /api/push and /api/create, which make models that need not be listed."""
    value = _body(request, options)
    return _about(value, str(value.get("model") or value.get("name") or options.default_model), request)


def _about(value: dict[str, Any], model: str, request: Request) -> Call:
    return Call("model", "ollama", model, stream=value.get("stream") is not False, extra=Extra(), body=request.body)


def nothing(request: Request, _params: Mapping[str, str], _options: Options) -> Call:
    """Decode requests without a body: tags, ps, version, and the root."""
    return Call("models", "ollama", extra=Extra(), body=request.body)


def blob(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /api/blobs/{digest}: a file that a model is to be made of; its name must be that of its content."""
    found = f"sha256:{sha256(request.body).hexdigest()}"
    if options.strict and params["digest"] != found:
        asked.refuse(f'digest mismatch, expected "{params["digest"]}", got "{found}"')
    return nothing(request, params, options)
