"""What the timeline says at which moment; every phase is checked by arithmetic, on no clock."""

from __future__ import annotations

from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.config.script import Phase, TimelineSpec, TimingSpec
from understudy.engine.pace import Pace
from understudy.engine.timeline import NO_EFFECT, Course, Timeline, in_force
from understudy.faults import Armed, Fault, Trigger
from understudy.timing.fixed import Fixed


def phase(at: float, lasts: float | None = None, scale: float = 1.0, name: str = "p", **fields: Any) -> Phase:
    return Phase(name=name, at=at, lasts=lasts, scale=scale, **fields)


def timeline(*phases: Phase, **fields: Any) -> Timeline:
    return Timeline(TimelineSpec(phases, **fields))


def scales(made: Timeline, *moments: float) -> list[float]:
    return [round(made.now(moment).scale, 9) for moment in moments]


def test_a_phase_holds_from_its_beginning_until_just_before_its_end():
    made = timeline(phase(60, 30, 4, "brown-out"))
    assert scales(made, 0, 59.999, 60, 89.999, 90, 1e9) == [1, 1, 4, 4, 1, 1]
    assert made.now(70).phases == ("brown-out",)
    assert made.now(90) == NO_EFFECT


def test_between_two_changes_the_answer_is_the_same_object():
    made = timeline(phase(1, 2, 4), phase(5, 1, 2))
    assert made.now(1.0) is made.now(2.9)
    assert made.now(0.0) is made.now(0.5)
    assert made.now(3.0) is made.now(4.0)


def test_moments_may_be_asked_for_in_any_order():
    made = timeline(phase(1, 2, 4), phase(5, 1, 2))
    assert scales(made, 5.5, 2, 100, 0, 5.5, -1, 2) == [2, 4, 1, 1, 2, 1, 4]


def test_scales_of_overlapping_phases_multiply():
    made = timeline(phase(0, 10, 2, "a"), phase(5, 10, 3, "b"))
    assert scales(made, 4, 5, 9, 10, 15) == [2, 6, 6, 3, 1]
    assert made.now(7).phases == ("a", "b")


def test_of_laws_the_phase_further_down_wins():
    first = phase(5, 10, timing=TimingSpec(ttft=Fixed(1.0), itl=Fixed(1.0)))
    second = phase(0, 10, timing=TimingSpec(itl=Fixed(2.0)))
    made = timeline(first, second)
    assert made.now(0).pace == Pace(itl=Fixed(2.0))
    assert made.now(5).pace == Pace(ttft=Fixed(1.0), itl=Fixed(2.0))
    assert made.now(10).pace == Pace(ttft=Fixed(1.0), itl=Fixed(1.0))
    assert made.paces == (Pace(ttft=Fixed(1.0), itl=Fixed(1.0)), Pace(itl=Fixed(2.0)))
    assert made.now(15) is NO_EFFECT


def test_faults_add_up_each_under_a_name_of_its_own():
    one, two = Armed(Fault()), Armed(Fault())
    made = timeline(
        phase(5, 10, name="a", faults=(one,)), phase(0, 10, name="b", faults=(two, one)), phase(5, 5, name="a", faults=(two,))
    )
    assert [made.now(moment).faults for moment in (0, 5, 10, 15)] == [
        (("phase b 1", two), ("phase b 2", one)),
        (("phase a 1", one), ("phase b 1", two), ("phase b 2", one), ("phase a (2) 1", two)),
        (("phase a 1", one),),
        (),
    ]


def test_a_phase_without_an_end_holds_for_ever():
    assert scales(timeline(phase(5, None, 3)), 4, 5, 1e9) == [1, 3, 3]


def test_a_ramp_begins_at_the_scale_of_the_phase_that_just_ended():
    made = timeline(phase(60, 30, 4), phase(90, None, 1, ramp=10))
    assert scales(made, 89, 90, 92.5, 95, 99, 100, 200) == [4, 4, 3.25, 2.5, 1.3, 1, 1]


def test_a_ramp_begins_at_one_when_no_phase_just_ended():
    made = timeline(phase(0, 5, 4), phase(10, 20, 3, ramp=10))
    assert scales(made, 5, 10, 15, 20, 29, 30) == [1, 1, 2, 3, 3, 1]


def test_a_ramp_goes_on_from_where_another_ramp_ended():
    made = timeline(phase(0, 10, 2, ramp=10), phase(10, 10, 4, ramp=10), phase(20, None, 1, ramp=5))
    assert scales(made, 0, 5, 10, 15, 20, 22.5, 25) == [1, 1.5, 2, 3, 4, 2.5, 1]


def test_a_ramp_multiplies_with_a_phase_that_holds_beside_it():
    made = timeline(phase(0, None, 2), phase(0, 10, 4), phase(10, 10, 1, ramp=10))
    assert scales(made, 9, 10, 15, 20) == [8, 8, 5, 2]


