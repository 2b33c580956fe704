"""What came in one turn of the loop is answered together: thought about first, written then, each to its own client."""

from __future__ import annotations

import os
import socket

import pytest

from understudy.errors import Interrupted, TakesLong
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Plan
from understudy.runtime.stream import NO_FILE
from understudy.runtime.turn import TOGETHER, Turn

HEAD = RequestHead("GET", "/", "/", "", {})


class Loop:
    def __init__(self):
        self.soon = []

    def call_soon(self, callback):
        self.soon.append(callback)

    def turn(self):
        soon, self.soon = self.soon, []
        for callback in soon:
            callback()


class Client:
    """One who asks; what it hears is noted."""

    def __init__(self, events, file=NO_FILE):
        self.events, self.file = events, file

    def socket_for(self, request):
        return self.file

    def answered(self, request, rest):
        self.events.append(("answered", request.body, rest))

    def perform(self, request, plan):
        self.events.append(("perform", request.body, plan))

    def prepare(self, request, *, alone):
        self.events.append(("prepare", request.body, alone))

    def broken(self, error):
        self.events.append(("broken", str(error)))


@pytest.fixture
def events():
    return []


@pytest.fixture
def loop():
    return Loop()


def request(number):
    return Request(HEAD, b"%d" % number, 0.0)


def test_all_are_thought_about_before_anything_is_said(loop, events):
    def respond(asked):
        events.append(("thought", asked.body))
        return b"answer " + asked.body

    turn = Turn(loop, respond)
    for number in range(3):
        turn.ask(Client(events), request(number))
    assert (events, len(loop.soon)) == ([], 1)
    loop.turn()
    assert [event[0] for event in events] == ["thought"] * 3 + ["answered"] * 3
    assert events[3:] == [("answered", b"%d" % number, b"answer %d" % number) for number in range(3)]


def test_the_next_turn_begins_anew(loop, events):
    turn = Turn(loop, lambda asked: asked.body)
    for number in range(2):
        turn.ask(Client(events), request(number))
        loop.turn()
    assert [event[1] for event in events] == [b"0", b"1"]
    assert loop.soon == []


def test_a_socket_is_written_to_directly_and_the_rest_is_told(loop, events):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        large = b"x" * (8 << 20)
        turn = Turn(loop, lambda asked: large if asked.body == b"1" else b"small")
        for number in range(2):
            turn.ask(Client(events, ours.fileno()), request(number))
        loop.turn()
        (_, _, none), (_, _, rest) = events
        assert none == b""
        assert 0 < len(rest) < len(large)
        got = theirs.recv(len(b"small"))
        assert got == b"small"


def test_a_broken_socket_leaves_everything_to_its_owner(loop, events):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        turn = Turn(loop, lambda asked: b"answer")
        turn.ask(Client(events, writing), request(0))
        turn.ask(Client(events), request(1))
        loop.turn()
        assert events == [("answered", b"0", b"answer"), ("answered", b"1", b"answer")]
    finally:
        os.close(writing)


def test_plans_are_played_and_errors_told_and_the_others_answered(loop, events):
    plan = Plan([])

    def respond(asked):
        if asked.body == b"0":
            raise ValueError("broken")
        return plan if asked.body == b"1" else b"answer"

    turn = Turn(loop, respond)
    for number in range(3):
        turn.ask(Client(events), request(number))
    loop.turn()
    assert events == [("broken", "broken"), ("perform", b"1", plan), ("answered", b"2", b"answer")]


@pytest.mark.parametrize("stopped", [Interrupted, TakesLong])
def test_what_takes_too_long_is_prepared_and_the_others_answered(loop, events, stopped):
    def respond(asked):
        if asked.body == b"0":
            raise stopped
        return b"answer"

    turn = Turn(loop, respond)
    for number in range(2):
        turn.ask(Client(events), request(number))
    loop.turn()
    assert events == [("prepare", b"0", stopped is TakesLong), ("answered", b"1", b"answer")]


def test_who_has_left_is_not_answered(loop, events):
    thought = []
    turn = Turn(loop, lambda asked: thought.append(asked) or b"answer")
    turn.ask(Client(events, None), request(0))
    loop.turn()
    assert (events, thought) == ([], [])


def test_a_crowd_is_answered_in_parts(loop, events):
    order = []
    turn = Turn(loop, lambda asked: order.append("thought") or b"answer")

    class Noting(Client):
        def answered(self, request, rest):
            order.append("answered")

    for number in range(TOGETHER + 1):
        turn.ask(Noting(events), request(number))
    loop.turn()
    assert order == ["thought"] * TOGETHER + ["answered"] * TOGETHER + ["thought", "answered"]
