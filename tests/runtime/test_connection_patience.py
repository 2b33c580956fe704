"""What a client may cost: slow readers, time-outs, and too many connections."""

from __future__ import annotations

import contextlib
import itertools

import pytest

from understudy.model.http import Request
from understudy.model.plan import Plan
from understudy.runtime import connection
from understudy.runtime.life import DRAIN_TIME
from understudy.wire.http1 import Limits

POST = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"


# -- slow readers -----------------------------------------------------------------------------------------------------


def test_a_slow_reader_costs_bounded_memory_and_loses_nothing(stage):
    stage = stage()
    pieces = [b"%08d" % n + b"." * 1000 for n in range(10_000)]
    stage.app.routes["/huge"] = lambda request: stage.app.plan(iter(pieces))
    client = stage.client(SO_RCVBUF=65536)
    client.get("/huge", "Connection: close")

    def unsent() -> int:
        return stage.connection()._transport.get_write_buffer_size()

    stage.eventually(lambda: stage.connection()._paused)
    for _ in range(100):
        assert stage.thread.call(unsent) <= 256 * 1024
        client.buffer += client.socket.recv(100_000)
    assert client.rest() == b"".join(pieces)
    assert stage.app.endings == [("done", 10_000 * 1008)]


@pytest.mark.parametrize("kind", ["plain", "plan"])
def test_requests_wait_while_answers_are_not_read(stage, kind):
    stage = stage()
    body = b"x" * 60_000

    def big(request: Request) -> bytes | Plan:
        answer = stage.app.answer(request, body)
        return answer if kind == "plain" else stage.app.plan([answer])

    stage.app.routes["/big"] = big
    client = stage.client(SO_RCVBUF=65536)
    sent = 0
    while not stage.thread.call(lambda: stage.connection()._paused):
        client.get("/big")
        sent += 1
        stage.eventually(lambda wanted=sent: len(stage.app.seen) == wanted)
    client.get("/big")
    stage.eventually(lambda: not stage.connection()._inbox.empty or len(stage.app.seen) > sent)
    assert len(stage.app.seen) == sent
    for _ in range(sent + 1):
        assert client.answer() == (200, body)


def test_a_paced_stream_waits_for_a_slow_reader_and_catches_up(stage):
    stage = stage(Limits(write_timeout=1e6))
    event = b"x" * 50_000
    stage.app.routes["/stream"] = lambda request: stage.app.plan(
        itertools.chain.from_iterable((event, 1.0) for _ in range(400))
    )
    client = stage.client(SO_RCVBUF=65536)
    client.get("/stream", "Connection: close").exactly(1)
    for _ in range(400):
        stage.advance(1.0)
    stage.eventually(lambda: stage.connection()._paused)
    assert stage.thread.call(stage.connection()._transport.get_write_buffer_size) <= 256 * 1024
    assert len(client.rest()) == 400 * 50_000 - 1


def test_a_client_that_stops_reading_is_cut_off_in_the_end(stage):
    stage = stage(Limits(write_timeout=60.0))
    stage.app.routes["/huge"] = lambda request: stage.app.plan(itertools.repeat(b"x" * 10_000))
    client = stage.client(SO_RCVBUF=4096)
    client.get("/huge")
    stage.eventually(lambda: stage.server.peers() and stage.connection()._paused)
    stage.advance(59.0)
    assert stage.server.connections == 1
    stage.advance(3.0)
    stage.eventually(lambda: stage.server.connections == 0)
    assert [outcome for outcome, _ in stage.app.endings] == ["client_gone"]


def test_a_large_plain_answer_that_is_not_read_is_cut_off_too(stage):
    stage = stage(Limits(write_timeout=60.0))
    stage.app.routes["/huge"] = lambda request: stage.app.answer(request, b"x" * 20_000_000)
    stage.client(SO_RCVBUF=4096).get("/huge", "Connection: close")
    stage.eventually(lambda: stage.server.peers() and stage.connection()._paused)
    stage.advance(62.0)
    stage.eventually(lambda: stage.server.connections == 0)


# -- time-outs --------------------------------------------------------------------------------------------------------


def test_a_head_that_does_not_end_is_refused_in_time(stage):
    stage = stage(Limits(header_timeout=15.0))
    client = stage.client()
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\n")
    stage.eventually(lambda: stage.connection()._inbox.phase == "head")
    for n in range(7):
        stage.advance(2.0)
        client.send(b"X-%d: trickle\r\n" % n)
        stage.eventually(lambda n=n: b"X-%d" % n in stage.connection()._inbox.parser._buffer)
    assert stage.app.refusals == []
    stage.advance(2.0)
    assert client.rest().startswith(b"HTTP/1.1 408 Request Timeout\r\n")


