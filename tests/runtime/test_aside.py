"""Long work has its turns among those of others, and ends when nobody waits for it."""

from __future__ import annotations

import threading
from collections import deque

import pytest

from understudy.errors import Interrupted
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Plan
from understudy.runtime import aside
from understudy.runtime.aside import SLICE, TOGETHER, Aside, answered, forget, limit, taken


class Loop:
    """Turns, one at a time."""

    def __init__(self):
        self.soon = deque()

    def __call__(self, callback):
        self.soon.append(callback)

    def turn(self):
        self.soon.popleft()()

    def run(self):
        turns = 0
        while self.soon:
            self.turn()
            turns += 1
        return turns


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def loop():
    return Loop()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def long_works(loop, clock, monkeypatch):
    monkeypatch.setattr(aside, "PATIENCE", 10.0)  # no machine is that slow
    return Aside(loop, clock)


@pytest.fixture
def done():
    return []


def pieces(clock, notes, name, count, each=SLICE):
    """Work in so many pieces."""

    def run(pause):
        for at in range(count):
            clock.now += each
            notes.append((name, at))
            pause()

    return run


def test_a_work_has_a_slice_in_each_turn_and_is_told_to_be_done(loop, clock, long_works, done):
    notes = []
    long_works.do(pieces(clock, notes, "a", 6, SLICE / 2), done.append)
    assert notes == []
    loop.turn()
    assert notes == [("a", 0), ("a", 1)]
    assert done == []
    assert loop.run() == 3  # the last of which finds the end
    assert len(notes) == 6
    assert done == [None]


def test_works_take_turns_but_not_too_many_of_them(loop, clock, long_works, done):
    notes = []
    for name in range(TOGETHER + 1):
        long_works.do(pieces(clock, notes, name, 2), done.append)
    loop.run()
    first = [(name, 0) for name in range(TOGETHER)]
    assert notes[: 2 * TOGETHER] == [*first, *((name, 1) for name in range(TOGETHER))]
    assert notes[2 * TOGETHER :] == [(TOGETHER, 0), (TOGETHER, 1)]
    assert done == [None] * (TOGETHER + 1)


def test_what_a_work_raises_is_told(loop, clock, long_works, done):
    error = ValueError("broken")

    def run(pause):
        clock.now += 1
        pause()
        raise error

    long_works.do(run, done.append)
    loop.run()
    assert done == [error]


def test_a_work_that_is_dropped_ends_at_its_pause_and_nobody_hears_of_it(loop, clock, long_works, done):
    notes, ended = [], threading.Event()

    def run(pause):
        try:
            pieces(clock, notes, "a", 9)(pause)
        finally:
            ended.set()

    work = long_works.do(run, done.append)
    long_works.do(pieces(clock, notes, "b", 1), done.append)
    loop.turn()
    work.drop()
    assert ended.wait(10)
    loop.run()
    assert notes == [("a", 0), ("b", 0)]
    assert done == [None]


@pytest.mark.parametrize("alone", [False, True])
def test_a_work_that_is_dropped_before_its_turn_never_begins(loop, clock, long_works, done, alone):
    notes = []
    works = [long_works.do(pieces(clock, notes, name, 1), done.append, alone=alone) for name in range(TOGETHER + 2)]
    for work in works[:-1]:
        work.drop()
    loop.run()
    assert notes == [(TOGETHER + 1, 0)]
    assert done == [None]


def test_a_work_that_does_not_pause_holds_nobody_up(loop, clock, monkeypatch, done):
    monkeypatch.setattr(aside, "PATIENCE", 0.0)
    begun, go_on, over = threading.Event(), threading.Event(), threading.Event()

    def run(pause):
        begun.set()
        go_on.wait(10)
        clock.now += 1
        over.set()

    Aside(loop, clock).do(run, done.append)
    loop.turn()
    assert begun.wait(10)
    loop.turn()
    assert done == []
    go_on.set()
    assert over.wait(10)
    monkeypatch.setattr(aside, "PATIENCE", 10.0)
    loop.run()
    assert done == [None]


def test_each_work_has_its_thread_and_none_outlives_it(loop, clock, long_works, done):
    threads = []

    def run(pause):
        threads.append(threading.current_thread())

    for _ in range(2):
        long_works.do(run, done.append)
    loop.run()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    assert len(set(threads)) == 2


def test_a_limit_counts_from_when_it_is_made(clock):
    clock.now = 5.0
    pause = limit(1.0, clock)
    clock.now = 6.0
    pause()
    clock.now = 6.1
    with pytest.raises(Interrupted):
        pause()


def test_each_piece_of_what_is_done_alone_is_waited_for(loop, clock, monkeypatch, done):
    monkeypatch.setattr(aside, "PATIENCE", 0.0)
    turns, apart = [], threading.Event()

    def run(pause):
        for _ in range(3):
            apart.wait(0.002)  # nobody sets it: as long as others would have been waited for
            turns.append("work")
            clock.now += 1
            pause()

    Aside(loop, clock).do(run, done.append, alone=True)
    while loop.soon:
        loop.turn()
        turns.append("others")
    assert turns == ["work", "others"] * 3 + ["others"]
    assert done == [None]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_nobody_waits_for_what_has_broken_off(loop, clock, long_works, done):
    def run(_pause):
        raise Interrupted

    work = long_works.do(run, done.append, alone=True)
    loop.run()
    assert done == [None]
    work._thread.join(10)  # it complains about itself at its very end, which is this test's


def test_what_is_done_alone_is_done_to_its_end_and_told(loop, clock, long_works, done):
    notes = []
    work = long_works.do(pieces(clock, notes, "a", 3), done.append, alone=True)
    loop.turn()
    work.drop()
    loop.run()
    assert notes == [("a", 0), ("a", 1), ("a", 2)]
    assert done == [None]


@pytest.mark.parametrize("answer", [b"answer", Plan(())])
def test_an_answer_that_was_made_aside_is_taken_once(answer):
    request, paused, alone = Request(RequestHead("GET", "/", "/", "", {}), b"", 0.0), [], []

    class App:
        def respond(self, request):
            request.pauses()()
            alone.append(request.alone)
            return answer

    answered(App(), request, lambda: paused.append(True))
    assert (paused, alone, request.pauses) == ([True], [True], None)
    assert taken(request) is answer
    assert (taken(request), request.prepared, request.alone) == (None, None, False)


def test_an_answer_that_nobody_waits_for_is_ended():
    ended = []
    for answer in (None, b"answer", Plan(()), Plan((), ended.append)):
        forget(answer)
    assert [delivery.outcome for delivery in ended] == ["client_gone"]
