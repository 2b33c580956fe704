"""What Mistral refuses of a chat or an embedding: all that its parser finds in the body, then what is wrong with the turns.

The parser's findings are pydantic's, in the documents of recorded traffic (maruel/genai, 2025) and of users' reports until
September 2026; the fields are `stream_options` and those of the types of its client 3.7: no others are taken (its changelog).
What is said of turns is the source of mistral-common 1.11.7 (July 2026), with the types and codes that users report: 3230, 3240
and 3280 (issues of avante.nvim, eca, onyx, OpenHands). Ranges are those of Mistral's API reference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NoReturn

import msgspec

from understudy.dialects._asked import objects
from understudy.errors import RequestError
from understudy.model.reply import Failure
from understudy.untrusted import NOT_JSON

Finding = dict[str, Any]

_NO_TEXT, _NO_LIST = "Input should be a valid string", "Input should be a valid list"
_BOOLEANS = ("true", "false", "1", "0", "1.0", "0.0", "on", "off", "t", "f", "y", "n", "yes", "no")
_NO_OBJECT = "Input should be a valid dictionary or object to extract fields from"
_EMPTY = "Assistant message must have either content or tool_calls, but not none."
_CALL_ID = re.compile(r"[a-zA-Z0-9]{9}")
_KNOWN = frozenset(
    (
        *("model", "messages", "temperature", "top_p", "max_tokens", "stream", "stop", "random_seed", "metadata"),
        *("response_format", "tools", "tool_choice", "presence_penalty", "frequency_penalty", "min_tokens"),
        *("repetition_penalty", "top_k", "logprobs", "top_logprobs", "prompt_logprobs", "top_prompt_logprobs", "n"),
        *("prediction", "parallel_tool_calls", "reasoning_effort", "prompt_mode", "guardrails", "prompt_cache_key"),
        *("service_tier", "safe_prompt", "stream_options"),
    )
)
_EMBEDDED = frozenset(("model", "input", "metadata", "output_dimension", "output_dtype", "encoding_format"))
_TURNS = {
    "system": frozenset(("role", "content")),
    "user": frozenset(("role", "content")),
    "assistant": frozenset(("role", "content", "tool_calls", "prefix")),
    "tool": frozenset(("role", "content", "tool_call_id", "name")),
}
_RANGES: dict[str, tuple[type, float, float | None]] = {
    "temperature": (float, 0, 1.5),
    "top_p": (float, 0, 1),
    "presence_penalty": (float, -2, 2),
    "frequency_penalty": (float, -2, 2),
    "max_tokens": (int, 0, None),
    "random_seed": (int, 0, None),
    "n": (int, 1, None),
}
_FOLLOWS = {
    "system": ("user", "assistant", "system"),
    "user": ("assistant", "system", "user"),
    "assistant": ("assistant", "user", "tool"),
    "tool": ("assistant", "tool", "user"),
}


class Unfit(Failure, frozen=True):
    """A body that the parser refuses, with everything it found."""

    detail: tuple[Finding, ...] = ()


def chat(value: dict[str, Any], _body: bytes) -> None:
    """Check a chat."""
    found = _required(value, ("messages", "model")) + _strange(value, _KNOWN, ()) + _ranges(value) + _types(value)
    messages = value.get("messages")
    if isinstance(messages, list):
        for index, message in enumerate(messages):
            found += _turn(message, ("messages", index))
    elif "messages" in value:
        found.append(_finding("list_type", ("messages",), _NO_LIST, messages))
    _unfit(found)
    _check_turns(value["messages"])


def embedding(value: dict[str, Any], _body: bytes) -> None:
    """Check an embedding."""
    found = _required(value, ("input", "model")) + _strange(value, _EMBEDDED, ("EmbeddingRequest",))
    given = value.get("input")
    if "input" in value and not isinstance(given, str | list):
        found += _neither("input", given)
    if not isinstance(value.get("model"), str | None):
        found.append(_finding("string_type", ("model",), _NO_TEXT, value["model"]))
    _unfit(found)


def unread(body: bytes) -> Failure:
    """Refuse what is no JSON object."""
    if not body.strip():
        found = _finding("missing", (), "Field required", None)
    else:
        try:
            json.loads(body)
            found = _finding("model_attributes_type", (), _NO_OBJECT, msgspec.json.decode(body))
        except json.JSONDecodeError as error:
            found = _finding("json_invalid", (error.pos,), "JSON decode error", {}, error=error.msg)
        except (ValueError, *NOT_JSON):
            found = _finding("json_invalid", (0,), "JSON decode error", {})
    return Unfit(422, "malformed_json", detail=(found,))


def _finding(kind: str, path: Sequence[str | int], message: str, given: Any, **context: Any) -> Finding:
    found = {"type": kind, "loc": ["body", *path], "msg": message, "input": given}
    return {**found, "ctx": context} if context else found


def _unfit(found: Sequence[Finding]) -> None:
    if found:
        raise RequestError(Unfit(422, "unprocessable", detail=tuple(found)))


def _required(value: Mapping[str, Any], names: Sequence[str], path: Sequence[str | int] = ()) -> list[Finding]:
    return [_finding("missing", (*path, name), "Field required", value) for name in names if name not in value]


def _strange(value: Mapping[str, Any], known: frozenset[str], path: Sequence[str | int]) -> list[Finding]:
    extra = [name for name in value if name not in known]
    return [_finding("extra_forbidden", (*path, name), "Extra inputs are not permitted", value[name]) for name in extra]


def _ranges(value: Mapping[str, Any]) -> list[Finding]:
    found = []
    for name, (kind, least, most) in _RANGES.items():
        given = value.get(name)
        if given is None:
            continue
        if not isinstance(given, int | float):
            what = "number" if kind is float else "integer"
            found.append(_finding(f"{kind.__name__}_type", (name,), f"Input should be a valid {what}", given))
        elif given < least:
            told = f"Input should be greater than or equal to {least}"
            found.append(_finding("greater_than_equal", (name,), told, given, ge=kind(least)))
        elif most is not None and given > most:
            found.append(_finding("less_than_equal", (name,), f"Input should be less than or equal to {most}", given, le=most))
    return found


def _types(value: Mapping[str, Any]) -> list[Finding]:
    """Look at members that are no numbers: what counts as a boolean is pydantic's."""
    found, model, stream = [], value.get("model"), value.get("stream")
    if not isinstance(model, str | None):
        found.append(_finding("string_type", ("model",), _NO_TEXT, model))
    if isinstance(stream, str | int | float) and str(stream).lower() not in _BOOLEANS:
        told = "Input should be a valid boolean, unable to interpret input"
        found.append(_finding("bool_parsing", ("stream",), told, stream))
    elif isinstance(stream, list | dict):
        found.append(_finding("bool_type", ("stream",), "Input should be a valid boolean", stream))
    if not isinstance(value.get("stop"), str | list | None):
        found += _neither("stop", value["stop"])
    if not isinstance(value.get("tools"), list | None):
        found.append(_finding("list_type", ("tools",), _NO_LIST, value["tools"]))
    return found


