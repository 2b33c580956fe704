"""The timeline: where it stands, starting and stopping it, putting another one."""

from __future__ import annotations

from typing import Any

from understudy.config.script import Phase
from understudy.control import Ask, Control, Route, Sight, refused
from understudy.control._paces import told
from understudy.control._wishes import amend, overlay, take_back
from understudy.engine.faultbook import counter_of
from understudy.engine.pace import Pace
from understudy.engine.timeline import Course, in_force

_NONE = "timeline: expected one in the script, got none. PUT one to /_understudy/timeline."


def _show(_ask: Ask, sight: Sight) -> object:
    """Say where the timeline stands."""
    timeline, course = sight.timeline(), sight.course
    if timeline is None:
        return {"state": "none"}
    now = sight.clock.monotonic()
    spec, effect = timeline.spec, in_force(timeline, course, now)
    elapsed = course.elapsed(now, spec)
    change = None if elapsed is None else timeline.next_change(elapsed)
    return {
        "state": "stopped" if elapsed is None else "running",
        "start": spec.start,
        "repeat": spec.repeat,
        "elapsed": elapsed,
        "next_change": change,
        "in_force": {
            "phases": effect.phases,
            "scale": effect.scale,
            "timing": told(effect.pace),
            "faults": len(effect.faults),
        },
        "phases": [_phase(phase) for phase in spec.phases],
    }


def _phase(phase: Phase) -> dict[str, Any]:
    return {
        "name": phase.name,
        "at": phase.at,
        "for": phase.lasts,
        "ramp": phase.ramp,
        "scale": phase.scale,
        "timing": told(Pace.of(phase.timing)),
        "faults": len(phase.faults),
    }


def _start(ask: Ask, sight: Sight) -> object:
    _course(sight).start(sight.clock.monotonic())
    _count_anew(sight)
    return _show(ask, sight)


def _stop(ask: Ask, sight: Sight) -> object:
    _course(sight).stop()
    return _show(ask, sight)


def _course(sight: Sight) -> Course:
    if sight.timeline() is None:
        raise refused(_NONE, 409, "conflict")
    return sight.course


def _put(ask: Ask, sight: Sight) -> object:
    amend(ask, sight, "PUT", "timeline")
    _begin_anew(sight)
    return _show(ask, sight)


def _drop(ask: Ask, sight: Sight) -> object:
    was_put = "timeline" in overlay(sight).written
    take_back(sight, "timeline")
    if was_put:
        _begin_anew(sight)
    return _show(ask, sight)


def _begin_anew(sight: Sight) -> None:
    """Have a timeline that was put, or that comes back, start as it says itself, and its faults count anew."""
    sight.course.renew(sight.clock.monotonic())
    _count_anew(sight)


def _count_anew(sight: Sight) -> None:
    """Have the faults of phases count as if nothing had been asked."""
    sight.state.forget(lambda _session, key: key.startswith(counter_of("phase ")))


CONTROL = Control(
    "timeline",
    "What changes as time goes by.",
    (
        Route(
            "GET",
            "timeline",
            "Show the phases, which of them hold, what they change, and when the next change comes.",
            _show,
        ),
        Route("PUT", "timeline", "Replace the script's timeline; the body is a script's `timeline`.", _put),
        Route("DELETE", "timeline", "Go back to the script's timeline.", _drop),
        Route("POST", "timeline/start", "Start the timeline, anew if it runs already.", _start),
        Route("POST", "timeline/stop", "Stop it: nothing of it holds until it is started again.", _stop),
    ),
)
