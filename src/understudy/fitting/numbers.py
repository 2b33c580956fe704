"""Numbers out of measurement files: what is none, negative or beyond all reason is not taken for a measurement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from understudy.fitting import FormatError, Summary

_LARGEST = 1e24  # more is no measurement; its square is still a number


def number(value: object) -> float | None:
    """A number from 0 to 1e24, else None."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LARGEST:
        return float(value)
    return None


def scaled(value: object, unit: float) -> float | None:
    """A number times `unit`, else None."""
    found = number(value)
    return None if found is None else found * unit


def at(data: Any, *path: str) -> Any:
    """What stands at a path of nested mappings, None where the path breaks off."""
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def numbers(values: Iterable[object]) -> list[float]:
    """The good ones of some values."""
    return [found for value in values if (found := number(value)) is not None]


def summary(
    said: Mapping[str, object], percentiles: Mapping[float, object], unit: float, of: str = "requests"
) -> Summary | None:
    """A summary of values given in `unit` seconds, one for each `of`; None when the mean and the median are missing or 0.

    Tools write zeros where nothing was measured, and waits that are all 0 are the same as none.
    """
    mean, stddev, count = scaled(said.get("mean"), unit), scaled(said.get("stddev"), unit), number(said.get("count"))
    found = {p: wait for p in sorted(percentiles) if (wait := scaled(percentiles[p], unit)) is not None}
    if count == 0 or not (mean or found.get(50)):
        return None
    return Summary(None if count is None else int(count), mean, stddev, found, of)


def day(value: object) -> str:
    """The day of a unix time in seconds, "" when it is none."""
    found = number(value)
    if not found or found > 1e11:
        return ""
    return datetime.fromtimestamp(found, UTC).date().isoformat()


def pick(runs: list[Any], run: int) -> Any:
    """The run of that number, counted from 1.

    Raises:
        FormatError: when there are fewer.
    """
    if 1 <= run <= len(runs):
        return runs[run - 1]
    raise FormatError(f"run {run}: expected a number from 1 to {len(runs)}, the runs in the file")