def _neither(name: str, given: Any) -> list[Finding]:
    """Find what is neither a text nor a list of them."""
    return [
        _finding("string_type", (name, "str"), _NO_TEXT, given),
        _finding("list_type", (name, "list[str]"), _NO_LIST, given),
    ]


def _turn(message: Any, path: tuple[str | int, ...]) -> list[Finding]:
    """Look at one message: what it may hold depends on its role."""
    if not isinstance(message, dict):
        return [_finding("model_attributes_type", path, _NO_OBJECT, message)]
    role, tags = message.get("role"), ", ".join([f"'{name}'" for name in _TURNS])
    if role is None:
        told = "Unable to extract tag using discriminator 'role'"
        return [_finding("union_tag_not_found", path, told, message, discriminator="'role'")]
    if not isinstance(role, str) or role not in _TURNS:
        told = f"Input tag '{role}' found using 'role' does not match any of the expected tags: {tags}"
        return [_finding("union_tag_invalid", path, told, message, discriminator="'role'", tag=str(role), expected_tags=tags)]
    needed = () if role == "assistant" else ("content",)
    return _required(message, needed, (*path, role)) + _strange(message, _TURNS[role], (*path, role))


def _check_turns(messages: Sequence[Mapping[str, Any]]) -> None:
    """Check the order of a conversation, then each of its messages."""
    roles = [message["role"] for message in messages]
    if not roles:
        _disordered("Conversation must have at least one message")
    if len(roles) == 1 and roles[0] not in ("user", "system"):
        _disordered("Conversation must start with a user message or system message")
    if roles[-1] == "assistant" and not messages[-1].get("prefix"):
        _disordered("Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant")
    for before, role in pairwise(roles):
        if role not in _FOLLOWS[before]:
            _disordered(f"Unexpected role '{role}' after role '{before}'")
    _check_answered(messages)
    for message in messages:
        calls = objects(message.get("tool_calls"))
        if message["role"] == "assistant" and not calls and not message.get("content"):
            _refuse("invalid_request_assistant_message", "3240", _EMPTY)
        for call in calls:
            _check_call_id(call.get("id"))
        if message["role"] == "tool" and message.get("tool_call_id") is not None:
            _check_call_id(message["tool_call_id"])


def _check_answered(messages: Sequence[Mapping[str, Any]]) -> None:
    """Count calls and results, which must be as many before the model speaks again."""
    waiting = 0
    for message in messages:
        if message["role"] == "tool":
            waiting -= 1
        elif message["role"] == "assistant":
            if waiting:
                break
            waiting = len(objects(message.get("tool_calls")))
    if waiting:
        _disordered("Not the same number of function calls and responses")


def _check_call_id(identifier: Any) -> None:
    if not isinstance(identifier, str) or _CALL_ID.fullmatch(identifier) is None:
        told = f"Tool call id was {identifier} but must be a-z, A-Z, 0-9, with a length of 9."
        _refuse("invalid_function_call", "3280", told)


def _disordered(message: str) -> NoReturn:
    _refuse("invalid_request_message_order", "3230", message)


def _refuse(kind: str, code: str, message: str) -> NoReturn:
    raise RequestError(Failure(400, "invalid_request", message, type=kind, code=code))