def test_ends_that_are_inexact_sums_still_meet_the_next_beginning():
    made = timeline(phase(0.1, 0.2, 5), phase(0.3, None, 1, ramp=10))
    assert made.now(0.31).scale == pytest.approx(5 - 4 * 0.001)


def test_what_else_a_ramping_phase_has_holds_at_once():
    made = timeline(phase(0, 10, 3, "up", ramp=10, timing=TimingSpec(itl=Fixed(1.0)), faults=(Armed(Fault()),)))
    effect = made.now(5)
    assert (effect.scale, effect.pace, effect.phases) == (2, Pace(itl=Fixed(1.0)), ("up",))
    assert [name for name, _ in effect.faults] == ["phase up 1"]


def test_an_effect_replaces_laws_and_then_scales_every_wait():
    made = timeline(phase(0, 10, 4, timing=TimingSpec(itl=Fixed(1.0))))
    pace = Pace(ttft=Fixed(2.0), itl=Fixed(3.0))
    assert made.now(5).on(pace) == Pace(ttft=Fixed(2.0), itl=Fixed(1.0), scale=4.0)
    assert made.now(5).on(Pace(scale=0.5)).scale == 2.0
    assert made.now(10).on(pace) is pace


def test_a_timeline_that_repeats_begins_anew_each_time():
    made = timeline(phase(2, 3, 4), phase(8, None, 2), repeat=10.0)
    assert scales(made, 1, 2, 5, 8, 9.9) == [1, 4, 1, 2, 2]
    assert scales(made, 10, 12, 15, 18, 1_000_004, 1_000_009) == [1, 4, 1, 2, 4, 2]
    assert made.next_change(13) == 15
    assert made.next_change(1_000_009) == 1_000_010


def test_the_next_change_is_told():
    made = timeline(phase(60, 30, 4, ramp=10))
    assert [made.next_change(moment) for moment in (0, 60, 70, 90)] == [60, 70, 90, None]


def test_no_phase_no_effect():
    assert timeline().now(5) == NO_EFFECT


def test_a_timeline_starts_with_the_server_or_when_told():
    spec, waiting = TimelineSpec(start="server"), TimelineSpec(start="api")
    course = Course(100.0)
    assert [course.elapsed(130.0, one) for one in (spec, waiting)] == [30.0, None]
    course.start(140.0)
    assert [course.elapsed(150.0, one) for one in (spec, waiting)] == [10.0, 10.0]
    course.start(160.0)
    assert course.elapsed(161.0, waiting) == 1.0
    course.stop()
    assert [course.elapsed(170.0, one) for one in (spec, waiting)] == [None, None]
    course.start(180.0)
    assert course.elapsed(181.0, spec) == 1.0


def test_a_course_that_is_renewed_has_been_told_nothing():
    spec, waiting = TimelineSpec(start="server"), TimelineSpec(start="api")
    course = Course(100.0)
    for tell in (course.start, lambda _now: course.stop()):
        tell(110.0)
        course.renew(140.0)
        assert [course.elapsed(150.0, one) for one in (spec, waiting)] == [10.0, None]


def test_another_timeline_keeps_the_course():
    course, before, after = Course(0.0), timeline(phase(5, 5, 2)), timeline(phase(0, 20, 3))
    course.start(100.0)
    assert in_force(before, course, 106.0).scale == 2
    assert in_force(after, course, 116.0).scale == 3
    course.stop()
    assert in_force(after, course, 116.0) is NO_EFFECT


_PHASES = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 10) | st.none(), st.sampled_from([0.5, 2.0, 4.0])), max_size=6)


@given(_PHASES, st.lists(st.integers(0, 250), min_size=1, max_size=20), st.sampled_from([None, 40.0]))
def test_any_moment_in_any_order_has_the_product_of_the_phases_around_it(phases, tenths, repeat):
    made = timeline(*(phase(float(at), lasts, scale) for at, lasts, scale in phases), repeat=repeat)
    for moment in [tenth / 5 for tenth in tenths]:
        within = moment % repeat if repeat else moment
        around = [scale for at, lasts, scale in phases if at <= within and (lasts is None or within < at + lasts)]
        assert made.now(moment).scale == prod(around)


def test_each_round_counts_for_itself_and_draws_alike():
    struck = (Armed(Fault(), Trigger(first=1)), Armed(Fault(), Trigger(probability=0.5)))
    made = timeline(phase(0, 1, faults=struck), repeat=2.0)
    rounds = [made.now(moment).faults for moment in (0.5, 2.5, 4.5, 0.5)]
    assert [[label for label, _ in faults] for faults in rounds] == [["phase p 1", "phase p 2"]] * 4
    tallies = [faults[0][1].tally for faults in rounds]
    assert len(set(tallies)) == 3
    assert tallies[0] == tallies[3]
