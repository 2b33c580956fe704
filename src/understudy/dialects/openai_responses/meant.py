"""What a script means by an item of the provider's own: members spelled as the API has them, or the mistake.

In: the item of a script, any JSON. Out: the same with JSON text where the script has a mapping, and a part where it has a text.
Only members that this dialect reads are looked at; all others are sent as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import msgspec

from understudy.dialects import ShapeError
from understudy.dialects._openai.check import got
from understudy.dialects.openai_responses.includes import PARTIAL
from understudy.dialects.openai_responses.wishes import Json

_Path = tuple[str | int, ...]
_Reader = Callable[[Any, _Path], Any]
_MAY_BE_NULL = ("error", "output", "outputs", "phase", "result", "results")


def meant(item: Json) -> Json:
    """Read an item that has a type; null leaves a member out, but where the API has it so.

    Raises:
        ShapeError: with the path of the first member that no item can have so.
    """
    readers = _ALWAYS | _MEMBERS.get(item["type"], {})
    found = {}
    for name, value in item.items():
        if value is not None and name in readers:
            found[name] = readers[name](value, (name,))
        elif value is not None or name not in readers or name in _MAY_BE_NULL:
            found[name] = value
    return found


def _mistake(expected: str, value: Any, at: _Path) -> NoReturn:
    raise ShapeError(at, f"expected {expected}, got {got(value)}.")


def _text(value: Any, at: _Path) -> str:
    return value if isinstance(value, str) else _mistake("a text", value, at)


def _json(value: Any, at: _Path) -> str:
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    return value if isinstance(value, str) else _mistake("a mapping, or a text that is sent as it is", value, at)


def _mapping(value: Any, at: _Path) -> Json:
    return value if isinstance(value, dict) else _mistake("a mapping", value, at)


def _list_of(what: str, read: _Reader) -> _Reader:
    def reader(value: Any, at: _Path) -> list[Any]:
        if not isinstance(value, list):
            _mistake(f"a list of {what}", value, at)
        return [read(each, (*at, i)) for i, each in enumerate(value)]

    return reader


def _parts(kind: str) -> _Reader:
    """Read parts of such a kind, unless they say another; a text is one part."""

    def part(value: Any, at: _Path) -> Json:
        if isinstance(value, str):
            value = {"text": value}
        if not isinstance(value, dict):
            _mistake("a mapping, or a text", value, at)
        found = {name: _PART[name](each, (*at, name)) if name in _PART else each for name, each in value.items()}
        if "type" in found:
            return found
        return {"type": "refusal", **found} if "refusal" in found else {"type": kind, "text": "", **found}

    many = _list_of("parts", part)

    def reader(value: Any, at: _Path) -> list[Json]:
        found: list[Json] = many([value] if isinstance(value, str) else value, at)
        return found

    return reader


_MAPPINGS = _list_of("mappings", _mapping)
_TEXTS = _list_of("texts", _text)
_PART: dict[str, _Reader] = {"type": _text, "text": _text, "refusal": _text, "annotations": _MAPPINGS, "logprobs": _MAPPINGS}
_ALWAYS: dict[str, _Reader] = dict.fromkeys(("id", "status", "name", "call_id", "server_label"), _text)
_MEMBERS: dict[str, dict[str, _Reader]] = {
    "message": {"content": _parts("output_text"), "phase": _text},
    "reasoning": {
        "summary": _parts("summary_text"),
        "content": _parts("reasoning_text"),
        "encrypted_content": _text,
    },
    "function_call": {"arguments": _json},
    "custom_tool_call": {"input": _json},
    "web_search_call": {"action": _mapping, "results": _MAPPINGS},
    "file_search_call": {"queries": _TEXTS, "results": _MAPPINGS},
    "code_interpreter_call": {"code": _text, "outputs": _MAPPINGS},
    "image_generation_call": {"result": _text, PARTIAL: _TEXTS},
    "mcp_list_tools": {"tools": _MAPPINGS},
    "mcp_call": {"arguments": _json, "output": _json},
    "mcp_approval_request": {"arguments": _json},
}
