"""Reading the parameters of laws: durations and numbers by name, in one of the sets that a law takes."""

from __future__ import annotations

import math
from typing import Any

from understudy.timing import seconds

DURATION: dict[str, Any] = {"type": ["number", "string"], "minimum": 0, "description": "a duration"}


def named(law: str, value: Any, *ways: str) -> dict[str, Any]:
    """Check that a mapping has the names of one of the ways, each written as in `mean: DURATION, cv: NUMBER`.

    Raises:
        ValueError: saying which sets of names there are.
    """
    for way in ways:
        if isinstance(value, dict) and set(value) == {part.split(":")[0].strip() for part in way.split(",")}:
            return value
    raise ValueError(f"{law} {value!r}: expected {' or '.join(f'{{{way}}}' for way in ways)}")


def duration(law: str, name: str, value: Any) -> float:
    """Read a duration above 0.

    Raises:
        ValueError: saying what was expected.
    """
    try:
        found = seconds(value)
    except ValueError as error:
        raise ValueError(f"{law} {name}: {error}") from None
    if not found:
        raise ValueError(f"{law} {name} {value!r}: expected a duration above 0")
    return found


def number(law: str, name: str, value: Any, low: float, high: float) -> float:
    """Read a number in [low, high].

    Raises:
        ValueError: saying what was expected.
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and low <= value <= high:
        return float(value)
    raise ValueError(f"{law} {name} {value!r}: expected a number from {low:g} to {high:g}")


def mapping(parameters: dict[str, dict[str, Any]], *ways: tuple[str, ...]) -> dict[str, Any]:
    """JSON Schema of a mapping that has the names of one of the ways."""
    schema: dict[str, Any] = {"type": "object", "properties": parameters, "additionalProperties": False}
    if len(ways) == 1:
        return schema | {"required": list(ways[0])}
    return schema | {"oneOf": [{"required": list(way)} for way in ways], "maxProperties": max(map(len, ways))}
