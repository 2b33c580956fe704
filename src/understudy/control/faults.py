"""GET, PUT and DELETE faults: what goes wrong with any answer, beside the faults of models, rules and replies."""

from __future__ import annotations

from understudy.control import Ask, Control, Route, Sight
from understudy.control._wishes import overlay, section
from understudy.engine.faultbook import counts_of
from understudy.faults import told


def _show(_ask: Ask, sight: Sight) -> object:
    """Give what was put as it was written, and the faults in force in the order they strike, as a header would ask for them."""
    in_force = [told(armed) for armed in sight.changes.script.faults]
    return {"put": overlay(sight).written.get("faults"), "in_force": in_force}


_put, _drop = section("faults", _show, lambda sight: sight.state.forget(counts_of("script")))

CONTROL = Control(
    "faults",
    "What goes wrong.",
    (
        Route("GET", "faults", "Show the top-level faults in force, each as a line, and what was put.", _show),
        Route("PUT", "faults", "Replace the script's top-level faults; the body is a script's `faults`, [] for none.", _put),
        Route("DELETE", "faults", "Go back to the script's faults.", _drop),
    ),
)
