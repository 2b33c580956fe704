"""From Ollama's questions to calls. Streaming is the default; limits and stop sequences stand in `options`.

In: a request. Out: a `Call` and, in `extra`, what only this dialect asks. An empty prompt is no question: it loads a model.
Whether the model is there, and what it was made to say, is looked up later (`recall`). Refusals are those of the server's
source (`server/routes.go`, August 2026).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Literal

from msgspec import Struct

from understudy.dialects import Options
from understudy.dialects import _asked as asked
from understudy.dialects.ollama import check, plain
from understudy.dialects.ollama.context import conversation_of
from understudy.dialects.ollama.lifetime import seconds_of
from understudy.dialects.ollama.names import is_name
from understudy.errors import RequestError
from understudy.model.call import Call, Message
from understudy.model.http import Request
from understudy.model.reply import Failure

_MOST_LOGPROBS = 20
_SPELLED = {
    **{name: name for name in ("temperature", "top_p", "top_k", "min_p", "seed", "frequency_penalty", "presence_penalty")},
    "repeat_penalty": "repetition_penalty",
    "suffix": "suffix",
}


class Extra(Struct, gc=False):
    """What only this dialect asks.

    `only` says that the request loads or unloads a model and asks nothing; `thinks` is false when thoughts are not to be shown;
    `logprobs` is how many alternatives to name, None when no probabilities are wanted. `options` are those of the request,
    beside which a model may have some of its own; `stays` are the seconds that it is to stay in memory, None as long as before.
    `continues` says that a conversation is gone on with, `raw` that nothing is put around the prompt. `body` is the whole
    request where it is about a model, `settings` tell which models are listed; `counted` are the tokens of the prompt, once
    somebody asked. `kind` is that of the call if nothing that is kept bears on it.
    """

    stops: tuple[str, ...] = ()
    thinks: bool = True
    only: Literal["load", "unload"] | None = None
    logprobs: int | None = None
    dimensions: int | None = None
    options: dict[str, Any] = {}
    stays: float | None = None
    continues: bool = False
    raw: bool = False
    body: dict[str, Any] = {}
    settings: Options = Options()
    counted: int | None = None
    kind: Hashable = None


def counted(call: Call) -> int:
    """Count the tokens of a prompt, once."""
    extra: Extra = call.extra
    if extra.counted is None:
        extra.counted = asked.prompt_tokens(call)
    return extra.counted


def body_of(request: Request, options: Options, kind: check.Type | None = None) -> dict[str, Any]:
    """Read the body, which must be there, and fit the request it is, where its type is known."""
    if kind is None or not options.strict or not request.body.strip():
        return asked.object_of(request.body, strict=options.strict, missing="missing request body")
    value = asked.json_of(request.body)
    check.fit(value, kind)
    return value or {}


def model_of(value: dict[str, Any], options: Options, nameless: Failure) -> str:
    """Read the name of a model; `nameless` is what is said where there is none."""
    model = str(value.get("model") or value.get("name") or "")
    if options.strict and not model:
        raise RequestError(nameless)
    if options.strict and not is_name(model):
        asked.refuse("invalid model name")
    return model or options.default_model


NAMELESS = Failure(400, "invalid_request", "model is required")
_NOBODY = Failure(404, "model_not_found", subject="")


def _extra(value: dict[str, Any], settings: Options, *, is_empty: bool) -> Extra:
    top = value.get("top_logprobs") or 0
    if not isinstance(top, int) or not 0 <= top <= _MOST_LOGPROBS:
        asked.refuse("top_logprobs must be between 0 and 20")
    only: Literal["load", "unload"] | None = None
    stays, options = seconds_of(value.get("keep_alive"), strict=settings.strict), asked.mapping(value.get("options"))
    if is_empty:
        only = "unload" if stays == 0 else "load"
    return Extra(
        asked.texts(options.get("stop")),
        value.get("think") is not False,
        only,
        top if value.get("logprobs") is True else None,
        options=options,
        stays=stays,
        settings=settings,
    )


def _call(value: dict[str, Any], model: str, messages: list[Message], request: Request, extra: Extra, suffix: str = "") -> Call:
    form = value.get("format")
    wanted = asked.json_schema(form) if isinstance(form, dict) else {"type": "json_object"} if form == "json" else None
    found = Call(
        "model" if extra.only else "chat",
        "ollama",
        model,
        messages,
        asked.last_user(messages),
        value.get("stream") is not False and extra.only is None,
        extra=extra,
        body=request.body,
        tools=asked.function_tools(value.get("tools")),
        response_format=wanted,
    )
    limit(found, extra.options, suffix)
    return found


def limit(call: Call, options: dict[str, Any], suffix: str) -> None:
    """Say what options ask of the length and of the sampling of an answer, and what is to follow it."""
    call.max_tokens = asked.whole(options.get("num_predict"))
    call.sampling = asked.sampling({**options, "suffix": suffix or None}, _SPELLED)


def chat(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /api/chat."""
    body = plain.read(request.body)
    if body is not None:
        return _plainly(body, request, options)
    value = body_of(request, options, check.CHAT)
    given = asked.objects(value.get("messages"))
    extra = _extra(value, options, is_empty=not given)
    return _call(value, model_of(value, options, NAMELESS), [message_of(item) for item in given], request, extra)


