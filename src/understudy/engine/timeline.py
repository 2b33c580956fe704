"""What the timeline says at a moment: phases made ready to be asked once for each request.

In: a `TimelineSpec` and the seconds since its start. Out: an `Effect`: a factor on waits, laws that replace others, faults.
Between two changes the answer is the same object, found by one comparison. Knows no clock; `Course` remembers since when a
timeline runs and outlives the worlds.
"""

from __future__ import annotations

from bisect import bisect_right
from math import floor, inf, prod

from msgspec import Struct

from understudy.config.script import Phase, TimelineSpec
from understudy.engine.faultbook import Labelled, in_round, labelled
from understudy.engine.pace import NO_PACE, Pace

_SLACK = 1e-6  # seconds; ends that are sums of durations are not exact


class Effect(Struct, frozen=True):
    """What holds at a moment.

    `scale` multiplies every wait, `pace` has the laws that replace others, `faults` are those of all phases in the order of
    the script, each under the name it draws and counts by, `phases` the names of the phases.
    """

    scale: float = 1.0
    pace: Pace = NO_PACE
    faults: tuple[Labelled, ...] = ()
    phases: tuple[str, ...] = ()

    def on(self, pace: Pace) -> Pace:
        """Change the pace that an answer would have: laws replaced, then every wait scaled."""
        return pace if self is NO_EFFECT else self.pace.over(pace).scaled(self.scale)


NO_EFFECT = Effect()


class _Slope(Struct, frozen=True):
    """A phase made ready.

    Its scale is a function of time: from `low` at `at` evenly to its own at `at + ramp`.
    """

    phase: Phase
    pace: Pace
    faults: tuple[Labelled, ...]
    low: float
    end: float

    def scale(self, moment: float) -> float:
        phase = self.phase
        if moment >= phase.at + phase.ramp:
            return phase.scale
        return self.low + (phase.scale - self.low) * (moment - phase.at) / phase.ramp

    def holds(self, moment: float) -> bool:
        return self.phase.at <= moment < self.end


class Timeline:
    """The phases of one script, ready to be asked."""

    def __init__(self, spec: TimelineSpec) -> None:
        self.spec = spec
        self._slopes = _slopes(spec)
        moments = {m for s in self._slopes for m in (s.phase.at, s.phase.at + s.phase.ramp, s.end) if m < (spec.repeat or inf)}
        self._moments = sorted({0.0, *moments})
        self._from = self._until = 0.0  # the stretch that was asked for last, in seconds since the start
        self._origin = 0.0  # when its round began
        self._effect = NO_EFFECT
        self._ramps: tuple[_Slope, ...] = ()

    def now(self, elapsed: float) -> Effect:
        """Say what holds so many seconds after the start."""
        if not self._from <= elapsed < self._until:
            self._turn(elapsed)
        return self._ramped(elapsed) if self._ramps else self._effect

    @property
    def paces(self) -> tuple[Pace, ...]:
        """The laws of every phase."""
        return tuple(slope.pace for slope in self._slopes)

    def next_change(self, elapsed: float) -> float | None:
        """Say at which second after the start something begins or ends next; None when nothing does."""
        self.now(elapsed)
        return None if self._until == inf else self._until

    def _turn(self, elapsed: float) -> None:
        """Find the stretch of a moment."""
        elapsed = max(elapsed, 0.0)
        repeat = self.spec.repeat
        turn = floor(elapsed / repeat) if repeat else 0
        self._origin = turn * repeat if repeat else 0.0
        moment = max(elapsed - self._origin, 0.0)
        at = bisect_right(self._moments, moment)
        self._from = self._origin + self._moments[at - 1]
        self._until = self._origin + (self._moments[at] if at < len(self._moments) else repeat or inf)
        holding = [slope for slope in self._slopes if slope.holds(self._moments[at - 1])]
        self._ramps = tuple(s for s in holding if self._moments[at - 1] < s.phase.at + s.phase.ramp)
        pace = NO_PACE
        for slope in holding:
            pace = slope.pace.over(pace)
        if not holding:
            self._effect = NO_EFFECT
            return
        self._effect = Effect(
            prod(slope.phase.scale for slope in holding if slope not in self._ramps),
            pace,
            tuple(fault for slope in holding for fault in (in_round(slope.faults, turn) if turn else slope.faults)),
            tuple(slope.phase.name for slope in holding),
        )

    def _ramped(self, elapsed: float) -> Effect:
        effect, moment = self._effect, elapsed - self._origin
        scale = effect.scale * prod(slope.scale(moment) for slope in self._ramps)
        return Effect(scale, effect.pace, effect.faults, effect.phases)


def _slopes(spec: TimelineSpec) -> tuple[_Slope, ...]:
    """Give every phase its end and, if it ramps, the scale it comes from: that of the phases that end as it begins."""
    found: dict[int, _Slope] = {}
    for index, phase in sorted(enumerate(spec.phases), key=lambda entry: entry[1].at):
        before = [s for s in found.values() if abs(s.end - phase.at) <= _SLACK] if phase.ramp else []
        low = prod(slope.scale(slope.end) for slope in before)
        end = (spec.repeat or inf) if phase.lasts is None else phase.at + phase.lasts
        found[index] = _Slope(phase, Pace.of(phase.timing), labelled(_source(spec, index), phase.faults), low, end)
    return tuple(found[index] for index in range(len(spec.phases)))


def _source(spec: TimelineSpec, index: int) -> str:
    """Name the place of the faults of a phase; phases that share a name are told apart by their order."""
    name = spec.phases[index].name
    before = sum(phase.name == name for phase in spec.phases[:index])
    return f"phase {name}" + (f" ({before + 1})" if before else "")


class Course:
    """Since when the timeline runs. A reload leaves it as it is.

    Args:
        begun: when the server started, in seconds on the monotonic clock.
    """

    def __init__(self, begun: float) -> None:
        self.renew(begun)

    def renew(self, now: float) -> None:
        """Let a timeline start as it says itself, from now on: another one was put, or the script's came back."""
        self._told = False
        self._begun: float | None = now

    def start(self, now: float) -> None:
        """Begin, anew if it runs already."""
        self._told, self._begun = True, now

    def stop(self) -> None:
        """End: nothing of the timeline holds any more."""
        self._told, self._begun = True, None

    def elapsed(self, now: float, spec: TimelineSpec) -> float | None:
        """Seconds since the start; None while it does not run. Until told otherwise a timeline starts as it says itself."""
        begun = self._begun if self._told or spec.start == "server" else None
        return None if begun is None else now - begun


def in_force(timeline: Timeline, course: Course, now: float) -> Effect:
    """Say what a timeline does to an answer that begins now."""
    elapsed = course.elapsed(now, timeline.spec)
    return NO_EFFECT if elapsed is None else timeline.now(elapsed)
