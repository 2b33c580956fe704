"""From the requests of the Messages API to calls.

The plain request (texts, sampling, streaming) is decoded straight into typed structs whose bounds are the API's. Everything
else, and everything wrong, is read field by field: the `check` modules have the API's words for what it refuses. Lenient
decoding skips the checks and takes what can be understood of any JSON object, and of no body at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Meta, Struct

from understudy.dialects import Options
from understudy.dialects._asked import Unasked, last_user, loose_object, sampling
from understudy.dialects.anthropic import check, check_fields, check_messages, check_together, wishes
from understudy.dialects.anthropic.caching import prefixes
from understudy.dialects.anthropic.conversation import MARKED, PlainMessage, is_text, told
from understudy.dialects.anthropic.families import SHORTEST, family
from understudy.dialects.anthropic.pages import page_of
from understudy.dialects.anthropic.version import NEWEST, is_beta, version_of
from understudy.dialects.anthropic.wishes import Extra
from understudy.errors import RequestError
from understudy.model.call import Call, Message, Operation
from understudy.model.http import Request
from understudy.model.reply import Failure
from understudy.untrusted import NOT_JSON

if TYPE_CHECKING:
    from understudy.dialects.anthropic.press import Press


_ABSENT: Any = None  # what is null is refused


class _Metadata(Struct, gc=False, forbid_unknown_fields=True):
    user_id: str | None = None


class _Plain(Unasked, gc=False, forbid_unknown_fields=True):
    """A plain request. It has every member of a `Sampling` and stands for one, which costs nothing."""

    messages: Annotated[list[PlainMessage], Meta(min_length=1)]
    model: Annotated[str, Meta(min_length=1)]
    max_tokens: Annotated[int, Meta(ge=0)]
    system: str = ""
    stream: bool = False
    temperature: Annotated[float, Meta(ge=0, le=1)] = _ABSENT
    top_p: Annotated[float, Meta(ge=0, le=1)] = _ABSENT
    top_k: int = _ABSENT
    metadata: _Metadata | None = None
    frequency_penalty: ClassVar[None] = None
    presence_penalty: ClassVar[None] = None
    seed: ClassVar[None] = None


_plain = msgspec.json.Decoder(_Plain).decode
# What bears on no answer that is fixed, beside the conversation: its sampling, and who asks.
_UNHEARD = frozenset(("messages", "system", "stream", "metadata", "temperature", "top_p", "top_k"))
_THINKING = b'"thinking"'
_NOTHING = Extra()
_BETAS = {(long, fills): Extra(long=long, fills=fills) for long in (False, True) for fills in (False, True)}


def create(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /v1/messages."""
    version = version_of(request, options)
    if not options.strict:
        return _otherwise(request, version, options)
    try:
        body = _plain(request.body)
    except NOT_JSON:
        return _otherwise(request, version, options)
    sampled: Any = body
    model, messages, limit = body.model, body.messages, body.max_tokens
    last = messages[-1]
    is_long = limit > SHORTEST and limit > (family(model).longest or limit)
    if last.role != "user" or is_long or (_samples(body) and not _may_sample(body, version)):
        return _in_full(request, version, options)
    if options.only_listed:
        require_listed(model, options)
    spoken = [Message("system", body.system), *messages] if body.system else messages
    user = last.content or ""
    extra = _beta(request)
    kind = (model, limit, extra.long, extra.fills)
    return Call("chat", "anthropic", model, spoken, user, body.stream, limit, extra, request.body, kind, sampled)


def _otherwise(request: Request, version: str, options: Options) -> Call:
    """Decode a request that is not plain."""
    full = partial(_in_full, request, version, options)
    style: Press | None = options.style
    if style is None:
        return full()
    beta = _beta(request)
    where = b"%b %d%d%d%d" % (version.encode("utf-8", "replace"), options.strict, is_beta(request), beta.long, beta.fills)
    said = partial(told, version=version, thinks=_THINKING in request.body)
    return style.beside.read(request.body, where, said, full)


def _in_full(request: Request, version: str, options: Options) -> Call:
    """Decode all of a request."""
    value = _checked(request, version, "chat") if options.strict else _loose(request.body)
    return _read(value, request, options, "chat")