def _plainly(body: plain.Plain, request: Request, settings: Options) -> Call:
    """Make the call of a plain chat."""
    options, messages = body.options or {}, body.messages
    stays = seconds_of(body.keep_alive, strict=settings.strict)
    extra = Extra(asked.texts(options.get("stop")), body.think is not False, options=options, stays=stays, settings=settings)
    stream, user = body.stream is not False, asked.last_user(messages)
    call = Call("chat", "ollama", body.model, messages, user, stream, extra=extra, body=request.body)
    limit(call, options, "")
    extra.kind = ("chat", call.model, call.max_tokens, extra.stops, extra.thinks)
    return call


def generate(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /api/generate: a conversation of one turn, or what was said so far (`context`) and one more."""
    value = body_of(request, options, check.GENERATE)
    extra, model = _extra(value, options, is_empty=not value.get("prompt")), model_of(value, options, _NOBODY)
    prompt, system, context = value.get("prompt"), value.get("system"), value.get("context")
    extra.raw, extra.continues = value.get("raw") is True, bool(context) and isinstance(context, list)
    if options.strict and extra.raw and (system or value.get("template") or context):
        asked.refuse("raw mode does not support template, system, or context")
    messages = conversation_of(context) if isinstance(context, list) else []
    if isinstance(system, str) and system:
        messages.append(Message("system", system))
    if isinstance(prompt, str) and prompt:
        messages.append(Message("user", _content(prompt, value.get("images"))))
    return _call(value, model, messages, request, extra, str(value.get("suffix") or ""))


def message_of(item: dict[str, Any]) -> Message:
    """Read a message."""
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
    value = body_of(request, options, check.EMBED)
    model, given = model_of(value, options, _NOBODY), value.get("input")
    several = given if isinstance(given, list) else [given] if given else []
    inputs = tuple(item for item in several if isinstance(item, str))
    if options.strict and len(inputs) != len(several):
        asked.refuse("invalid input type")
    return _embedding(value, model, inputs, asked.whole(value.get("dimensions")), request, options)


def embeddings(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /api/embeddings, the older form: one prompt."""
    value = body_of(request, options, check.EMBEDDINGS)
    prompt = str(value.get("prompt") or "")
    return _embedding(value, model_of(value, options, NAMELESS), (prompt,) if prompt else (), None, request, options)


def _embedding(
    value: dict[str, Any], model: str, inputs: tuple[str, ...], wanted: int | None, request: Request, options: Options
) -> Call:
    operation: Literal["embedding", "model"] = "embedding" if inputs else "model"  # no input: the model is only loaded
    extra = Extra(
        dimensions=wanted,
        options=asked.mapping(value.get("options")),
        stays=seconds_of(value.get("keep_alive"), strict=options.strict),
        settings=options,
    )
    return Call(operation, "ollama", model, user=inputs[0] if inputs else "", extra=extra, body=request.body, inputs=inputs)


def nothing(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode requests without a body: tags, ps, version, and the root."""
    return Call("models", "ollama", extra=Extra(settings=options), body=request.body)


def watch(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode what is asked of the server itself."""
    return Call("health", "ollama", extra=Extra(settings=options), body=request.body)
