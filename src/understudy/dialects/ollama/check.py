"""What Go's decoder says of a body that does not fit the request it is read into: one table of fields and their types.

In: a JSON value. Out: nothing, or `RequestError`. Fields and types are those of the server's source (`api/types.go`, August
2026); the words are what Go 1.26 said of such bodies when it read them into these types. The decoder remembers the first value
that does not fit and reads on; what does not fit a type that reads itself is refused at once. `null` fits everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Union

import msgspec
from msgspec import Struct

from understudy.dialects import _asked as asked

_KINDS = {str: "string", bool: "bool", int: "number", float: "number", list: "array", dict: "object"}
_EFFORTS = ("high", "medium", "low", "max")
_THINK = '"high", "medium", "low", "max", true, or false'


class Type(Struct, frozen=True):
    """A type of Go's.

    Attributes:
        name: how Go spells it.
        takes: what JSON has for it.
        item: the type of what a list or a map holds; None = anything.
        fields: those of a struct.
        own: whether it reads itself: its fields are told below those of the struct that it stands in.
        read: how it reads itself where it has words of its own.
    """

    name: str
    takes: tuple[type, ...]
    item: Type | None = None
    fields: Mapping[str, Type] = {}
    own: bool = False
    read: Callable[[Any], None] | None = None


def _think(value: Any) -> None:
    if isinstance(value, str) and value not in _EFFORTS:
        asked.refuse(f"invalid think value: {msgspec.json.encode(value).decode()} (must be {_THINK})")
    if not isinstance(value, str | bool):
        asked.refuse(f"think must be a boolean or string ({_THINK})")


def _ordered(value: Any) -> None:
    if not isinstance(value, dict):
        asked.refuse("Value looks like object, but can't find closing '}' symbol")


def _struct(name: str, fields: Mapping[str, Type], *, own: bool = False) -> Type:
    return Type(name, (dict,), fields=fields, own=own)


def _list(item: Type, name: str | None = None) -> Type:
    return Type(name or f"[]{item.name}", (list,), item)


_STRING, _BOOL, _INT = Type("string", (str,)), Type("bool", (bool,)), Type("int", (int,))
_STRINGS = _list(_STRING)
_OPTIONS = Type("map[string]interface {}", (dict,))
_IMAGES = _list(Type("api.ImageData", (str, list)))
_ARGUMENTS = Type("", (dict,), read=_ordered)
_FUNCTION = _struct("api.ToolCallFunction", {"index": _INT, "name": _STRING, "arguments": _ARGUMENTS})
_MESSAGE = _struct(
    "api.Alias",  # a message while it reads itself
    {
        **dict.fromkeys(("role", "content", "thinking", "tool_name", "tool_call_id"), _STRING),
        "images": _IMAGES,
        "tool_calls": _list(_struct("api.ToolCall", {"id": _STRING, "function": _FUNCTION})),
    },
    own=True,
)
_PROPERTY = _struct(
    "api.ToolProperty",
    {"type": Type("[]string", (str, list), _STRING, own=True), "description": _STRING, "required": _STRINGS},
    own=True,
)
_PARAMETERS = _struct(
    "api.ToolFunctionParameters",
    {"type": _STRING, "required": _STRINGS, "properties": Type("", (dict,), _PROPERTY, read=_ordered)},
)
_OFFERED = _struct("api.ToolFunction", {"name": _STRING, "description": _STRING, "parameters": _PARAMETERS})
_TOOLS = _list(_struct("api.Tool", {"type": _STRING, "function": _OFFERED}), "api.Tools")
_COMMON = {"model": _STRING, "options": _OPTIONS, "truncate": _BOOL}
_SAID = {
    **_COMMON,
    **dict.fromkeys(("stream", "shift", "logprobs", "_debug_render_only"), _BOOL),
    "top_logprobs": _INT,
    "think": Type("", (str, bool), read=_think),
}
CHAT = _struct("api.ChatRequest", {**_SAID, "messages": _list(_MESSAGE, "[]api.Message"), "tools": _TOOLS})
GENERATE = _struct(
    "api.GenerateRequest",
    {
        **_SAID,
        **dict.fromkeys(("prompt", "suffix", "system", "template"), _STRING),
        "context": _list(_INT),
        "raw": _BOOL,
        "images": _IMAGES,
    },
)
EMBED = _struct("api.EmbedRequest", {**_COMMON, "dimensions": _INT})
EMBEDDINGS = _struct("api.EmbeddingRequest", {"model": _STRING, "prompt": _STRING, "options": _OPTIONS})


def fit(value: Any, kind: Type) -> None:
    """Refuse a body that the decoder cannot read into a request of this type."""
    try:
        msgspec.convert(value, _request(kind.name))
    except msgspec.ValidationError:
        found: list[str] = []
        _look(value, kind, "", "", found)
        if found:
            asked.refuse(found[0])


def _look(value: Any, kind: Type, owner: str, path: str, found: list[str], *, below: bool = False) -> None:
    """Note what does not fit: `owner` is the struct that is told of, `path` leads from it, `below` fixes it."""
    if value is None:
        return
    noted: list[str] = [] if kind.own else found
    if kind.read is not None:
        kind.read(value)
    takes, below = type(value) in kind.takes, below or kind.own
    if not takes:
        noted.append(_misfit(value, kind, owner, path))
    for name, member, shape in _inside(value, kind) if takes else ():
        struct = owner if below or not name else kind.name.removeprefix("api.")
        _look(member, shape, struct, f"{path}.{name}".strip("."), noted, below=below)
    if kind.own and noted:
        asked.refuse(noted[0])


def _inside(value: Any, kind: Type) -> Iterator[tuple[str, Any, Type]]:
    """What a value holds that has a type: the name of its field (none in lists and maps), and itself."""
    if kind.item is not None and isinstance(value, list | dict):
        yield from (("", item, kind.item) for item in (value.values() if isinstance(value, dict) else value))
    elif isinstance(value, dict):
        yield from ((name, member, kind.fields[name]) for name, member in value.items() if name in kind.fields)


def _misfit(value: Any, kind: Type, owner: str, path: str) -> str:
    told = f"number {value}" if isinstance(value, float) and kind is _INT else _KINDS[type(value)]
    where = f"struct field {owner}.{path}" if path else "value"
    return f"json: cannot unmarshal {told} into Go {where} of type {kind.name}"


def _sound(kind: Type) -> Any:
    """The type of a value that fits, for a quick look; texts of `think` are looked at slowly."""
    if kind.read is _think:
        return bool | None
    shapes: dict[type, Any] = {}
    if kind.item is not None:
        inside: Any = _sound(kind.item)
        shapes = {list: list[inside], dict: dict[str, inside]}
    if kind.fields:
        shapes[dict] = _members(kind)
    return Union[*(shapes.get(taken, taken) for taken in kind.takes), None]


def _members(kind: Type) -> type[Struct]:
    return msgspec.defstruct(kind.name.removeprefix("api."), [(name, _sound(kind.fields[name]), None) for name in kind.fields])


@cache
def _request(name: str) -> type[Struct]:
    """The type of a request that fits, made when the first is read."""
    return _members(next(kind for kind in (CHAT, GENERATE, EMBED, EMBEDDINGS) if kind.name == name))