def count(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /v1/messages/count_tokens: the same body, without a limit."""
    if not options.strict:
        return _read(_loose(request.body), request, options, "stored")
    return _read(_checked(request, version_of(request, options), "stored"), request, options, "stored")


def catalogue(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode GET /v1/models."""
    version_of(request, options)
    page = page_of(dict(parse_qsl(request.head.query)), strict=options.strict)
    return Call("models", "anthropic", extra=Extra(page=page))


def listed_model(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode GET /v1/models/{id}; only listed models exist here when the catalogue is closed."""
    version_of(request, options)
    if options.only_listed:
        require_listed(params["id"], options)
    return Call("model", "anthropic", params["id"], extra=_NOTHING)


def require_listed(model: str, options: Options) -> None:
    """Refuse a model that a closed catalogue does not show."""
    if all(listed.id != model for listed in options.listed):
        raise RequestError(Failure(404, "model_not_found", f"model: {model}"))


def _beta(request: Request) -> Extra:
    """Read what betas change of the window."""
    named = request.head.headers.get("anthropic-beta")
    return _BETAS["context-1m" in named, "model-context-window-exceeded" in named] if named else _NOTHING


def _samples(body: Any) -> bool:
    return body.temperature is not None or body.top_p is not None or body.top_k is not None


def _may_sample(body: Any, version: str) -> bool:
    """Say whether the model takes the sampling that a plain request asks for, whatever its values."""
    traits = family(body.model)
    both = body.temperature is not None and body.top_p is not None
    return version < NEWEST and traits.samples and (traits.mixes or not both)


def _checked(request: Request, version: str, operation: Operation) -> dict[str, Any]:
    """Read a body as the API does, or refuse it with the API's words."""
    value = check.body_object(request.body)
    _refuse_threads(value)
    needed = ("model", "messages", "max_tokens") if operation == "chat" else ("model", "messages")
    check_fields.fields(value, check_fields.BEFORE, needed)
    check.required(value, "messages")
    check_messages.messages(value["messages"], version)
    check_fields.fields(value, check_fields.AFTER, needed)
    check_together.together(value, version, is_beta=is_beta(request))
    check_messages.conversation(value["messages"], prefills=family(value["model"]).prefills)
    if (value.get("thinking") or {}).get("type") == "enabled":
        check_messages.thoughts(value["messages"])
    if value.get("container") is not None and not _runs_code(value):
        check.refuse("container: Container identifier can only be provided when using the code execution tool")
    return value


def _runs_code(value: dict[str, Any]) -> bool:
    return any(kind.startswith("code_execution") for _, kind in wishes.served(value))


def _loose(body: bytes) -> dict[str, Any]:
    """Read a body that need not be there, and need not be an object; a conversation that is to be held is not gone on with."""
    value = loose_object(body)
    thread = value.get("thread")
    if isinstance(thread, dict) and thread.get("type") == "continue":
        _refuse_threads(value)
    return value


def _refuse_threads(value: dict[str, Any]) -> None:
    """Refuse to hold a conversation (a beta), in the way that makes clients send all of it."""
    if value.get("thread") is not None:
        message = "thread: Threads are not supported for this request. Send the full conversation without `thread`."
        raise RequestError(Failure(400, "invalid_request", message, code="thread_unsupported_request"))


def _read(value: dict[str, Any], request: Request, options: Options, operation: Operation) -> Call:
    """Make a call of a JSON object, whatever it holds; what has the wrong type counts as absent."""
    model = str(value.get("model") or options.default_model)
    if options.only_listed and value.get("model"):
        require_listed(model, options)
    messages, limit = wishes.messages(value), value.get("max_tokens")
    choice = wishes.tool_choice(value)
    marked = prefixes(value, model, choice) if operation == "chat" and MARKED in request.body else ()
    extra = wishes.own_wishes(value, _beta(request), files=b'"file_id"' in request.body)
    kind = None
    if operation == "chat" and not (marked or extra.files) and all(map(is_text, messages)):
        heard = msgspec.json.encode({name: asked for name, asked in value.items() if name not in _UNHEARD})
        kind = model, extra.long, extra.fills, heard
    return Call(
        operation,
        "anthropic",
        model,
        messages,
        last_user(messages),
        value.get("stream") is True,
        limit if isinstance(limit, int) and not isinstance(limit, bool) and limit >= 0 else None,
        extra,
        request.body,
        kind,
        tools=wishes.tools(value),
        tool_choice=choice,
        response_format=wishes.response_format(value),
        parallel=wishes.parallel(value),
        prefixes=marked,
        sampling=sampling(value),
    )
