"""Durations and sizes as users write them: `250ms`, `1.5s`, `2m`, `10MB`, `32MiB`, or a bare number.

A duration is read into seconds (a bare number is milliseconds), a size into bytes. Decimal and binary units are told apart.
"""

from __future__ import annotations

import re

from understudy.config.values import Kind, amount, as_number
from understudy.durations import AT_MOST, SCHEMA_WITH_UNIT, duration_schema, seconds, seconds_with_unit, some_seconds

_SIZE = r"([0-9]{1,9}(?:\.[0-9]{1,6})?) ?([KkMmGg][Ii]?)?[Bb]?"
_BYTES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "ki": 1 << 10, "mi": 1 << 20, "gi": 1 << 30}
_LARGEST = 2**62

_size = re.compile(_SIZE)


def _show_seconds(wait: float) -> str:
    if wait == 0:
        return "0"
    return f"{wait * 1e3:.12g}ms" if wait < 1 else f"{wait:.12g}s"


def _bytes(value: object) -> int:
    if isinstance(value, str):
        found = _size.fullmatch(value.strip())
        if not found:
            raise ValueError
        size = float(found[1]) * _BYTES[(found[2] or "").lower()]
    else:
        size = amount(value)
    if not 1 <= size <= _LARGEST or size != int(size):
        raise ValueError
    return int(size)


def _show_bytes(size: int) -> str:
    for unit, name in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if size % unit == 0:
            return f"{size // unit}{name}"
    return str(size)


_BARE = f"(a bare number is milliseconds; {AT_MOST})"

DURATION = Kind(
    f"a duration such as 250ms, 1.5s or 2m {_BARE}",
    seconds,
    duration_schema(),
    "DURATION",
    as_number,
    _show_seconds,
)
TIMEOUT = Kind(
    f"a duration above 0 such as 250ms, 1.5s or 2m {_BARE}",
    some_seconds,
    duration_schema(above_zero=True),
    "DURATION",
    as_number,
    _show_seconds,
)
DURATION_WITH_UNIT = Kind(
    "a duration with its unit such as 2s (bare, it would be milliseconds here and seconds in the header)",
    seconds_with_unit,
    SCHEMA_WITH_UNIT,
    "DURATION",
    show=_show_seconds,
)
SIZE = Kind(
    "a size in bytes such as 65536, 10MB or 32MiB",
    _bytes,
    {"anyOf": [{"type": "integer", "minimum": 1, "maximum": _LARGEST}, {"type": "string", "pattern": rf"^\s*{_SIZE}\s*$"}]},
    "SIZE",
    as_number,
    _show_bytes,
)
