"""From chat bodies to calls.

The plain request (texts, sampling, streaming) is decoded straight into typed structs whose bounds are the API's. Everything
else, and everything wrong, is read field by field: `check` has the API's words for what it refuses. Lenient decoding skips the
checks and takes what can be understood of any JSON object, and of no body at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import Meta, Struct

from understudy.dialects import Options
from understudy.dialects._asked import USUAL, Unasked, last_user, loose_object, mapping, sampling, whole
from understudy.dialects._openai import check
from understudy.dialects._openai.families import UNDEMANDING, family
from understudy.dialects._openai.tuned import base_of
from understudy.dialects.openai import check_chat, turns, wishes
from understudy.dialects.openai.ignored import without
from understudy.dialects.openai.turns import PlainMessage
from understudy.dialects.openai.wishes import Extra
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.model.reply import Failure
from understudy.untrusted import NOT_JSON

if TYPE_CHECKING:
    from understudy.dialects.openai.press import Press

_Penalty = Annotated[float, Meta(ge=-2, le=2)]
_Count = Annotated[int, Meta(ge=1)]


class _Text(Struct, gc=False, forbid_unknown_fields=True):
    type: Literal["text"]
    text: str


class _MessageInParts(PlainMessage, gc=False, forbid_unknown_fields=True):
    content: str | list[_Text]  # type: ignore[assignment]  # wider than that of a plain message


class _StreamOptions(Struct, gc=False, forbid_unknown_fields=True):
    include_usage: bool = False
    include_obfuscation: bool = True


class _Plain(Unasked, gc=False, forbid_unknown_fields=True):
    """A plain request. It has every member of a `Sampling` and stands for one, which costs nothing."""

    messages: Annotated[list[PlainMessage], Meta(min_length=1)]
    model: Annotated[str, Meta(min_length=1)]
    stream: bool = False
    max_tokens: _Count | None = None
    max_completion_tokens: _Count | None = None
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    presence_penalty: _Penalty | None = None
    frequency_penalty: _Penalty | None = None
    seed: int | None = None
    user: str | None = None
    stream_options: _StreamOptions | None = None
    top_k: ClassVar[None] = None


class _PlainInParts(_Plain, gc=False, forbid_unknown_fields=True):
    messages: Annotated[list[_MessageInParts], Meta(min_length=1)]  # type: ignore[assignment]  # the same


STREAM_ASKED = re.compile(r"(?:^|&)stream=(?:true|1)(?:&|$)", re.IGNORECASE).search
"""Whether a query asks for a stream, as the query control does."""

_plain = msgspec.json.Decoder(_Plain).decode
_plain_in_parts = msgspec.json.Decoder(_PlainInParts).decode
# What bears on no answer that is fixed: its sampling, and who asks.
_UNHEARD = frozenset((*USUAL, "messages", "n", "user", "metadata", "safety_identifier", "prompt_cache_key"))
_NOTHING = Extra()
_SPELLED = {**USUAL, "verbosity": "verbosity"}


def chat(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode a chat completion request."""
    style = options.style
    if style is not None and style.ignores:
        return without(_otherwise(request, options), style.ignores)
    try:
        body = _plain(request.body)
    except NOT_JSON:
        found = _in_parts(request.body)
        if found is None:
            return _otherwise(request, options)
        body = found
    sampled: Any = body
    streams, extra = body.stream_options, _NOTHING
    if streams is not None:
        if not (body.stream or STREAM_ASKED(request.head.query)):
            return _otherwise(request, options)
        extra = Extra(streams.include_usage, obfuscate=streams.include_obfuscation)
    model, messages = body.model, body.messages
    if options.only_listed:
        require_listed(model, options)
    limit = body.max_completion_tokens or body.max_tokens
    if (limit is not None or model not in UNDEMANDING) and _may_be_refused(body, limit):
        return _otherwise(request, options)
    last = messages[-1]
    user = last.content if last.role == "user" and type(last.content) is str else last_user(messages)
    kind = model if limit is None and extra is _NOTHING else (model, limit, extra.include_usage, extra.obfuscate)
    return Call("chat", "openai", model, messages, user, body.stream, limit, extra, request.body, kind, sampled)


