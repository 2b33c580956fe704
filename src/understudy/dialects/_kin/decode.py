"""From the family's requests to calls. Fields that nobody knows are accepted, as these providers do: they differ in them.

What is missing or of the wrong type is refused with a failure of kind `invalid_request`, said in the provider's words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NoReturn

import msgspec
from msgspec import Struct

from understudy.dialects import Options
from understudy.dialects import _asked as asked
from understudy.dialects._kin.style import Style, in_turns
from understudy.dialects._prompts import Prompt, read, texts
from understudy.errors import RequestError
from understudy.model.call import Call, Message, Operation
from understudy.model.http import Request
from understudy.model.reply import Failure

Decode = Callable[[Request, Mapping[str, str], Options], Call]
Check = Callable[[dict[str, Any], bytes], None]
"""Looks at a body, as it was read and as it came, and refuses it."""

_MOST_CHOICES = 128
_MOST_LOGPROBS = 20
_OFFERED = frozenset(
    (
        *("tools", "tool_choice", "parallel_tool_calls", "response_format", "reasoning_effort", "thinking"),
        *("web_search_options", "service_tier"),
    )
)
_TURN = frozenset(("role", "content", "name", "tool_calls", "tool_call_id"))
_encode = msgspec.json.encode
SPELLED = {**asked.USUAL, "random_seed": "seed"}
"""The names of the family for what is asked of the sampling."""


class Rules(Struct, frozen=True):
    """What a provider refuses in its own words, where it does not leave that to the family.

    `checks` look at a body that is read strictly, by the operation it asks for, and raise; `unread` refuses a body that is no
    JSON object; None leaves that to the family.
    """

    checks: Mapping[str, Check]
    unread: Callable[[bytes], Failure] | None = None


class Extra(Struct, gc=False):
    """What the family asks beside a neutral call.

    `body` is the whole request, for what only one provider knows, or all of a plain one but what is said in it. `logprobs` is
    how many alternatives to name, None when no probabilities are wanted; `prompts` are a text completion's, as they came;
    `unlisted` says that a closed catalogue does not show the model, where something else may know it.
    """

    body: dict[str, Any] = {}
    stops: tuple[str, ...] = ()
    include_usage: bool = False
    logprobs: int | None = None
    base64: bool = False
    dimensions: int | None = None
    prompts: tuple[Prompt, ...] = ()
    unlisted: bool = False


def refuse(message: str, param: str | None = None, status: int = 400) -> NoReturn:
    """Refuse a request."""
    raise RequestError(Failure(status, "invalid_request", message, param))


def body_of(request: Request, options: Options, *needed: str) -> dict[str, Any]:
    """Read the body, which must have these members."""
    value = asked.object_of(request.body, strict=options.strict, missing="Request body is missing.")
    if options.strict:
        needs(value, *needed)
    return value


def needs(value: dict[str, Any], *names: str) -> None:
    """Refuse a body without some members."""
    for name in names:
        if value.get(name) in (None, "", []):
            refuse(f"Field required: {name}", name)


def checked(operation: str, rules: Rules | None, request: Request, options: Options, *needed: str) -> dict[str, Any]:
    """Read the body, refused in the provider's words where it has its own."""
    check = None if rules is None else rules.checks.get(operation)
    if rules is None or check is None:
        return body_of(request, options, *needed)
    if rules.unread is None:
        value = body_of(request, options)
    else:
        try:
            value = asked.object_of(request.body, strict=options.strict, missing="")
        except RequestError:
            raise RequestError(rules.unread(request.body)) from None
    if options.strict:
        check(value, request.body)
    return value


def model_of(value: dict[str, Any], options: Options) -> str:
    """Read the model."""
    return asked.served_model(value, options)


def chat(name: str, rules: Rules | None = None) -> Decode:
    """Make the decoder of a provider's chats."""

    def in_full(request: Request, options: Options) -> Call:
        value = checked("chat", rules, request, options, "model", "messages")
        if options.strict and not isinstance(value.get("messages"), list):
            refuse("Input should be a valid list: messages", "messages")
        call = conversation(name, value, request, options)
        return of_a_kind(call, value, "messages") if _are_turns(value.get("messages")) else call

    def decode(request: Request, _params: Mapping[str, str], options: Options) -> Call:
        style = options.style
        if not isinstance(style, Style):
            return in_full(request, options)
        where = b"strict" if options.strict else b""
        return style.beside.read(request.body, where, in_turns, partial(in_full, request, options))

    return decode


