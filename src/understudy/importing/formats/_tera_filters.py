"""What Tera's filters and tests make of values that are known, under the names of their arguments in Tera.

In: values. Out: values, as Tera works them out; what raises is left for the request to tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec


def shown(value: Any) -> str:
    """Write a value as a template prints it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else f"[{', '.join(map(shown, value))}]" if isinstance(value, list) else str(value)


def _joined(value: Sequence[Any], sep: str = "") -> str:
    return sep.join(map(shown, value))


def _replaced(value: str, **given: str) -> str:
    return value.replace(given["from"], given["to"])


FILTERS: Final[dict[str, Any]] = {
    "lower": str.lower,
    "upper": str.upper,
    "trim": str.strip,
    "capitalize": str.capitalize,
    "title": str.title,
    "length": len,
    "wordcount": lambda value: len(value.split()),
    "first": lambda value: value[0],
    "last": lambda value: value[-1],
    "nth": lambda value, n: value[n],
    "get": lambda value, key: value[key],
    "pick": lambda value, key: value[key],
    "reverse": lambda value: value[::-1],
    "join": _joined,
    "replace": _replaced,
    "split": lambda value, pat: value.split(pat),
    "slice": lambda value, start=0, end=None: value[start:end],
    "default": lambda value, **_: value,
    "int": lambda value, **_: int(value),
    "float": lambda value, **_: float(value),
    "abs": abs,
    "round": lambda value, **_: round(value),
    "safe": lambda value: value,
    "escape": lambda value: value,
    "as_str": shown,
    "str": shown,
    "json_encode": lambda value, **_: msgspec.json.encode(value).decode(),
}
TESTS: Final[dict[str, Any]] = {
    "defined": lambda _: True,
    "undefined": lambda _: False,
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "iterable": lambda value: isinstance(value, list | dict),
    "object": lambda value: isinstance(value, dict),
    "odd": lambda value: value % 2 == 1,
    "even": lambda value: value % 2 == 0,
    "divisibleby": lambda value, other: value % other == 0,
    "containing": lambda value, part: part in value,
    "starting_with": lambda value, part: value.startswith(part),
    "ending_with": lambda value, part: value.endswith(part),
}
