"""Durations in the parameters of faults, in seconds.

`Seconds` reads a bare number as milliseconds, as everywhere in scripts. `SecondsWithUnit` wants the unit: it stands where a
bare number would be taken for seconds by those who know the header field of that name. `SomeSeconds` are more than none.
"""

from __future__ import annotations

import re
from typing import Self

_DURATION = re.compile(r"\s*([0-9]{1,9}(?:\.[0-9]{1,9})?) ?(ms|s|m|h)?\s*")
_PER_UNIT = {"s": 1.0, "m": 60.0, "h": 3600.0}
_LONGEST = 36 * 10**14  # milliseconds, the most that nine digits of hours can say: sums of durations stay finite


class Seconds(float):
    """A duration: milliseconds when bare, or `250ms`, `1.5s`, `2m`, `1h`."""

    pattern = r"^\s*([0-9]{1,9}(?:\.[0-9]{1,9})?) ?(ms|s|m|h)?\s*$"
    bare = True

    @classmethod
    def read(cls, value: object) -> Self:
        """Read a duration.

        Raises:
            ValueError: saying what was expected.
        """
        if cls.bare and isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LONGEST:
            return cls(value / 1000)
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if match and (match[2] or cls.bare):
            amount, unit = float(match[1]), match[2] or "ms"
            return cls(amount / 1000 if unit == "ms" else amount * _PER_UNIT[unit])  # dividing keeps 9ms at 0.009
        what = "milliseconds, or a duration" if cls.bare else "a duration with its unit"
        raise ValueError(f"duration {value!r}: expected {what} such as 250ms, 1.5s or 2m")

    @classmethod
    def schema(cls) -> dict[str, object]:
        """JSON Schema of what is read."""
        text: dict[str, object] = {"type": "string", "pattern": cls.pattern}
        return {"anyOf": [{"type": "number", "minimum": 0, "maximum": _LONGEST}, text]} if cls.bare else text


class SecondsWithUnit(Seconds):
    """A duration that names its unit."""

    pattern = r"^\s*([0-9]{1,9}(?:\.[0-9]{1,9})?) ?(ms|s|m|h)\s*$"
    bare = False


class SomeSeconds(Seconds):
    """A duration above 0."""

    pattern = Seconds.pattern.replace("^", "^(?=.*[1-9])")

    @classmethod
    def read(cls, value: object) -> Self:
        """Read a duration.

        Raises:
            ValueError: saying what was expected.
        """
        read = super().read(value)
        if not read:
            raise ValueError(f"duration {value!r}: expected more than 0")
        return read

    @classmethod
    def schema(cls) -> dict[str, object]:
        """JSON Schema of what is read."""
        number = {"type": "number", "exclusiveMinimum": 0, "maximum": _LONGEST}
        return {"anyOf": [number, {"type": "string", "pattern": cls.pattern}]}
