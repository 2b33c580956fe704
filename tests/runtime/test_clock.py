"""The virtual clock stops at every wake-up; loop timers never wake early."""

from __future__ import annotations

import asyncio
import time

import pytest

from understudy.runtime.clock import LoopTimers, RealClock, VirtualClock


def test_the_real_clock_is_the_machines():
    before = time.monotonic(), time.time()
    clock = RealClock()
    assert before[0] <= clock.monotonic() <= time.monotonic()
    assert before[1] <= clock.wall() <= time.time()


def test_a_virtual_clock_moves_only_when_told_to():
    clock = VirtualClock(monotonic=5.0, wall=1000.0)
    assert (clock.monotonic(), clock.wall()) == (5.0, 1000.0)
    clock.advance(2.5)
    assert (clock.monotonic(), clock.wall()) == (7.5, 1002.5)


def test_it_stops_at_every_wake_up_in_order_of_time_then_of_asking():
    clock = VirtualClock()
    seen: list[tuple[str, float]] = []

    def note(name: str):
        return lambda: seen.append((name, clock.monotonic()))

    clock.call_at(2.0, note("late"))
    clock.call_at(1.0, note("first"))
    clock.call_at(1.0, note("second"))
    clock.call_at(9.0, note("never"))
    clock.advance(3.0)
    assert seen == [("first", 1.0), ("second", 1.0), ("late", 2.0)]
    assert clock.monotonic() == 3.0
    assert clock.pending == 1


def test_a_wake_up_may_ask_for_the_next():
    clock = VirtualClock()
    seen: list[float] = []

    def again() -> None:
        seen.append(clock.monotonic())
        clock.call_at(clock.monotonic() + 1.0, again)

    clock.call_at(1.0, again)
    clock.advance(3.5)
    assert seen == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(("step", "count"), [(0.001, 30), (0.1, 3), (0.1, 600), (0.0003, 1000), (0.25, 77)])
@pytest.mark.parametrize("since", [0.0, 0.7, 3599.123])
def test_steps_add_up_to_the_moment_that_their_sum_is(step, count, since):
    clock = VirtualClock()
    clock.advance(since)
    seen: list[float] = []
    clock.call_at(clock.monotonic() + step * count, lambda: seen.append(clock.monotonic()))
    for _ in range(count - 1):
        clock.advance(step)
    assert seen == []
    clock.advance(step)
    assert seen == [pytest.approx(since + step * count, abs=1e-9)]
    assert clock.monotonic() == pytest.approx(since + step * count, abs=2e-9)


def test_a_step_never_goes_back():
    clock = VirtualClock(monotonic=1.0000000004)
    clock.advance(0.0)
    assert clock.monotonic() == 1.0000000004


def test_a_wake_up_can_be_called_off():
    clock = VirtualClock()
    seen: list[int] = []
    clock.call_at(1.0, lambda: seen.append(1)).cancel()
    assert clock.pending == 0
    clock.advance(2.0)
    assert seen == []


def test_a_wake_up_in_the_past_comes_with_the_next_move():
    clock = VirtualClock(monotonic=10.0)
    seen: list[float] = []
    clock.call_at(1.0, lambda: seen.append(clock.monotonic()))
    clock.advance(0.0)
    assert seen == [10.0]


def test_loop_timers_ask_for_whole_milliseconds_behind_the_deadline():
    asked: list[float] = []

    class Loop(asyncio.AbstractEventLoop):
        def call_later(self, delay, callback, *args, context=None):
            asked.append(delay)

    clock = VirtualClock(monotonic=100.0)
    timers = LoopTimers(Loop(), clock)
    for deadline in (100.0104, 100.25, 99.0, 100.0):
        timers.call_at(deadline, lambda: None)
    assert asked == [0.011, 0.25, 0, 0]
