"""What clients see on the wire: order, framing of the connection, time-outs, endings. Raw sockets over loopback."""

from __future__ import annotations

import itertools
import socket
import threading

import pytest

from understudy.model.http import Request
from understudy.model.plan import Ending
from understudy.runtime.connection import DRAIN_TIME, HALF_CLOSED_PATIENCE, PREPARE_OVER
from understudy.runtime.inbox import WAITING
from understudy.wire.http1 import LAST_CHUNK, Limits, chunk, head

POST = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
STREAM = head(200, [("content-type", "text/event-stream")], length=None, chunked=True, close=False)


def post(body: bytes) -> bytes:
    return POST % len(body) + body


# -- requests and answers ---------------------------------------------------------------------------------------------


def test_a_kept_alive_connection_answers_again_and_again_from_one_parsed_head(stage):
    stage = stage()
    client = stage.client()
    for n in range(20):
        assert client.send(post(b"%d" % n)).answer() == (200, b"POST /echo %d" % n)
    assert len({id(request.head) for request in stage.app.seen}) == 1


def test_a_request_may_arrive_byte_by_byte(stage):
    client = stage().client()
    for byte in post(b"hello"):
        client.send(bytes([byte]))
    assert client.answer() == (200, b"POST /echo hello")


def test_requests_carry_the_time_they_were_whole_at(stage):
    stage = stage()
    client = stage.client()
    client.send(post(b"hello")[:-2])
    stage.eventually(stage.server.peers)
    stage.advance(2.0)
    client.send(b"lo").answer()
    assert stage.app.seen[0].at == 2.0


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "DELETE"])
def test_bodies_are_consumed_whatever_the_method(stage, method):
    client = stage().client()
    client.send(post(b"body").replace(b"POST", method.encode()))
    assert client.until(b"\r\n\r\n").startswith(b"HTTP/1.1 200")
    if method != "HEAD":
        client.until(b" body")
    assert client.get("/next").answer() == (200, b"GET /next ")


def test_an_offer_of_h2c_is_ignored_and_the_body_kept(stage):
    client = stage().client()
    offer = (
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n"
    )
    client.send(post(b"hello").replace(b"Content-Length", offer + b"Content-Length"))
    assert client.answer() == (200, b"POST /echo hello")
    assert client.get("/next").answer() == (200, b"GET /next ")


@pytest.mark.parametrize("fields", [["Connection: close"], ["Connection: x, CLOSE"]])
def test_a_connection_the_client_wants_closed_ends_with_fin(stage, fields):
    client = stage().client()
    client.get("/", *fields).get("/ignored")
    assert client.rest().endswith(b"connection: close\r\n\r\nGET / ")


