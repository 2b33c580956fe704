"""Reading JSON as Google's gateway reads it into protocol buffers, and refusing it in the gateway's words (wire.md 12).

Names may be spelled in snake_case or camelCase, null counts as absent, one value stands for a list of one, numbers may come as
texts. In: a value and its `Shape`. Out: the value with camelCase names and sound types; what is wrong is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NoReturn

import msgspec
from msgspec import Struct

from understudy.dialects._asked import json_of
from understudy.errors import RequestError
from understudy.model.reply import Failure

_PACKAGE = "type.googleapis.com/google.ai.generativelanguage.v1beta."
_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_SNAKE = re.compile(r"_([a-z0-9])")
_TYPES = {"string": "TYPE_STRING", "bool": "TYPE_BOOL", "int": "TYPE_INT32", "float": "TYPE_FLOAT", "bytes": "TYPE_BYTES"}
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-\s]*={0,2}\s*")
_DEEPEST = 100  # messages within each other that a parser of protocol buffers follows


class Enum(Struct, frozen=True):
    """Names of a closed set; a number stands for one, too. `numbered` are they by their numbers, where that matters."""

    name: str
    values: frozenset[str]
    numbered: tuple[str, ...] = ()


class Many(Struct, frozen=True):
    """A list."""

    of: Kind


class Mapped(Struct, frozen=True):
    """An object whose names are data."""

    of: Kind


class Shape(Struct, frozen=True):
    """A message: its fields by their camelCase names, and those of which only one may be given."""

    name: str
    fields: dict[str, Kind]
    one_of: tuple[str, tuple[str, ...]] = ("", ())


Kind = str | Enum | Many | Mapped | Shape
"""`string`, `bool`, `int`, `float`, `bytes`, `any`, or something made of them."""


def refuse(message: str) -> NoReturn:
    """Refuse the request with 400 and these words."""
    raise RequestError(Failure(400, "invalid_request", message))


def body_object(body: bytes, *, strict: bool) -> dict[str, Any]:
    """Read the body as a JSON object; no body is an empty one."""
    if not body.strip():
        return {}
    value = json_of(body)
    if isinstance(value, dict):
        return value
    if strict:
        refuse(f'Invalid JSON payload received. Unknown name "": Root element must be a message.\n{_shown(value)}')
    return {}


def read(value: Mapping[str, Any], shape: Shape, *, strict: bool) -> dict[str, Any]:
    """Read a message; with `strict` whatever is wrong with it refuses the request."""
    problems: list[str] = []
    found = _message(value, shape, "", problems)
    if strict and problems:
        refuse("\n".join(problems))
    return found


@lru_cache(maxsize=1024)
def snake(name: str) -> str:
    """Spell a camelCase name as the API's messages do."""
    return _CAMEL.sub(lambda found: f"_{found[1]}", name).lower()


def camel(name: str) -> str:
    """Spell a snake_case name as JSON does."""
    return _SNAKE.sub(lambda found: found[1].upper(), name)


def _message(value: Mapping[str, Any], shape: Shape, path: str, problems: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if path.count(".") > _DEEPEST:
        problems.append(f"Invalid JSON payload received. Message too deep. Max recursion depth reached for key '{path[-40:]}'")
        return found
    for given, item in value.items():
        name = given if given in shape.fields else camel(given)
        kind = shape.fields.get(name)
        if kind is None:
            at = f" at '{path}'" if path else ""
            problems.append(f'Invalid JSON payload received. Unknown name "{given}"{at}: Cannot find field.')
        elif item is not None:
            inner = f"{path}.{snake(name)}" if path else snake(name)
            made = _value(item, kind, inner, problems)
            if made is not None:
                found[name] = made
    group, members = shape.one_of
    chosen = [name for name in members if name in found]
    for name in chosen[1:]:
        problems.append(f"Invalid value at '{path}' (oneof), oneof field '{group}' is already set. Cannot set '{name}'")
        del found[name]
    return found


def _value(value: Any, kind: Kind, path: str, problems: list[str]) -> Any:
    if isinstance(kind, Many):
        items = value if isinstance(value, list) else [value]
        made = [_value(item, kind.of, f"{path}[{i}]", problems) for i, item in enumerate(items)]
        return [item for item in made if item is not None]
    if isinstance(value, list) and kind != "any":
        outer, _, name = path.rpartition(".")
        at = f" at '{outer}'" if outer else ""
        problems.append(
            f'Invalid JSON payload received. Unknown name "{name}"{at}: Proto field is not repeating, cannot start list.'
        )
        return None
    if isinstance(kind, Shape):
        if isinstance(value, dict):
            return _message(value, kind, path, problems)
        return _wrong(path, _PACKAGE + kind.name, value, problems)
    if isinstance(kind, Mapped):
        return _entries(value, kind, path, problems)
    if isinstance(kind, Enum):
        if isinstance(value, int) and not isinstance(value, bool):
            return dict(enumerate(kind.numbered)).get(value, value)
        sound = isinstance(value, str) and value in kind.values
        return value if sound else _wrong(path, _PACKAGE + kind.name, value, problems)
    made = _SCALARS[kind](value)
    return _wrong(path, _TYPES[kind], value, problems) if made is None else made


def _entries(value: Any, kind: Mapped, path: str, problems: list[str]) -> Any:
    """Read an object of many: the gateway names the entries by their numbers."""
    if not isinstance(value, dict):
        return _wrong(path, "Map", value, problems)
    made = {name: _value(item, kind.of, f"{path}[{i}].value", problems) for i, (name, item) in enumerate(value.items())}
    return {name: item for name, item in made.items() if item is not None}


def _wrong(path: str, kind: str, value: Any, problems: list[str]) -> None:
    shown = _shown(value)
    if kind == _TYPES["bytes"] and isinstance(value, str):
        shown = f"Base64 decoding failed for {shown}"
    problems.append(f"Invalid value at '{path}' ({kind}), {shown}")


def _shown(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _bool(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None or number != int(number) else int(number)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e300 else None


def _base64(value: Any) -> str | None:
    return value if isinstance(value, str) and _BASE64.fullmatch(value) else None


_SCALARS: dict[str, Any] = {
    "string": _string,
    "bool": _bool,
    "int": _whole,
    "float": _number,
    "bytes": _base64,
    "any": lambda value: value,
}
