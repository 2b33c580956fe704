"""`timeline`: phases in which waits and faults are others than usual, by the time since the start.

In: a list of phases, or a mapping with phases and what holds for all of them. Out: a `TimelineSpec` in which every phase has a
beginning and a name. What holds at a given moment is worked out in the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from understudy.config.grammar.fault import FAULTS
from understudy.config.grammar.form import Form, Key
from understudy.config.grammar.readers import INVALID, ListOf, Made, Scalar
from understudy.config.grammar.report import Report
from understudy.config.grammar.rule import RULE_NAME
from understudy.config.grammar.timing import TIMING
from understudy.config.quantities import DURATION, TIMEOUT
from understudy.config.script import NO_TIMING, Phase, Start, TimelineSpec
from understudy.config.source import Place
from understudy.config.values import choice

_SLACK = 1e-6  # seconds; sums of durations such as 0.1s + 0.2s are not exact


class _Draft(Struct, frozen=True, kw_only=True):
    """A phase that may still lack its beginning and its name."""

    phase: Phase
    at: float | None
    place: Place


def _phase(fields: dict[str, Any], at: Place, report: Report) -> Any:
    lasts, ramp, timing = fields.get("for"), fields.get("ramp", 0.0), fields.get("timing", NO_TIMING)
    if lasts is not None and ramp > lasts + _SLACK:
        report.add((*at, "ramp"), f"expected a ramp that ends within the phase ({lasts:g}s), got {ramp:g}s.")
        return INVALID
    scale = 1.0 if timing.scale is None else timing.scale
    phase = Phase(
        name=fields.get("name", ""),
        at=0.0,
        lasts=lasts,
        scale=scale,
        ramp=ramp,
        timing=replace(timing, scale=None),
        faults=fields.get("faults", ()),
    )
    return _Draft(phase=phase, at=fields.get("at"), place=at)


PHASE = Form(
    "phase",
    "A stretch of the timeline. Where phases overlap, their scales multiply, their faults add up, and of two that replace the "
    "same law the one further down wins.",
    (
        Key("at", Scalar(DURATION), "when it begins, since the start of the timeline; else as the phase above it ends"),
        Key("for", Scalar(TIMEOUT), "how long it holds; else to the end of the timeline"),
        Key("name", Scalar(RULE_NAME), "how logs and the control API call it; else `phase N`"),
        Key(
            "timing",
            TIMING,
            "`scale` multiplies every wait; laws replace those that models, rules and replies have",
        ),
        Key("ramp", Scalar(DURATION), "time in which the scale goes evenly from that of the phase that just ended to its own"),
        Key("faults", FAULTS, "what goes wrong beside the faults of the script"),
    ),
    _phase,
)
_LIST = ListOf(PHASE, "a list of phases")


def _placed(drafts: Sequence[_Draft], report: Report) -> Any:
    """Give every phase its beginning and its name."""
    phases: list[Phase] = []
    for number, draft in enumerate(drafts, 1):
        begin = draft.at
        if begin is None:
            before = phases[-1] if phases else Phase(name="", at=0.0, lasts=0.0)
            if before.lasts is None:
                report.add(draft.place, "expected 'at', since the phase above holds to the end, got none. Give one of them.")
                return INVALID
            begin = before.at + before.lasts
        phases.append(replace(draft.phase, at=begin, name=draft.phase.name or f"phase {number}"))
    return tuple(phases)


class _Phases(Struct, frozen=True):
    """A list of phases, one after the other where they do not say when they begin."""

    expected: str = _LIST.expected
    item: ListOf = _LIST

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Read the phases, then place them in time."""
        drafts = self.item.read(value, at, report)
        return INVALID if drafts is INVALID else _placed(drafts, report)

    def schema(self, defs: dict[str, Any]) -> dict[str, Any]:
        """Describe the array."""
        return self.item.schema(defs)


def _timeline(fields: dict[str, Any], at: Place, report: Report) -> Any:
    spec = TimelineSpec(**fields)
    if spec.repeat is None:
        return spec
    for index, phase in enumerate(spec.phases):
        end = phase.at + max(phase.lasts or 0.0, phase.ramp)
        if phase.at >= spec.repeat or end > spec.repeat + _SLACK:
            got = f"one from {phase.at:g}s to {end:g}s" if end > phase.at else f"one that begins at {phase.at:g}s"
            report.add((*at, "phases", index), f"expected a phase within the {spec.repeat:g}s of 'repeat', got {got}.")
            return INVALID
    return spec


PHASES = Made(_Phases(), TimelineSpec)
"""A timeline written as a bare list."""

TIMELINE = Form(
    "timeline",
    "What changes as time goes by. A bare list of phases is a timeline that starts with the server.",
    (
        Key("start", Scalar(choice(Start)), "when it starts: with the server, or at `POST /_understudy/timeline/start`"),
        Key("repeat", Scalar(TIMEOUT), "it begins anew after so long; else the last phases end it"),
        Key("phases", _Phases(), "the phases", required=True),
    ),
    _timeline,
)
