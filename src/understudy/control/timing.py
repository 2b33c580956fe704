"""GET, PUT and DELETE timing: how long answers take, for all that no model, rule or reply says otherwise of."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict

from understudy.control import Ask, Control, Route, Sight
from understudy.control._wishes import amend, changes, overlay, take_back


def _show(_ask: Ask, sight: Sight) -> object:
    """Give what was put as it was written, and the laws in force by what they come to."""
    spec = asdict(changes(sight).script.timing)
    in_force = {name.replace("_", "-"): _told(value) for name, value in spec.items() if value not in (None, ())}
    return {"put": overlay(sight).written.get("timing"), "in_force": in_force}


def _told(value: Any) -> Any:
    """Say what a law does."""
    if not callable(getattr(value, "quantile", None)):
        return value if isinstance(value, bool | int | float | str) else str(value)
    return {
        "law": value.name,
        "mean_ms": _milliseconds(value.mean),
        "p50_ms": _milliseconds(value.quantile(0.5)),
        "p99_ms": _milliseconds(value.quantile(0.99)),
    }


def _milliseconds(wait: float) -> float:
    return round(wait * 1000, 6)


def _put(ask: Ask, sight: Sight) -> object:
    amend(ask, sight, "PUT", "timing")
    return _show(ask, sight)


def _drop(ask: Ask, sight: Sight) -> object:
    take_back(sight, "timing")
    return _show(ask, sight)


CONTROL = Control(
    "timing",
    "How long answers take.",
    (
        Route("GET", "timing", "Show the timing in force at the top level, and what was put.", _show),
        Route("PUT", "timing", "Replace keys of the script's timing; the body is a script's `timing`.", _put),
        Route("DELETE", "timing", "Go back to the script's timing.", _drop),
    ),
)
