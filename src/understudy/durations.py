"""Durations as scripts, laws and faults write them: what is read, how long it may be, and the JSON Schema of both.

A bare number is milliseconds, a written one may have a unit or an exponent. A pattern cannot compare numbers, so the one here
says how many digits there may be: a little of what it lets pass is too long, and is refused all the same.
"""

from __future__ import annotations

import re
from typing import Any, Final

LONGEST: Final = 1e9
"""Seconds no wait exceeds, about thirty years: what a script may write, and where the tails of laws end."""
AT_MOST: Final = "at most 1e9s"
"""The same in words."""


def _number(whole: str, tens: str) -> str:
    """Pattern of a number that has `whole` before its point, or up to three digits there and `tens` as exponent."""
    part = r"(?:\.[0-9]{0,60})?"
    return rf"(?:(?:{whole}){part}|\.[0-9]{{1,60}})(?:[eE]-[0-9]{{1,2}})?|[0-9]{{1,3}}{part}[eE]\+?0?{tens}"


_MILLISECONDS = _number("1?[0-9]{1,12}", "(?:[0-9]|1[0-2])")  # up to 1e12
_NUMBERS = {
    "ms": _MILLISECONDS,
    "s": _number("1?[0-9]{1,9}", "[0-9]"),  # up to 1e9
    "m": _number("1?[0-9]{1,7}", "[0-7]"),  # up to 16 million
    "h": _number("[12]?[0-9]{1,5}", "[0-5]"),  # up to 277 thousand
}
_PER_UNIT = {"s": 1.0, "m": 60.0, "h": 3600.0}

_WITH_UNIT = "(?:" + "|".join(rf"(?:{number})\s*{unit}" for unit, number in _NUMBERS.items()) + ")"
_WRITTEN = f"(?:{_MILLISECONDS}|{_WITH_UNIT})"
_written = re.compile(rf"\s*{_WRITTEN}\s*")

SCHEMA_WITH_UNIT: Final = {"type": "string", "pattern": rf"^\s*{_WITH_UNIT}\s*$"}
"""JSON Schema of what `seconds_with_unit` reads."""


def seconds(value: object) -> float:
    """Read a duration: milliseconds when bare, or `250ms`, `1.5s`, `2m`, `2e-2s`.

    Raises:
        ValueError: saying what was expected.
    """
    found = -1.0
    if isinstance(value, int | float) and not isinstance(value, bool):
        found = min(value, 2 * LONGEST * 1000) / 1000  # some whole numbers are too large for a float
    elif isinstance(value, str) and _written.fullmatch(value):
        text = value.strip()
        unit = text.lstrip("0123456789.eE+-").strip()
        amount = float(text.removesuffix(unit))
        found = amount * _PER_UNIT[unit] if unit in _PER_UNIT else amount / 1000  # dividing keeps 9ms at 0.009
    if 0 <= found <= LONGEST:
        return found
    raise ValueError(
        f"duration {short(value)}: expected milliseconds, or a number with ms, s, m or h such as 250ms or 1.5s, {AT_MOST}"
    )


def some_seconds(value: object) -> float:
    """Read a duration above 0.

    Raises:
        ValueError: saying what was expected.
    """
    if found := seconds(value):
        return found
    raise ValueError(f"duration {short(value)}: expected more than 0")


def seconds_with_unit(value: object) -> float:
    """Read a duration that names its unit.

    Raises:
        ValueError: saying what was expected.
    """
    if isinstance(value, str) and value.strip()[-1:].isalpha():
        return seconds(value)
    raise ValueError(f"duration {short(value)}: expected a duration with its unit such as 250ms, 1.5s or 2m, {AT_MOST}")


def duration_schema(*, above_zero: bool = False) -> dict[str, Any]:
    """JSON Schema of what `seconds` reads, or `some_seconds`."""
    least, some = ("exclusiveMinimum", "(?=[0-9.]*[1-9])") if above_zero else ("minimum", "")
    number = {"type": "number", least: 0, "maximum": int(LONGEST * 1000)}
    return {"anyOf": [number, {"type": "string", "pattern": rf"^\s*{some}{_WRITTEN}\s*$"}]}


def short(value: object) -> str:
    """Show a value, only the beginning of a long one."""
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
