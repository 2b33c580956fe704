"""The feed of finished exchanges: what listeners get, when, and what it costs those who do not listen."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from understudy.control import _feed
from understudy.control._feed import Feed
from understudy.model.call import Call
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Delivery, Ending, Gate


class Listening:
    """A listener on the wire: plays the plan of its answer by hand."""

    def __init__(self, plan) -> None:
        self._plan = plan
        self._steps = iter(plan.steps)
        self.ended = False
        self.wakes: list[float] = []
        self.head = next(self._steps)
        self.gate: Gate | None = None

    def read(self) -> list[object]:
        """Play until nothing more is there; a gate that was opened is passed, as a player would."""
        found = []
        for step in self._steps:
            if isinstance(step, Gate):
                if step.at is None:
                    self.gate, step.heard = step, self.wakes.append
                    break
                step.at = None
            else:
                found.append(step)
        else:
            self.ended = True
        return found

    def leave(self) -> None:
        self._plan.ended(Delivery("client_gone", 0))


@pytest.fixture
def attended() -> list[bool]:
    return []


@pytest.fixture
def feed(sight, clock, attended) -> Feed:
    sight.feed = Feed(clock.monotonic, attended.append)
    return sight.feed


@pytest.fixture
def listen(app, feed) -> Callable[..., Listening]:
    def listening(query: str = "", method: str = "GET", version: str = "1.1", keep_alive: bool = True) -> Listening:
        path = "/_understudy/events"
        head = RequestHead(method, path, path, query, {"host": "127.0.0.1:8000"}, version, keep_alive)
        return Listening(app.respond(Request(head, b"", 0.0)))

    return listening


@pytest.fixture
def happen(feed, exchange):
    """An exchange ends."""
    return lambda **fields: feed.record(exchange(**fields))


def unchunked(steps: list[object]) -> bytes:
    data = b""
    for step in steps:
        size, _, rest = step.partition(b"\r\n")
        assert rest == rest[: int(size, 16)] + b"\r\n"
        data += rest[:-2]
    return data


def exchanges(data: bytes) -> list[dict]:
    return [json.loads(line[6:]) for line in data.decode().split("\n") if line.startswith("data: ")]


def test_what_was_understood_is_told(listen, happen, sight):
    sight.read = lambda request: Call("chat", "openai", user=request.body.decode())
    listener = listen()
    listener.read()
    happen(body=b"hello")
    (told,) = exchanges(unchunked(listener.read()))
    assert told["understood"] == {"user": "hello"}


def test_exchanges_are_told_as_they_end(listen, happen, control):
    listener = listen()
    head = listener.head.decode().lower()
    assert head.startswith("http/1.1 200 ok\r\n")
    assert "content-type: text/event-stream; charset=utf-8\r\n" in head
    assert "transfer-encoding: chunked\r\n" in head
    assert unchunked(listener.read()) == b": exchanges follow as they end\n\n"
    happen(rule="sky", serial=1)
    assert listener.wakes == [100.0]
    told = unchunked(listener.read())
    assert told.startswith(b"event: exchange\nid: 1\ndata: {")
    assert told.endswith(b"}\n\n")
    assert exchanges(told) == control("GET", "requests").json["requests"]


def test_what_ends_while_the_listener_is_busy_is_told_together(listen, happen):
    listener = listen()
    listener.read()
    for serial in (1, 2, 3):
        happen(serial=serial)
    assert listener.wakes == [100.0]
    (part,) = listener.read()
    assert [event["request_id"][-1] for event in exchanges(unchunked([part]))] == ["1", "2", "3"]
    assert listener.read() == []


def test_listeners_choose_as_in_the_journal(listen, happen):
    everything, errors = listen(), listen("status=429&session=a")
    for listener in (everything, errors):
        listener.read()
    happen(status=200, session="a")
    happen(status=429, session="b")
    happen(status=429, session="a", rule="mine")
    assert len(exchanges(unchunked(everything.read()))) == 3
    assert [event["rule"] for event in exchanges(unchunked(errors.read()))] == ["mine"]


@pytest.mark.parametrize("query", ["status=many", "stream=maybe", "colour=red"])
def test_a_wrong_choice_is_refused(feed, control, query):
    assert control("GET", f"events?{query}").status == 400
    assert len(feed) == 0


def test_nobody_is_attended_to_unless_somebody_listens(listen, feed, attended):
    one, other = listen(), listen()
    assert attended == [True]
    one.leave()
    one.leave()
    assert (attended, len(feed)) == ([True], 1)
    other.leave()
    assert (attended, len(feed)) == ([True, False], 0)


def test_a_slow_listener_loses_the_oldest_and_is_told(listen, happen, monkeypatch):
    monkeypatch.setattr(_feed, "ROOM", 2000)
    listener = listen()
    listener.read()
    for serial in range(5):
        happen(serial=serial, body=b"x" * 1000)
    told = unchunked(listener.read())
    assert told.startswith(b'event: lost\ndata: {"exchanges":4}\n\nevent: exchange\nid: 5\n')
    happen(body=b"x" * 10_000)
    assert exchanges(unchunked(listener.read()))[0]["request"]["body"] == "x" * 10_000


def test_only_so_many_may_listen(listen, control, monkeypatch):
    monkeypatch.setattr(_feed, "MOST", 1)
    listen()
    assert control("GET", "events").status == 503


def test_an_old_client_is_told_by_an_open_end(listen, happen, feed):
    listener = listen(version="1.0", keep_alive=False)
    assert b"transfer-encoding" not in listener.head
    assert b"connection: close\r\n" in listener.head
    assert listener.read() == [b": exchanges follow as they end\n\n"]
    feed.close()
    assert listener.read() == [Ending.CLOSE]


def test_closing_the_feed_ends_all_answers(listen, feed):
    listener = listen()
    listener.read()
    feed.close()
    assert listener.wakes == [100.0]
    assert listener.read() == [b"0\r\n\r\n"]
    assert listener.ended


def test_head_does_not_listen(listen, feed):
    assert listen(method="HEAD").read() == []
    assert len(feed) == 0


def test_the_time_of_the_feed_is_nobodys(app, feed):
    head = RequestHead("GET", "/_understudy/events", "/_understudy/events", "", {"host": "127.0.0.1:8000"})
    assert app.respond(Request(head, b"", 0.0)).silent
