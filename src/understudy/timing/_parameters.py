"""Reading the parameters of laws: durations and numbers by name, in one of the sets that a law takes."""

from __future__ import annotations

from typing import Any

from understudy.durations import duration_schema, seconds, short

DURATION: dict[str, Any] = {**duration_schema(), "description": "a duration"}
ABOVE_ZERO: dict[str, Any] = {**duration_schema(above_zero=True), "description": "a duration above 0"}


def named(law: str, value: Any, *ways: str) -> dict[str, Any]:
    """Check that a mapping has the names of one of the ways, each written as in `mean: DURATION, cv: NUMBER`.

    Raises:
        ValueError: saying which sets of names there are.
    """
    for way in ways:
        if isinstance(value, dict) and set(value) == {part.split(":")[0].strip() for part in way.split(",")}:
            return value
    raise ValueError(f"{law} {short(value)}: expected {' or '.join(f'{{{way}}}' for way in ways)}")


def duration(law: str, name: str, value: Any) -> float:
    """Read a duration.

    Raises:
        ValueError: saying what was expected.
    """
    try:
        return seconds(value)
    except ValueError as error:
        raise ValueError(f"{law} {name}: {error}") from None


def above_zero(law: str, name: str, value: Any) -> float:
    """Read a duration above 0.

    Raises:
        ValueError: saying what was expected.
    """
    found = duration(law, name, value)
    if not found:
        raise ValueError(f"{law} {name} {value!r}: expected a duration above 0")
    return found


def number(law: str, name: str, value: Any, low: float, high: float, *, or_zero: bool = False) -> float:
    """Read a number in [low, high], or 0.

    Raises:
        ValueError: saying what was expected.
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and (low <= value <= high or (or_zero and value == 0)):
        return float(value)
    raise ValueError(f"{law} {name} {short(value)}: expected a number from {low:g} to {high:g}{', or 0' if or_zero else ''}")


def mapping(parameters: dict[str, dict[str, Any]], *ways: tuple[str, ...]) -> dict[str, Any]:
    """JSON Schema of a mapping that has the names of one of the ways."""
    schema: dict[str, Any] = {"type": "object", "properties": parameters, "additionalProperties": False}
    if len(ways) == 1:
        return schema | {"required": list(ways[0])}
    return schema | {"oneOf": [{"required": list(way)} for way in ways], "maxProperties": max(map(len, ways))}