def test_http_1_0_closes_unless_asked_to_keep(stage):
    client = stage().client()
    client.send(b"GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    assert client.answer() == (200, b"GET /a ")
    client.send(b"GET /b HTTP/1.0\r\n\r\n")
    assert client.rest().endswith(b"GET /b ")


def test_answers_come_in_order_when_an_early_one_is_slow(stage):
    stage = stage()
    stage.app.routes["/slow"] = lambda request: stage.app.plan([5.0, stage.app.answer(request)])
    client = stage.client()
    client.get("/slow").get("/fast").get("/slow").get("/last")
    stage.eventually(lambda: stage.server.waiting)
    assert [request.head.path for request in stage.app.seen] == ["/slow"]
    stage.advance(5.0)
    stage.eventually(lambda: len(stage.app.seen) == 3)
    stage.advance(5.0)
    assert [client.answer()[1] for _ in range(4)] == [b"GET /slow ", b"GET /fast ", b"GET /slow ", b"GET /last "]


def test_a_thousand_pipelined_requests_are_answered_in_order_even_if_nothing_is_read_for_a_while(stage):
    stage = stage()
    stage.app.routes["/big"] = lambda request: stage.app.answer(request, request.body * 1500)
    client = stage.client(SO_RCVBUF=65536)
    wire = b"".join(post(b"%08d" % n).replace(b"/echo", b"/big") for n in range(1000))
    sender = threading.Thread(target=client.send, args=(wire,))
    sender.start()
    stage.eventually(lambda: stage.connection()._paused)
    assert len(stage.app.seen) < 1000
    for n in range(1000):
        assert client.answer() == (200, b"%08d" % n * 1500)
    sender.join()


def test_a_client_that_pipelines_without_end_is_not_read_without_end(stage):
    stage = stage()
    stage.app.routes["/never"] = lambda request: stage.app.plan([1e6, b""])
    client = stage.client(SO_SNDBUF=4096)
    client.get("/never")
    stage.eventually(lambda: stage.server.waiting)
    client.socket.setblocking(False)
    wire, sent = memoryview(post(b"x" * 5000) * 4000), 0
    for _ in range(2000):
        try:
            sent += client.socket.send(wire[sent:])
        except BlockingIOError:
            stage.thread.call(lambda: None)
    inbox = stage.connection()._inbox
    assert inbox.full
    assert len(inbox._waiting) <= WAITING
    assert sent < 15_000_000


def test_the_application_is_asked_in_order_even_when_bodies_are_prepared_elsewhere(stage):
    stage = stage()
    threads = []

    def prepare(request: Request) -> None:
        threads.append(threading.current_thread())
        request.prepared = len(request.body)

    stage.app.prepare = prepare
    stage.app.routes["/echo"] = lambda request: stage.app.answer(
        request, b"%d %s" % (len(request.body), str(request.prepared).encode())
    )
    large, small = PREPARE_OVER + 1, PREPARE_OVER
    client = stage.client()
    client.send(post(b"x" * large) + post(b"y" * small) + post(b"z" * large))
    answers = [client.answer()[1] for _ in range(3)]
    assert answers == [b"%d %d" % (large, large), b"%d None" % small, b"%d %d" % (large, large)]
    assert len(threads) == 2
    assert stage.thread._thread not in threads


def test_a_preparation_that_breaks_is_reported_and_answered_anyway(stage):
    stage = stage()
    error = ValueError("broken")
    error.expected = True

    def prepare(request: Request) -> None:
        raise error

    stage.app.prepare = prepare
    assert stage.client().send(post(b"x" * (PREPARE_OVER + 1))).answer()[0] == 200
    assert stage.app.errors == [error]


def test_an_application_that_raises_is_reported_and_answered_with_500(stage):
    stage = stage()
    error = ValueError("broken")
    error.expected = True

    def broken(request: Request) -> bytes:
        raise error

    stage.app.routes["/broken"] = broken
    client = stage.client()
    client.get("/").answer()
    assert client.get("/broken").rest().startswith(b"HTTP/1.1 500 ")
    assert stage.app.errors == [error]


# -- expectations and refusals ----------------------------------------------------------------------------------------


EXPECTING = b"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"


def test_a_waiting_client_is_told_to_continue(stage):
    client = stage().client()
    for _ in range(2):
        client.send(EXPECTING)
        assert client.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert client.send(b"hello").answer() == (200, b"POST /echo hello")


@pytest.mark.parametrize("request_", [EXPECTING + b"hello", EXPECTING.replace(b"HTTP/1.1", b"HTTP/1.0") + b"hello"])
def test_nobody_else_is(stage, request_):
    assert stage().client().send(request_).answer() == (200, b"POST /echo hello")


def test_a_client_is_told_to_continue_only_when_it_is_its_turn(stage):
    stage = stage()
    stage.app.routes["/slow"] = lambda request: stage.app.plan([stage.app.answer(request)[:-1], 5.0, b"!"])
    client = stage.client()
    client.get("/slow").send(EXPECTING)
    client.until(b"/slow")
    stage.eventually(lambda: stage.connection()._inbox.parser.phase == "body")
    stage.advance(5.0)
    client.exactly(1)
    assert client.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert client.send(b"hello").answer() == (200, b"POST /echo hello")


def test_a_body_too_large_is_refused_before_it_is_sent(stage):
    client = stage(Limits(max_body=100)).client()
    client.send(EXPECTING.replace(b"Length: 5", b"Length: 101"))
    assert client.rest().startswith(b"HTTP/1.1 413 Content Too Large\r\n")


def test_a_refusal_can_be_read_by_a_client_that_is_still_sending(stage):
    client = stage(Limits(max_body=100)).client()
    client.send(POST % 30_000_000)
    client.send(b"x" * 30_000_000)
    assert client.rest().startswith(b"HTTP/1.1 413 ")


def test_good_requests_are_answered_before_a_bad_one_is_refused(stage):
    stage = stage()
    stage.app.routes["/slow"] = lambda request: stage.app.plan([5.0, stage.app.answer(request)])
    client = stage.client()
    client.get("/slow").get("/fast").send(b"GET / HTTP/1.1\r\n\r\n").get("/never")
    stage.eventually(lambda: stage.server.waiting)
    assert stage.app.refusals == []
    stage.advance(5.0)
    assert [client.answer() for _ in range(2)] == [(200, b"GET /slow "), (200, b"GET /fast ")]
    assert client.rest().startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert len(stage.app.seen) == 2


@pytest.mark.parametrize(
    ("status", "data"),
    [
        (400, b"GET / HTTP/1.1\r\n\r\n"),
        (400, b"\x16\x03\x01\x02\x00"),
        (400, b"GET / HTTP/1.1\nHost: a\n\n"),
        (414, b"GET /" + b"a" * 20_000),
        (431, b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 70_000),
        (501, b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n"),
        (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        (413, b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n"),
    ],
)
def test_refusals_close_so_that_they_can_be_read(stage, status, data):
    client = stage().client()
    assert client.send(data).rest().startswith(b"HTTP/1.1 %d " % status)


# -- half-closed and leaving clients ----------------------------------------------------------------------------------


def test_a_half_closed_client_gets_its_answers(stage):
    client = stage().client()
    client.get("/a").send(post(b"b")).half_close()
    assert client.rest().endswith(b"POST /echo b")


def test_a_half_closed_client_gets_a_slow_answer_and_those_behind_it(stage):
    stage = stage()
    stage.app.routes["/slow"] = lambda request: stage.app.plan([1.0, stage.app.answer(request)])
    client = stage.client()
    client.get("/slow").get("/fast").half_close()
    stage.eventually(lambda: stage.server.waiting and stage.connection()._eof)
    stage.advance(1.0)
    assert [client.answer()[1], client.answer()[1]] == [b"GET /slow ", b"GET /fast "]
    assert client.rest() == b""


def test_a_half_closed_client_that_is_sent_nothing_for_long_is_taken_for_gone(stage):
    stage = stage()
    stage.app.routes["/slow"] = lambda request: stage.app.plan([60.0, b"never"])
    stage.client().get("/slow").half_close()
    stage.eventually(lambda: stage.server.waiting and stage.connection()._eof)
    stage.advance(HALF_CLOSED_PATIENCE + 1)
    stage.eventually(lambda: stage.app.endings == [("client_gone", 0)])
    stage.eventually(lambda: stage.server.connections == 0)


def test_a_half_closed_client_that_is_sent_something_now_and_then_is_served_to_the_end(stage):
    stage = stage()
    stage.app.routes["/slow"] = lambda request: stage.app.plan(itertools.chain.from_iterable((1.0, b"x") for _ in range(6)))
    client = stage.client()
    client.get("/slow").half_close()
    stage.eventually(lambda: stage.server.waiting and stage.connection()._eof)
    stage.advance(7.0)
    assert client.rest() == b"xxxxxx"


def test_a_request_cut_off_by_fin_is_refused(stage):
    client = stage().client()
    client.send(post(b"hello")[:-1]).half_close()
    assert client.rest().startswith(b"HTTP/1.1 400 ")


def test_a_client_that_leaves_without_a_word_is_let_go(stage):
    stage = stage()
    stage.client().half_close()
    client = stage.client()
    client.get("/").answer()
    client.close()
    stage.eventually(lambda: stage.server.connections == 0)
    assert stage.app.refusals == []


def test_a_client_that_leaves_in_mid_stream_frees_everything(stage):
    stage = stage()
    closed = []

    def steps():
        try:
            yield STREAM
            while True:
                yield chunk(b"data: x\n\n")
                yield 1.0
        finally:
            closed.append(True)

    stage.app.routes["/stream"] = lambda request: stage.app.plan(steps())
    client = stage.client()
    client.get("/stream").until(b"data: x")
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.close()
    stage.eventually(lambda: closed)
    assert stage.app.endings == [("client_gone", len(STREAM) + len(chunk(b"data: x\n\n")))]
    assert stage.server.waiting == 0
    stage.eventually(lambda: stage.server.connections == 0)


def test_a_client_that_closes_in_mid_stream_is_found_out_with_the_next_events(stage):
    stage = stage()
    stage.app.routes["/stream"] = lambda request: stage.app.plan(itertools.cycle([b"x", 1.0]))
    client = stage.client()
    client.get("/stream").until(b"x")
    client.close()
    stage.eventually(lambda: stage.connection()._eof)

    def gone() -> bool:
        stage.clock.advance(1.0)
        return bool(stage.app.endings)

    stage.eventually(gone)
    assert stage.app.endings[0][0] == "client_gone"
    stage.eventually(lambda: stage.server.connections == 0)


@pytest.mark.parametrize("leave", ["fin", "reset"])
def test_a_hanging_answer_lasts_until_the_client_leaves(stage, leave):
    stage = stage()
    stage.app.routes["/hang"] = lambda request: stage.app.plan([STREAM, Ending.HANG])
    client = stage.client()
    client.get("/hang").until(b"\r\n\r\n")
    stage.advance(10_000.0)
    client.get("/ignored")
    assert stage.server.connections == 1
    if leave == "reset":
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.close()
    stage.eventually(lambda: stage.server.connections == 0)
    assert stage.app.endings == [("client_gone", len(STREAM))]
    assert len(stage.app.seen) == 1


def test_a_hang_reached_after_many_pipelined_requests_still_hears_the_client_leave(stage):
    stage = stage()
    stage.app.routes["/hang"] = lambda request: stage.app.plan([1.0, b"x", Ending.HANG])
    client = stage.client()
    client.get("/hang")
    for _ in range(WAITING * 2):
        client.get("/more")
    stage.eventually(lambda: stage.connection()._inbox.full)
    stage.advance(1.0)
    client.until(b"x")
    client.close()
    stage.eventually(lambda: stage.app.endings == [("client_gone", 1)])


# -- endings of plans -------------------------------------------------------------------------------------------------


def test_a_plan_that_runs_out_keeps_the_connection(stage):
    stage = stage()
    stage.app.routes["/stream"] = lambda request: stage.app.plan([STREAM, chunk(b"a"), 1.0, chunk(b"b"), LAST_CHUNK])
    client = stage.client()
    for _ in range(2):
        client.get("/stream")
        stage.eventually(lambda: stage.server.waiting)
        stage.advance(1.0)
        assert client.until(LAST_CHUNK) == STREAM + chunk(b"a") + chunk(b"b") + LAST_CHUNK
    assert client.get("/").answer() == (200, b"GET / ")
    assert [outcome for outcome, _ in stage.app.endings] == ["done", "done"]


def test_a_plan_for_a_client_that_wants_to_close_ends_with_fin(stage):
    stage = stage()
    stage.app.routes["/stream"] = lambda request: stage.app.plan([b"a", b"b"])
    assert stage.client().get("/stream", "Connection: close").rest() == b"ab"


def test_a_close_is_seen_as_fin(stage):
    stage = stage()
    stage.app.routes["/cut"] = lambda request: stage.app.plan([STREAM, chunk(b"a")[:-2], Ending.CLOSE])
    client = stage.client()
    client.get("/cut").get("/never")
    assert client.rest() == STREAM + chunk(b"a")[:-2]
    assert [outcome for outcome, _ in stage.app.endings] == ["closed"]
    assert len(stage.app.seen) == 1


def test_an_abort_is_seen_as_reset(stage):
    stage = stage()
    stage.app.routes["/reset"] = lambda request: stage.app.plan([1.0, Ending.ABORT])
    client = stage.client()
    client.get("/reset")
    stage.eventually(lambda: stage.server.waiting)
    stage.advance(1.0)
    with pytest.raises(ConnectionResetError):
        client.rest()
    assert stage.app.endings == [("aborted", 0)]
    stage.eventually(lambda: stage.server.connections == 0)


@pytest.mark.parametrize("size", [10, 30_000])
def test_what_was_sent_before_an_abort_arrives_before_the_reset(stage, size):
    stage = stage()
    stage.app.routes["/reset"] = lambda request: stage.app.plan([b"x" * size, Ending.ABORT])
    client = stage.client()
    client.get("/reset")
    assert client.exactly(size) == b"x" * size
    with pytest.raises(ConnectionResetError):
        client.rest()


def test_a_plan_that_breaks_resets_the_connection_and_is_reported(stage):
    stage = stage()
    error = ValueError("broken")
    error.expected = True

    def steps():
        yield STREAM
        yield 1.0
        raise error

    stage.app.routes["/broken"] = lambda request: stage.app.plan(steps())
    client = stage.client()
    client.get("/broken").until(b"\r\n\r\n")
    stage.advance(1.0)
    with pytest.raises(ConnectionResetError):
        client.rest()
    assert stage.app.errors == [error]
    assert [outcome for outcome, _ in stage.app.endings] == ["aborted"]


def test_waits_count_from_when_the_request_was_whole(stage):
    stage = stage()
    arrived: list[float] = []

    def steps():
        yield 1.0
        arrived.append(stage.clock.monotonic())
        yield stage.app.answer(stage.app.seen[-1])

    def late(request: Request):
        stage.clock.advance(0.75)  # thinking took that long
        return stage.app.plan(steps())

    stage.app.routes["/late"] = late
    client = stage.client()
    client.get("/late")
    stage.eventually(lambda: stage.server.waiting)
    stage.advance(5.0)
    client.answer()
    assert arrived == [1.0]


def test_waits_of_a_pipelined_request_count_from_its_turn(stage):
    stage = stage()
    stage.app.routes["/slow"] = lambda request: stage.app.plan([2.0, b"x"])
    client = stage.client()
    client.get("/slow").get("/slow")
    stage.eventually(lambda: stage.server.waiting)
    stage.advance(3.0)
    client.until(b"x")
    assert stage.server.waiting == 1
    stage.advance(1.0)
    client.until(b"x")


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


# -- too many ---------------------------------------------------------------------------------------------------------


def test_a_surplus_connection_is_turned_away_politely(stage):
    stage = stage(Limits(max_connections=2))
    first, second = stage.client(), stage.client()
    first.get("/").answer()
    second.get("/").answer()
    third = stage.client()
    assert third.get("/").rest().startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert stage.app.refusals[0].status == 503
    assert first.get("/").answer() == (200, b"GET / ")
    second.close()
    stage.eventually(lambda: len(stage.server.peers()) < 3)
    third.close()
    stage.eventually(lambda: stage.server.connections == 1)
    assert stage.client().get("/").answer() == (200, b"GET / ")
