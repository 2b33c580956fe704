"""Answers go on as they come; what did not go by whole is not kept."""

from __future__ import annotations

import pytest

from understudy.model.http import Refusal
from understudy.model.plan import Delivery, Ending, Gate
from understudy.recorder.proxy import MOST, Proxy
from understudy.recorder.upstream import Upstream
from understudy.runtime.courier import End, Head, Piece

FIELDS = (("Content-Type", "text/event-stream"), ("Connection", "keep-alive, x-hop"), ("X-Hop", "1"), ("X-Bad", "a\x00b"))


class Messenger:
    """Delivers nothing by itself: the test says what comes back."""

    def __init__(self):
        self.letters, self.broken = [], 0

    def deliver(self, letter, hear):
        self.letters.append(letter)
        self.hear = hear
        return self.break_off

    def break_off(self):
        self.broken += 1


class House:
    def __init__(self, known=None):
        self.messenger, self.takes, self.lost = Messenger(), [], []
        upstream = Upstream.of("https://api.example/v1")
        self.proxy = Proxy(upstream, self.messenger, self.takes.append, self.lost.append, known)


@pytest.fixture
def house():
    return House()


def sent(steps):
    """What there is to send now: everything up to a gate that is shut."""
    found = []
    for step in steps:
        if isinstance(step, Gate):
            if step.at is None:
                break
            step.at = None
        else:
            found.append(step)
    return found


def test_pieces_go_on_as_they_come(house, request_of):
    plan = house.proxy.respond(request_of(b"{}", authorization="Bearer k", connection="x-mine", **{"x-mine": "1"}))
    hear, steps = house.messenger.hear, iter(plan.steps)
    gate = next(steps)
    assert gate.at is None
    hear(Head(200, FIELDS, None, 1.0, 1.25))
    assert gate.at == 1.25, "the client's wait ends the moment the head came"
    head = next(steps)
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"transfer-encoding: chunked" in head
    assert b"hop" not in head
    assert b"x-bad" not in head
    for at, data in ((1.5, b"one"), (1.75, b"two")):
        hear(Piece(data, at))
        assert next(step for step in steps if isinstance(step, bytes)) == b"3\r\n%b\r\n" % data
    hear(End(2.0))
    assert sent(steps) == [b"0\r\n\r\n"]
    (take,) = house.takes
    assert (take.begun, take.chunks) == (0.25, [(0.5, b"one"), (0.75, b"two")])
    (letter,) = house.messenger.letters
    fields = dict(letter.fields)
    assert (fields["host"], fields["authorization"], "x-mine" in fields) == ("api.example", "Bearer k", False)


def test_an_answer_of_known_length_is_kept_before_it_is_sent(house, request_of):
    plan = house.proxy.respond(request_of(b"{}"))
    house.messenger.hear(Head(200, (), 3, 0.0, 0.0))
    house.messenger.hear(Piece(b"abc", 0.5))
    assert len(house.takes) == 1
    assert b"".join(sent(iter(plan.steps))).endswith(b"content-length: 3\r\n\r\nabc")


@pytest.mark.parametrize(
    ("news", "last"),
    [
        ([End(1.0, "refused", silent=True)], None),
        ([Head(200, (), None, 0.0, 0.0), Piece(b"a", 0.5), End(1.0, "reset")], Ending.ABORT),
    ],
)
def test_what_breaks_is_not_kept(house, request_of, news, last):
    plan = house.proxy.respond(request_of(b"{}"))
    for each in news:
        house.messenger.hear(each)
    *_, end = sent(iter(plan.steps))
    assert end is last or (last is None and b"502 Bad Gateway" in end)
    assert (house.takes, house.lost) == ([], [news[-1].problem])


@pytest.mark.parametrize(
    ("news", "broken", "status", "last"),
    [
        ([End(1.0, "timed out", silent=True)], "hang", 0, b"504 Gateway Timeout"),
        ([End(1.0, "[Errno 104] Connection reset by peer", silent=True)], "reset", 0, Ending.ABORT),
        ([End(1.0, "Remote end closed connection without response", silent=True)], "close", 0, Ending.CLOSE),
        ([Head(200, (), None, 0.0, 0.0), Piece(b"a", 0.5), End(1.0, "timed out")], "hang", 200, Ending.ABORT),
        ([Head(200, (), 9, 0.0, 0.0), Piece(b"a", 0.5), End(1.0, "it ended before")], "close", 200, Ending.CLOSE),
    ],
)
def test_what_the_upstream_breaks_is_kept_with_how_it_broke(house, request_of, news, broken, status, last):
    plan = house.proxy.respond(request_of(b"{}"))
    for each in news:
        house.messenger.hear(each)
    *_, end = sent(iter(plan.steps))
    assert end is last or (isinstance(last, bytes) and last in end)
    (take,) = house.takes
    assert (take.broken, take.broke, take.status, house.lost) == (broken, 1.0, status, [])


def test_a_client_that_leaves_breaks_the_request_off(house, request_of):
    plan = house.proxy.respond(request_of(b"{}"))
    house.messenger.hear(Head(200, (), None, 0.0, 0.0))
    plan.ended(Delivery("client_gone", 0))
    house.messenger.hear(End(1.0))
    assert (house.messenger.broken, house.takes, house.lost) == (1, [], ["the client left (client_gone)"])


def test_a_client_gets_its_answer_even_when_it_cannot_be_kept(house, request_of):
    def fail(take):
        raise RuntimeError("broken")

    house.proxy._recorded = fail
    plan = house.proxy.respond(request_of(b"{}"))
    house.messenger.hear(Head(200, (), None, 0.0, 0.0))
    with pytest.raises(RuntimeError, match="broken"):
        house.messenger.hear(End(1.0))
    assert sent(iter(plan.steps))[-1] == b"0\r\n\r\n"


def test_very_large_answers_are_passed_on_but_not_kept(house, request_of):
    plan = house.proxy.respond(request_of(b"{}"))
    house.messenger.hear(Head(200, (), None, 0.0, 0.0))
    large = bytes(1 << 20)
    for _ in range((MOST >> 20) + 1):
        house.messenger.hear(Piece(large, 1.0))
    house.messenger.hear(End(2.0))
    assert len(sent(iter(plan.steps))) == (MOST >> 20) + 3
    assert (house.takes, house.lost) == ([], ["the answer is very large"])


def test_nothing_else_is_reached(house, request_of):
    answer = house.proxy.respond(request_of(b"{}", "http://elsewhere.example/v1/x"))
    assert answer.startswith(b"HTTP/1.1 403 Forbidden")
    assert b"no open proxy" in answer
    assert house.messenger.letters == []


def test_what_is_known_is_not_asked(request_of):
    house = House(lambda request: b"mine" if b"known" in request.body else None)
    assert house.proxy.respond(request_of(b"known")) == b"mine"
    house.proxy.respond(request_of(b"other"))
    assert len(house.messenger.letters) == 1


def test_broken_http_is_refused(house):
    assert house.proxy.refuse(Refusal(400, "no")).startswith(b"HTTP/1.1 400 Bad Request")