def _in_parts(data: bytes) -> _Plain | None:
    """Decode a request that is plain but for texts in parts; None of others."""
    try:
        body = _plain_in_parts(data)
    except NOT_JSON:
        return None
    for message in body.messages:
        if isinstance(message.content, list):
            parts: list[Any] = [{"type": "text", "text": part.text} for part in message.content]
            message.content = parts
    return body


def _otherwise(request: Request, options: Options) -> Call:
    """Decode a request that is not plain."""
    style: Press | None = options.style
    if style is None or style.ignores or STREAM_ASKED(request.head.query):
        return _in_full(request, options)
    where, said = (b"strict", turns.checked) if options.strict else (b"", turns.texts)
    return style.beside.read(request.body, where, said, partial(_in_full, request, options))


def _in_full(request: Request, options: Options) -> Call:
    """Decode all of a request."""
    value = _checked(request, options.style) if options.strict else loose_object(request.body)
    return _read(value, request.body, options)


def _may_be_refused(body: _Plain, limit: int | None) -> bool:
    """Say whether the model's family may refuse what a plain request says."""
    traits = family(body.model)
    if not traits.reasons:
        twice = body.max_tokens is not None and body.max_completion_tokens is not None
        does_else = not traits.chats or "search" in body.model or "audio" in body.model
        return does_else or (traits.known and (twice or (limit is not None and limit > traits.longest)))
    asked = (limit, body.temperature, body.top_p, body.presence_penalty, body.frequency_penalty)
    return any(value is not None for value in asked)


def _checked(request: Request, style: Press | None) -> dict[str, Any]:
    """Read a body as the API does, or refuse it with the API's words.

    What a style does not look at is not looked at here, and a server that a style imitates knows no families of models.
    """
    value = check.body_object(request.body)
    for name in style.ignores if style is not None else ():
        value.pop(name, None)
    check.model_of(value)
    if value.get("messages") is None:
        check.missing("messages")
    check_chat.chat(value, families=style is None or style.is_own)
    if value.get("stream_options") is not None and not value.get("stream") and not STREAM_ASKED(request.head.query):
        check.refuse("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")
    return value


def _read(value: dict[str, Any], body: bytes, options: Options) -> Call:
    """Make a call of a JSON object, whatever it holds; what has the wrong type counts as absent."""
    given = value.get("messages")
    messages = [wishes.message(item) for item in given] if isinstance(given, list) else []
    model = str(value.get("model") or options.default_model)
    if options.only_listed:
        require_listed(model, options)
    extra = wishes.extra_wishes(value, model, messages)
    call = Call(
        "chat",
        "openai",
        model,
        messages,
        last_user(messages),
        value.get("stream") is True,
        whole(value.get("max_completion_tokens")) or whole(value.get("max_tokens")),
        extra,
        body,
        None,
        sampling(value, _SPELLED),
        wishes.tools(value) + wishes.search(value, model),
        wishes.tool_choice(value),
        value.get("response_format"),
        (),
        min(whole(value.get("n")) or 1, 128),
        parallel=value.get("parallel_tool_calls") is not False,
    )
    speaks_of_json = mapping(call.response_format).get("type") == "json_object"  # which its messages have to
    if call.choices == 1 and not (extra.own or extra.store or speaks_of_json) and messages and turns.are_texts(messages):
        call.kind = msgspec.json.encode({name: asked for name, asked in value.items() if name not in _UNHEARD})
    return call


def require_listed(model: str, options: Options) -> None:
    """Refuse a model that a closed catalogue does not show; what was fine-tuned counts as the model it was made of."""
    if all(listed.id not in (model, base_of(model)) for listed in options.listed):
        message = f"The model `{model}` does not exist or you do not have access to it."
        raise RequestError(Failure(404, "model_not_found", message))
