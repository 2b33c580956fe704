"""GET, PUT and DELETE limits: how much may be asked for, by whom."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict

from understudy.config.script import LimitSpec
from understudy.control import Ask, Control, Route, Sight
from understudy.control._wishes import overlay, section


def _show(_ask: Ask, sight: Sight) -> object:
    """Give what was put as it was written, and the limits in force."""
    in_force = [_told(spec) for spec in sight.changes.script.limits]
    return {"put": overlay(sight).written.get("limits"), "in_force": in_force}


def _told(spec: LimitSpec) -> dict[str, Any]:
    """Say a limit in the words of a script; all that is left out limits nothing. `burst` is in milliseconds."""
    said = asdict(spec) | {"per": list(spec.per), "burst": None if spec.burst is None else round(spec.burst * 1000, 6)}
    return {name.replace("_", "-"): value for name, value in said.items() if value not in (None, False)}


_put, _drop = section("limits", _show)

CONTROL = Control(
    "limits",
    "How much may be asked for.",
    (
        Route("GET", "limits", "Show the limits in force, and what was put.", _show),
        Route("PUT", "limits", "Replace the script's limits; the body is a script's `limits`, [] for none.", _put),
        Route("DELETE", "limits", "Go back to the script's limits.", _drop),
    ),
)
