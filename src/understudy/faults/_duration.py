"""Durations in the parameters of faults, in seconds.

`Seconds` reads a bare number as milliseconds, as everywhere in scripts. `SecondsWithUnit` wants the unit: it stands where a
bare number would be taken for seconds by those who know the header field of that name. `SomeSeconds` are more than none.
"""

from __future__ import annotations

from typing import Any, Self

from understudy.durations import SCHEMA_WITH_UNIT, duration_schema, seconds, seconds_with_unit, some_seconds


class Seconds(float):
    """A duration: milliseconds when bare, or `250ms`, `1.5s`, `2m`, `1h`."""

    _read = staticmethod(seconds)
    _schema = duration_schema()

    @classmethod
    def read(cls, value: object) -> Self:
        """Read a duration.

        Raises:
            ValueError: saying what was expected.
        """
        return cls(cls._read(value))

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of what is read."""
        return cls._schema


class SecondsWithUnit(Seconds):
    """A duration that names its unit."""

    _read = staticmethod(seconds_with_unit)
    _schema = SCHEMA_WITH_UNIT


class SomeSeconds(Seconds):
    """A duration above 0."""

    _read = staticmethod(some_seconds)
    _schema = duration_schema(above_zero=True)
