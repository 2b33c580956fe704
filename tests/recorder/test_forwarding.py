"""Answers go on as they come; what did not go by whole is not kept."""

from __future__ import annotations

import pytest

from understudy.model.http import Request, RequestHead
from understudy.model.plan import Delivery, Ending, Gate, Plan
from understudy.recorder.forwarding import MOST, WINDOW, Forwarding
from understudy.runtime.trip import End, Head, Interim, Piece

FIELDS = (("Content-Type", "text/event-stream"), ("Connection", "keep-alive, x-hop"), ("X-Hop", "1"), ("X-Bad", "a\x00b"))


class House:
    """One request passed on to nobody: the test says what comes back."""

    def __init__(self):
        self.takes, self.lost, self.done = [], [], []

    def keep(self, take):
        self.takes.append(take)

    def passes(self, request):
        forwarding = Forwarding(request, self.keep, self.lost.append)
        forwarding.begin(self)
        self.hear = forwarding.hear
        return Plan(forwarding.steps(), forwarding.left)

    def pause(self):
        self.done.append("pause")

    def resume(self):
        self.done.append("resume")

    def break_off(self):
        self.done.append("break off")


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
    plan = house.passes(request_of(b"{}"))
    hear, steps = house.hear, iter(plan.steps)
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


def test_an_answer_of_known_length_is_kept_before_it_is_sent(house, request_of):
    plan = house.passes(request_of(b"{}"))
    house.hear(Head(200, (), 3, 0.0, 0.0))
    house.hear(Piece(b"abc", 0.5))
    house.hear(End(0.5))
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
    plan = house.passes(request_of(b"{}"))
    for each in news:
        house.hear(each)
    *_, end = sent(iter(plan.steps))
    assert end is last or (last is None and b"502 Bad Gateway" in end)
    assert (house.takes, house.lost) == ([], [news[-1].problem])


@pytest.mark.parametrize(
    ("news", "broken", "status", "last"),
    [
        ([End(1.0, "x", silent=True, how="hang")], "hang", 0, b"504 Gateway Timeout"),
        ([End(1.0, "x", silent=True, how="reset")], "reset", 0, Ending.ABORT),
        ([End(1.0, "x", silent=True, how="close")], "close", 0, Ending.CLOSE),
        ([Head(200, (), None, 0.0, 0.0), Piece(b"a", 0.5), End(1.0, "x", how="hang")], "hang", 200, Ending.ABORT),
        ([Head(200, (), 9, 0.0, 0.0), Piece(b"a", 0.5), End(1.0, "x", how="close")], "close", 200, Ending.CLOSE),
    ],
)
def test_what_the_upstream_breaks_is_kept_with_how_it_broke(house, request_of, news, broken, status, last):
    plan = house.passes(request_of(b"{}"))
    for each in news:
        house.hear(each)
    *_, end = sent(iter(plan.steps))
    assert end is last or (isinstance(last, bytes) and last in end)
    (take,) = house.takes
    assert (take.broken, take.broke, take.status, house.lost) == (broken, 1.0, status, [])


def test_a_close_that_a_client_of_http_1_0_would_take_for_the_end_becomes_a_reset(house):
    plan = house.passes(Request(RequestHead("POST", "/", "/", "", {}, "1.0", keep_alive=False), b"{}", 0.0))
    for news in (Head(200, (), None, 0.0, 0.0), Piece(b"a", 0.5), End(1.0, "x", how="close")):
        house.hear(news)
    assert sent(iter(plan.steps))[-2:] == [b"a", Ending.ABORT]


@pytest.mark.parametrize(("version", "passed"), [("1.1", True), ("1.0", False)])
def test_heads_in_advance_go_on_to_who_understands_them(house, version, passed):
    plan = house.passes(Request(RequestHead("POST", "/", "/", "", {}, version), b"{}", 0.0))
    for news in (Interim(103, (("Link", "</a>"), ("Connection", "x")), 0.0), Head(200, (), 0, 0.0, 0.0), End(0.0)):
        house.hear(news)
    first, *others = sent(iter(plan.steps))
    assert (first == b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n") is passed
    assert len([head for head in (first, *others) if b" 200 OK\r\n" in head]) == 1
    assert house.takes[0].status == 200


def test_the_answer_to_head_keeps_its_length_and_has_no_body(house):
    plan = house.passes(Request(RequestHead("HEAD", "/", "/", "", {}), b"", 0.0))
    house.hear(Head(200, (), 6, 0.0, 0.0))
    house.hear(End(0.0))
    (head,) = sent(iter(plan.steps))
    assert head.endswith(b"content-length: 6\r\n\r\n")


def test_the_upstream_waits_for_a_client_that_reads_slowly(house, request_of):
    steps = iter(house.passes(request_of(b"{}")).steps)
    house.hear(Head(200, (), None, 0.0, 0.0))
    next(steps)
    half = bytes(WINDOW // 2)
    for _ in range(2):
        house.hear(Piece(half, 0.0))
    assert house.done == [], "so much may wait"
    house.hear(Piece(b"x", 0.0))
    house.hear(Piece(b"x", 0.0))
    assert house.done == ["pause"], "said once"
    next(step for step in steps if isinstance(step, bytes))
    assert house.done == ["pause"]
    next(step for step in steps if isinstance(step, bytes))
    assert house.done == ["pause", "resume"]


def test_an_upstream_that_is_through_is_not_told_to_go_on(house, request_of):
    plan = house.passes(request_of(b"{}"))
    for news in (Head(200, (), None, 0.0, 0.0), Piece(bytes(WINDOW + 1), 0.0), End(0.0)):
        house.hear(news)
    assert sent(iter(plan.steps))[-1] == b"0\r\n\r\n"
    assert house.done == ["pause"]


def test_a_client_that_leaves_breaks_the_request_off(house, request_of):
    plan = house.passes(request_of(b"{}"))
    house.hear(Head(200, (), None, 0.0, 0.0))
    plan.ended(Delivery("client_gone", 0))
    house.hear(End(1.0))
    assert (house.done, house.takes, house.lost) == (["break off"], [], ["the client left (client_gone)"])


def test_a_client_gets_its_answer_even_when_it_cannot_be_kept(house, request_of):
    def fail(take):
        raise RuntimeError("broken")

    house.keep = fail
    plan = house.passes(request_of(b"{}"))
    house.hear(Head(200, (), None, 0.0, 0.0))
    with pytest.raises(RuntimeError, match="broken"):
        house.hear(End(1.0))
    assert sent(iter(plan.steps))[-1] == b"0\r\n\r\n"


def test_very_large_answers_are_passed_on_but_not_kept(house, request_of):
    plan = house.passes(request_of(b"{}"))
    house.hear(Head(200, (), None, 0.0, 0.0))
    large = bytes(1 << 20)
    for _ in range((MOST >> 20) + 1):
        house.hear(Piece(large, 1.0))
    house.hear(End(2.0))
    assert len(sent(iter(plan.steps))) == (MOST >> 20) + 3
    assert (house.takes, house.lost) == ([], ["the answer is very large"])
