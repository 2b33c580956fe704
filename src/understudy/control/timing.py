"""GET, PUT and DELETE timing: how long answers take, for all that no model, rule or reply says otherwise of.

What scripts say is shown, and what is put over it. The settings that are about time stand below both and are shown as settings.
"""

from __future__ import annotations

from typing import Any

from understudy.config.script import TimingSpec
from understudy.control import Ask, Control, Route, Sight
from understudy.control._paces import named, told
from understudy.control._wishes import overlay, section
from understudy.engine.pace import Pace


def _show(_ask: Ask, sight: Sight) -> object:
    """Give what was put as it was written, and what it comes to with the script's."""
    return {"put": overlay(sight).written.get("timing"), "in_force": _told(sight.changes.script.timing)}


def _told(spec: TimingSpec) -> dict[str, Any]:
    """Say what a timing is, and for whom it is another."""
    others = [named({"model": each.model, "key": each.key}) | _told(each.timing) for each in spec.overrides]
    return told(Pace.of(spec)) | ({"overrides": others} if others else {})


_put, _drop = section("timing", _show)

CONTROL = Control(
    "timing",
    "How long answers take.",
    (
        Route("GET", "timing", "Show the script's timing with what was put over it; settings like latency are apart.", _show),
        Route("PUT", "timing", "Replace keys of the script's timing (overrides whole); the body is a script's `timing`.", _put),
        Route("DELETE", "timing", "Go back to the script's timing.", _drop),
    ),
)
