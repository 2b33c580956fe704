"""Alarms call back once a moment has come, and setting one again forgets the moment before."""

from __future__ import annotations

import asyncio
import os
import sys
import time

import pytest

from understudy.runtime import alarm
from understudy.runtime.alarm import COARSE, EXACT, FAR, VIRTUAL, FileAlarm, TimerAlarm, make_alarm
from understudy.runtime.clock import LoopTimers, RealClock, VirtualClock

linux = pytest.mark.skipif(sys.platform != "linux", reason="timer files: only Linux has them")


def ring(loop_factory, *deadlines: float, clear: bool = False) -> tuple[list[float], float]:
    """Set a file alarm to deadlines from now, one after the other, wait for 10 ms; give the calls, and when all began."""
    calls: list[float] = []

    async def main() -> float:
        loop = asyncio.get_running_loop()

        def call() -> None:
            calls.append(time.monotonic())
            bell.clear()

        bell = FileAlarm(loop, call)
        began = time.monotonic()
        for deadline in deadlines:
            bell.set(began + deadline)
        if clear:
            bell.clear()
        over = loop.create_future()
        loop.call_later(0.01, over.set_result, None)
        await over
        bell.close()
        bell.close()
        bell.set(began)  # nothing happens any more
        return began

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return calls, runner.run(main())


@linux
def test_a_file_calls_once_and_not_early(loop_factory):
    calls, began = ring(loop_factory, 0.003)
    assert len(calls) == 1
    assert calls[0] >= began + 0.003


@linux
def test_a_moment_that_is_over_calls_at_once(loop_factory):
    calls, _ = ring(loop_factory, -5.0)
    assert len(calls) == 1


@linux
def test_the_last_moment_set_counts(loop_factory):
    assert ring(loop_factory, 0.001, 1000.0)[0] == []
    calls, began = ring(loop_factory, 1000.0, 0.002)
    assert len(calls) == 1
    assert calls[0] >= began + 0.002


@linux
def test_a_cleared_file_calls_nobody(loop_factory):
    assert ring(loop_factory, 0.001, clear=True)[0] == []


@linux
@pytest.mark.parametrize("moment", [FAR, 1e300, float("inf")])
def test_a_moment_beyond_all_numbers_is_never(loop_factory, moment):
    assert ring(loop_factory, moment)[0] == []


@linux
def test_a_file_that_rang_rings_again(loop_factory):
    calls: list[str] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        over = loop.create_future()

        def call() -> None:
            calls.append("bell")
            if calls.count("bell") < 3:
                bell.again()
                loop.call_soon(calls.append, "others")
            else:
                bell.clear()
                over.set_result(None)

        bell = FileAlarm(loop, call)
        bell.set(time.monotonic())
        await asyncio.wait_for(over, 5.0)
        bell.close()

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(main())
    assert calls == ["bell", "others", "bell", "others", "bell"]


@linux
def test_a_file_is_given_back(loop_factory):
    async def main() -> None:
        bell = FileAlarm(asyncio.get_running_loop(), lambda: None)
        file = bell._file
        bell.close()
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(file)

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(main())


def test_timers_call_once_at_the_last_moment_set():
    clock, calls = VirtualClock(), []
    bell = TimerAlarm(clock, lambda: calls.append(clock.monotonic()), VIRTUAL)
    bell.set(5.0)
    bell.set(2.0)
    assert clock.pending == 1
    clock.advance(10.0)
    assert calls == [2.0]
    bell.set(12.0)
    bell.clear()
    bell.clear()
    clock.advance(10.0)
    assert calls == [2.0]
    bell.set(30.0)
    bell.close()
    assert clock.pending == 0


def test_timers_that_rang_ring_again():
    clock, calls = VirtualClock(), []

    def call() -> None:
        calls.append(clock.monotonic())
        if len(calls) < 3:
            bell.again()

    bell = TimerAlarm(clock, call, VIRTUAL)
    bell.set(2.0)
    clock.advance(2.0)
    clock.advance(5.0)
    assert len(calls) == 3
    assert clock.pending == 0


def made(timers_of, monkeypatch=None, platform: str = sys.platform) -> tuple[type, float]:
    async def main() -> tuple[type, float]:
        loop = asyncio.get_running_loop()
        bell = make_alarm(loop, timers_of(loop), lambda: None)
        bell.close()
        return type(bell), bell.step

    if monkeypatch is not None:
        monkeypatch.setattr(alarm.sys, "platform", platform)
    return asyncio.run(main())


@linux
def test_linux_gets_a_file_for_the_real_clock():
    assert made(lambda loop: LoopTimers(loop, RealClock())) == (FileAlarm, EXACT)


def test_other_systems_get_timers(monkeypatch):
    assert made(lambda loop: LoopTimers(loop, RealClock()), monkeypatch, "darwin") == (TimerAlarm, COARSE)


def test_a_clock_of_somebodys_own_gets_timers():
    assert made(lambda loop: LoopTimers(loop, VirtualClock())) == (TimerAlarm, COARSE)


def test_a_virtual_clock_gets_exact_ones():
    assert made(lambda loop: VirtualClock()) == (TimerAlarm, VIRTUAL)


@linux
def test_a_system_that_has_no_files_left_gets_timers(monkeypatch):
    def none() -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(alarm, "_timer_file", none)
    assert made(lambda loop: LoopTimers(loop, RealClock())) == (TimerAlarm, COARSE)