def test_a_body_that_makes_no_progress_is_refused(stage):
    stage = stage(Limits(body_timeout=30.0))
    client = stage.client()
    client.send(POST % 100_000)
    stage.eventually(lambda: stage.connection()._inbox.phase == "body")
    client.send(b"x" * 5000)
    stage.eventually(lambda: stage.connection()._inbox.parser.received == 5000)
    stage.advance(31.0)
    assert stage.app.refusals == []
    client.send(b"trickle")
    stage.eventually(lambda: stage.connection()._inbox.parser.received == 5007)
    stage.advance(31.0)
    assert client.rest().startswith(b"HTTP/1.1 408 ")
    assert stage.app.refusals[0].head.path == "/echo"


def test_an_idle_connection_is_closed_without_a_word(stage):
    stage = stage(Limits(idle_timeout=75.0))
    client, silent = stage.client(), stage.client()
    stage.advance(50.0)
    client.get("/").answer()
    stage.advance(30.0)
    assert silent.rest() == b""
    assert client.get("/").answer() == (200, b"GET / ")
    stage.advance(80.0)
    assert client.rest() == b""
    assert stage.app.refusals == []


def test_idle_time_counts_from_the_end_of_a_slow_answer(stage):
    stage = stage(Limits(idle_timeout=75.0))
    stage.app.routes["/slow"] = lambda request: stage.app.plan([300.0, stage.app.answer(request)])
    client = stage.client()
    client.get("/slow")
    stage.eventually(lambda: stage.server.waiting)
    stage.advance(370.0)
    client.answer()
    assert client.get("/").answer() == (200, b"GET / ")


def test_a_request_that_began_during_a_slow_answer_has_its_full_time(stage):
    stage = stage(Limits(header_timeout=15.0))
    stage.app.routes["/slow"] = lambda request: stage.app.plan([100.0, stage.app.answer(request)])
    client = stage.client()
    client.get("/slow").send(b"GET /next")
    stage.eventually(lambda: stage.server.waiting and stage.connection()._inbox.phase == "head")
    stage.advance(110.0)
    client.answer()
    client.send(b" HTTP/1.1\r\nHost: a\r\n\r\n")
    assert client.answer() == (200, b"GET /next ")


def test_a_refused_client_that_does_not_close_is_let_go(stage):
    stage = stage()
    client = stage.client()
    assert client.send(b"GET / HTTP/1.1\r\n\r\n").rest().startswith(b"HTTP/1.1 400 ")
    assert stage.server.connections == 1
    stage.advance(DRAIN_TIME + 1)
    stage.eventually(lambda: stage.server.connections == 0)


def test_a_refused_client_that_sends_without_end_is_cut_off(stage, monkeypatch):
    monkeypatch.setattr(connection, "DRAIN_BYTES", 100_000)
    stage = stage()
    client = stage.client()
    client.send(b"GET / HTTP/1.1\r\n\r\n").until(b"\r\n\r\n")
    with contextlib.suppress(ConnectionError):
        client.send(b"x" * 1_000_000)
    stage.eventually(lambda: stage.server.connections == 0)


# -- too many ---------------------------------------------------------------------------------------------------------


def test_a_surplus_connection_is_turned_away_politely(stage):
    stage = stage(Limits(max_connections=2))
    first, second = stage.client(), stage.client()
    first.get("/").answer()
    second.get("/").answer()
    third = stage.client()
    assert third.get("/").rest().startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert stage.app.refusals[0].status == 503
    assert stage.server.room.cut == 0
    assert first.get("/").answer() == (200, b"GET / ")
    second.close()
    stage.eventually(lambda: len(stage.server.peers()) < 3)
    third.close()
    stage.eventually(lambda: stage.server.connections == 1)
    assert stage.client().get("/").answer() == (200, b"GET / ")


def test_who_is_cut_off_is_counted(stage):
    stage = stage(Limits(max_connections=1))
    stage.client().get("/").answer()
    stage.server.room.crowd = 0
    with contextlib.suppress(ConnectionError):
        assert stage.client(heard=False).rest() == b""
    stage.eventually(lambda: stage.server.room.cut == 1)
    assert stage.app.refusals == []
