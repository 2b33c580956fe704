"""From requests to calls: bodies of new responses, and paths and queries of what is kept.

What is wrong with a body is said by `check`; lenient decoding takes what can be understood. Of a body that was read before but
for its input only that is read. A call is whole after `recall`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from msgspec.structs import replace

from understudy.dialects import Options
from understudy.dialects._asked import USUAL, loose_object, sampling
from understudy.dialects._beside import cut_open
from understudy.dialects._openai.check import body_object, missing
from understudy.dialects._window import fitted
from understudy.dialects.openai_responses import check, check_items
from understudy.dialects.openai_responses.beside import Beside
from understudy.dialects.openai_responses.items import messages, normalised
from understudy.dialects.openai_responses.press import Press
from understudy.dialects.openai_responses.wishes import Json, Wish, listed
from understudy.errors import RequestError
from understudy.model.call import Call, Message, Operation, Sampling, Tool
from understudy.model.http import Request
from understudy.untrusted import NOT_JSON

NAME = "openai_responses"
_SPELLED = {**USUAL, "verbosity": "verbosity"}
_INCLUDE = ("include", "include[]")
_decode = msgspec.json.Decoder().decode


def created(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode the request for a new response."""
    known = options.style.besides if isinstance(options.style, Press) else None
    found = None if known is None else cut_open(request.body, "input", b"strict" if options.strict else b"")
    if known is None or found is None:
        return _in_full(request, options)
    key, told = found
    beside = known.get(key)
    if beside is not None:
        beside.came_again = True
        given = _given(told, strict=options.strict)
        return _in_full(request, options) if given is None else _like(beside, given, request)
    call = _in_full(request, options)
    known.keep(key, call.extra.beside, len(request.body) - len(told))
    return call


def _given(told: bytes, *, strict: bool) -> list[Json] | None:
    """Read an input alone; None for one that has to be looked at with the rest."""
    try:
        value = _decode(told)
        if strict:
            check_items.given(value, "input")
    except (*NOT_JSON, RequestError):
        return None
    return normalised(value) if value else None


def _like(beside: Beside, given: list[Json], request: Request) -> Call:
    """Make a call that is like another but for its input."""
    like = beside.call
    wish = Wish(like.extra.body, given, strict=like.extra.strict, beside=beside)
    return replace(like, extra=wish, body=request.body)


def fit(call: Call, prompt: int, window: int) -> Call:
    """Fit a call into a window, and what is kept of it beside its input."""
    cut, wish = fitted(call, prompt, window), call.extra
    return replace(cut, extra=replace(wish, beside=Beside(replace(wish.beside.call, max_tokens=cut.max_tokens))))


def _in_full(request: Request, options: Options) -> Call:
    """Decode all of the request for a new response."""
    body = body_object(request.body) if options.strict else loose_object(request.body)
    if options.strict:
        check.response(body, options)
    return _call("chat", request, body, options)


def counted(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode a request to count an input; what it lacks is not missed."""
    body = loose_object(request.body)
    if options.strict:
        check.counted(body)
    return _call("stored", request, body, options)


def compacted(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode a request to compact a conversation; only the model may not be missing."""
    body = loose_object(request.body)
    if options.strict:
        if body.get("model") is None:
            missing("model")
        check.fields(body)
    return _call("stored", request, body, options)


def looked_up(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode a request for what is kept."""
    body = loose_object(request.body)
    path = tuple(part for part in params.get("path", "").split("/") if part)
    wish = Wish(body, query=_query(request.head.query), path=path, strict=options.strict)
    if options.strict:
        check.include(wish.included)
    return Call("stored", NAME, extra=wish, body=request.body)


def _query(query: str) -> dict[str, str]:
    """Read the parameters; what is to be included may be said several times."""
    pairs = parse_qsl(query, keep_blank_values=True)
    includes = [value for name, value in pairs if name in _INCLUDE]
    return dict(pairs) | ({"include": ",".join(includes)} if includes else {})


def _call(operation: Operation, request: Request, body: Json, options: Options) -> Call:
    model = body.get("model")
    limit = body.get("max_output_tokens")
    given = normalised(body.pop("input", None))
    like = Call(
        operation,
        NAME,
        model if isinstance(model, str) and model else options.default_model,
        stream=operation == "chat" and body.get("stream") is True,
        max_tokens=limit if isinstance(limit, int) and not isinstance(limit, bool) else None,
        extra=Wish(body, strict=options.strict),
        tools=_tools(body.get("tools")),
        tool_choice=_choice(body.get("tool_choice")),
        response_format=_format(body.get("text")),
        parallel=body.get("parallel_tool_calls") is not False,
        sampling=_sampling(body),
    )
    return _like(Beside(like), given, request)


def _sampling(body: Json) -> Sampling | None:
    """Read what is asked of the sampling; how long the text is to be stands beside its form."""
    text = body.get("text")
    asked = text.get("verbosity") if isinstance(text, dict) else None
    return sampling(body) if asked is None else sampling({**body, "verbosity": asked}, _SPELLED)


def spoken(wish: Wish) -> list[Message]:
    """All messages that a call comes to: instructions, what was before, what is given."""
    found, told = messages([*wish.history, *wish.given]), wish.body.get("instructions")
    if told is None:
        return found
    return [*([Message("system", told)] if isinstance(told, str) and told else messages(normalised(told))), *found]


def _tools(value: Any) -> tuple[Tool, ...]:
    """The functions and custom tools that are offered; what the provider runs itself is no tool to be called."""
    found = []
    for item in _flat(value):
        kind, name = item.get("type"), item.get("name")
        if not isinstance(name, str):
            continue
        if kind == "function":
            schema = item.get("parameters")
            found.append(Tool(name, str(item.get("description") or ""), schema if isinstance(schema, dict) else None))
        elif kind == "custom":
            found.append(Tool(name, str(item.get("description") or ""), _input_schema(item.get("format")), "custom"))
    return tuple(found)


def _flat(value: Any) -> list[Json]:
    """The tools of a list, and those inside of namespaces."""
    found: list[Json] = []
    for item in listed(value):
        if isinstance(item, dict):
            found += _flat(item.get("tools")) if item.get("type") == "namespace" else [item]
    return found


def _input_schema(form: Any) -> Json | None:
    """Say by a schema what input a custom tool takes, where a regular expression does."""
    if not isinstance(form, dict) or form.get("syntax") != "regex":
        return None
    return {"type": "string", "pattern": f"^(?:{form.get('definition')})$"}


def _choice(value: Any) -> Any:
    """Say a choice of tools as every dialect does."""
    if not isinstance(value, dict):
        return value
    if value.get("type") == "allowed_tools":
        return {"type": "allowed_tools", "allowed_tools": {"mode": value.get("mode"), "tools": value.get("tools")}}
    return value if value.get("type") in ("function", "custom") else None


_SCHEMA = re.compile("json_schema|json_object")


def _format(value: Any) -> Any:
    """Say the format of the answer as every dialect does."""
    form = value.get("format") if isinstance(value, dict) else None
    if not isinstance(form, dict) or not _SCHEMA.fullmatch(str(form.get("type"))):
        return None
    if form["type"] == "json_object":
        return {"type": "json_object"}
    inner = {key: form[key] for key in ("name", "description", "schema", "strict") if key in form}
    return {"type": "json_schema", "json_schema": inner}