def _are_turns(messages: Any) -> bool:
    """Say whether messages are texts, calls and their results."""
    turns = asked.objects(messages)
    if not turns or len(turns) != len(messages) or any(not turn.keys() <= _TURN for turn in turns):
        return False
    return asked.are_texts([{"role": turn.get("role"), "content": turn.get("content") or ""} for turn in turns])


def of_a_kind(call: Call, value: dict[str, Any], said: str) -> Call:
    """Say of a plain call of what kind it is."""
    kind = asked.kind_of({name: wish for name, wish in value.items() if name not in _OFFERED}, said)
    if kind is not None and call.choices == 1:
        offered = {name: wish for name, wish in value.items() if name in _OFFERED}
        call.kind = (call.dialect, call.operation, kind, _encode(offered) if offered else b"")
        call.extra.body = {name: wish for name, wish in value.items() if name != said}
    return call


def conversation(name: str, value: dict[str, Any], request: Request, options: Options) -> Call:
    """Make the call of a chat."""
    messages = [_message(item) for item in asked.objects(value.get("messages"))]
    form = value.get("response_format")
    return Call(
        "chat",
        name,
        model_of(value, options),
        messages,
        asked.last_user(messages),
        value.get("stream") is True,
        asked.whole(value.get("max_completion_tokens")) or asked.whole(value.get("max_tokens")),
        extra(value),
        request.body,
        tools=asked.function_tools(value.get("tools")),
        tool_choice={"any": "required"}.get(str(value.get("tool_choice")), value.get("tool_choice")),
        response_format=form if isinstance(form, dict) else None,
        choices=choices(value),
        parallel=value.get("parallel_tool_calls") is not False,
        sampling=asked.sampling(value, SPELLED),
    )


def extra(value: dict[str, Any]) -> Extra:
    """Read what the family asks beside a neutral call."""
    top = asked.whole(value.get("top_logprobs")) or 0
    wants = value.get("logprobs")
    if isinstance(wants, int) and not isinstance(wants, bool):
        top, wants = wants, True
    return Extra(
        value,
        asked.texts(value.get("stop")),
        asked.mapping(value.get("stream_options")).get("include_usage") is True,
        min(top, _MOST_LOGPROBS) if wants is True else None,
        value.get("encoding_format") == "base64",
        asked.whole(value.get("dimensions")) or asked.whole(value.get("output_dimension")),
    )


def choices(value: dict[str, Any]) -> int:
    """Read how many answers are wanted."""
    return min(max(1, asked.whole(value.get("n")) or 1), _MOST_CHOICES)


def _message(item: dict[str, Any]) -> Message:
    bodies = [(call, asked.mapping(call.get("function"))) for call in asked.objects(item.get("tool_calls"))]
    calls = [asked.called(body.get("name"), body.get("arguments"), call.get("id")) for call, body in bodies]
    content, name, result = item.get("content"), item.get("name"), item.get("tool_call_id")
    return Message(
        str(item.get("role", "user")),
        content if isinstance(content, str | list) else None,
        name if isinstance(name, str) else None,
        calls or None,
        result if isinstance(result, str) else None,
    )


def embedding(name: str, rules: Rules | None = None, *, tokens: bool = False) -> Decode:
    """Make the decoder of a provider's embeddings; `tokens` says that it takes tokens as well as texts."""

    def decode(request: Request, _params: Mapping[str, str], options: Options) -> Call:
        value = checked("embedding", rules, request, options, "model", "input")
        model = model_of(value, options)
        given = value.get("input")
        inputs = texts(read(given), model) if tokens else asked.texts(given)
        if options.strict and not inputs:
            refuse("Input should be a string or a list of strings: input", "input")
        user = inputs[0] if inputs else ""
        return Call(
            "embedding",
            name,
            model,
            user=user,
            extra=extra(value),
            body=request.body,
            inputs=inputs or ("",),
        )

    return decode


def catalogue(name: str, operation: Operation | None = None) -> Decode:
    """Make the decoder of requests without a body: for models or one of them, unless they are for something else."""

    def decode(request: Request, params: Mapping[str, str], options: Options) -> Call:
        model = params.get("id", "")
        if model:
            asked.require_listed(model, options)
        return Call(operation or ("model" if model else "models"), name, model, extra=Extra(), body=request.body)

    return decode
