"""The queue behind a connection is bounded, keeps its order, and knows what takes too long to arrive."""

from __future__ import annotations

import pytest

from understudy.model.http import Refusal
from understudy.runtime.inbox import MIN_BODY_RATE, WAITING, WAITING_BYTES, Inbox
from understudy.wire.http1 import Limits

GET = b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox(Limits(header_timeout=15.0, body_timeout=30.0))


def test_requests_come_out_in_order_with_their_time(inbox):
    inbox.parser.feed(GET % 1 + GET % 2)
    inbox.fill(3.0)
    inbox.parser.feed(b"GET / HTTP/1.1\r\n\r\n")
    inbox.fill(4.0)
    first, second, third = inbox.pop(), inbox.pop(), inbox.pop()
    assert (first.head.path, first.at) == ("/1", 3.0)
    assert (second.head.path, second.at) == ("/2", 3.0)
    assert isinstance(third, Refusal)
    assert inbox.empty


def test_it_holds_a_bounded_number_of_requests_and_takes_more_later(inbox):
    inbox.parser.feed(b"".join(GET % n for n in range(WAITING + 5)))
    inbox.fill(0.0)
    assert inbox.full
    paths = []
    while not inbox.empty:
        paths.append(inbox.pop().head.path)
        inbox.fill(0.0)
    assert paths == [f"/{n}" for n in range(WAITING + 5)]


def test_it_holds_a_bounded_number_of_bytes(inbox):
    inbox.parser.feed((POST % WAITING_BYTES + b"x" * WAITING_BYTES) * 3)
    inbox.fill(0.0)
    assert inbox.full
    assert inbox.pop().body == b"x" * WAITING_BYTES
    inbox.pop()
    inbox.fill(0.0)
    assert not inbox.empty


def test_what_a_client_left_unfinished_is_refused_and_nothing_else(inbox):
    assert inbox.unfinished("idle") is None
    inbox.parser.feed(b"GET / HT")
    refusal = inbox.unfinished(inbox.parser.phase)
    assert (refusal.status, refusal.message) == (400, "request: expected the rest of it, got the end of the stream.")


def test_a_discarded_inbox_stays_empty(inbox):
    inbox.parser.feed(GET % 1 + GET % 2 + b"GET")
    inbox.fill(0.0)
    inbox.discard()
    inbox.parser.feed(GET % 3)
    inbox.fill(0.0)
    assert inbox.empty
    assert not inbox.full


def test_an_idle_client_is_never_overdue(inbox):
    assert inbox.settle(0.0) == "idle"
    assert inbox.overdue(1e9) is None


def test_a_head_is_overdue_by_its_first_byte(inbox):
    inbox.parser.feed(b"GET")
    inbox.fill(0.0)
    assert inbox.settle(100.0) == "head"
    inbox.parser.feed(b" / HTTP/1.1\r\n")
    inbox.fill(0.0)
    inbox.settle(110.0)
    assert inbox.overdue(115.0) is None
    assert inbox.overdue(115.1).status == 408


def test_the_next_head_has_a_time_of_its_own(inbox):
    inbox.parser.feed(b"GET")
    inbox.fill(0.0)
    inbox.settle(0.0)
    inbox.parser.feed(b" / HTTP/1.1\r\nHost: a\r\n\r\nGET")
    inbox.fill(10.0)
    inbox.settle(10.0)
    assert inbox.overdue(20.0) is None
    assert inbox.overdue(25.1) is not None


def test_a_body_has_to_keep_up_a_least_rate_in_every_window(inbox):
    inbox.parser.feed(POST % 1_000_000)
    inbox.fill(0.0)
    assert inbox.settle(0.0) == "body"
    now = 0.0
    for _ in range(5):
        inbox.parser.feed(b"x" * MIN_BODY_RATE * 30)
        inbox.fill(0.0)
        inbox.settle(now)
        assert inbox.overdue(now + 30.0) is None
        now += 30.1
        assert inbox.overdue(now) is None
    inbox.parser.feed(b"x" * (MIN_BODY_RATE * 30 - 1))
    inbox.fill(0.0)
    refusal = inbox.overdue(now + 30.1)
    assert refusal.status == 408
    assert refusal.head.path == "/"
