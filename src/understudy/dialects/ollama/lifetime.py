"""How long a model stays in memory after a request: `keep_alive`, a number of seconds or a duration as Go spells it.

In: the member of a request. Out: seconds. What is none is refused in the words of Go's `time.ParseDuration`, which the server
passes on (`api/types.go`, `Duration.UnmarshalJSON`).
"""

from __future__ import annotations

import re
from typing import Any, Final

from understudy.dialects import _asked as asked

USUAL: Final = 300.0
"""Seconds that a model stays when nobody says otherwise."""

_FOREVER = (2**63 - 1) / 1e9  # nanoseconds that an int64 holds, in seconds: what negative ones mean
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_TERM = re.compile(r"(\d+\.?\d*|\.\d+)([^\d.]*)")
_KINDS = {bool: "bool", list: "[]interface {}", dict: "map[string]interface {}"}


def seconds_of(value: Any, *, strict: bool) -> float | None:
    """Read how long a model is to stay; None when nothing is said, which is what an unsound value means leniently."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _FOREVER if value < 0 else float(min(value, _FOREVER))
    try:
        return _duration(value)
    except ValueError as error:
        if strict:
            asked.refuse(str(error))
        return None


def _duration(value: Any) -> float:
    """Read a duration.

    Raises:
        ValueError: in Go's words.
    """
    if not isinstance(value, str):
        raise ValueError(f"Unsupported type: '{_KINDS[type(value)]}'")
    text = value.lstrip("+-") if value[:2] not in ("--", "++", "+-", "-+") else ""
    if text == "0":
        return 0.0
    total, end = 0.0, 0
    for term in _TERM.finditer(text):
        number, unit = term.groups()
        if term.start() != end:
            break
        if not unit:
            raise ValueError(f'time: missing unit in duration "{value}"')
        if unit not in _UNITS:
            raise ValueError(f'time: unknown unit "{unit}" in duration "{value}"')
        total, end = total + float(number) * _UNITS[unit], term.end()
    if not text or end != len(text):
        raise ValueError(f'time: invalid duration "{value}"')
    return _FOREVER if value.startswith("-") and total else min(total, _FOREVER)
