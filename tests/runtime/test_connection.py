"""What clients see on the wire: order, framing, expectations, refusals. Raw sockets over loopback."""

from __future__ import annotations

import threading

import pytest

from understudy.engine.lengthy import EASY
from understudy.errors import Interrupted, TakesLong
from understudy.model.http import Request
from understudy.model.plan import Plan, Run
from understudy.runtime.aside import TOGETHER
from understudy.runtime.inbox import WAITING
from understudy.runtime.life import HARD
from understudy.wire.http1 import Limits
from understudy.wire.response import head

POST = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"


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


def test_what_comes_with_the_connection_is_answered_and_more_of_it_than_may_wait_is_not_read(stage):
    stage, started, may_go_on = stage(), threading.Event(), threading.Event()

    def busy():
        started.set()
        may_go_on.wait(10)

    threading.Thread(target=stage.thread.call, args=(busy,)).start()
    started.wait(10)
    client = stage.client(heard=False)
    stage.app.routes["/slow"] = lambda _request: stage.app.plan([1.0, b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"])
    paths = ["/slow", *(f"/{n}" for n in range(2 * WAITING))]
    client.send("".join(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n" for path in paths).encode())
    may_go_on.set()
    stage.eventually(lambda: stage.server.waiting)
    client.get("/last")
    stage.eventually(lambda: not stage.connection()._transport.is_reading())
    client.get("/behind")
    stage.advance(1.0)
    assert client.answer() == (200, b"")
    expected = [b"GET /%d " % n for n in range(2 * WAITING)]
    assert [client.answer()[1] for _ in range(2 * WAITING + 2)] == [*expected, b"GET /last ", b"GET /behind "]


def test_an_answer_that_takes_time_counts_from_when_its_request_reached_the_machine(stage):
    stage = stage()
    stage.advance(7.0)
    stage.server._hub.arrival = lambda _transport, read: read - 0.5
    stage.app.routes["/plan"] = lambda _request: stage.app.plan([0.5, head(200, [], length=0, close=False)])
    assert stage.client().get("/plan").answer() == (200, b"")  # though its clock stands still
    assert stage.app.seen[0].at == 6.5


def test_a_stream_is_followed_by_another_on_the_same_connection(stage):
    stage = stage()
    stage.app.routes["/stream"] = lambda _request: stage.app.plan(
        [b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n", Run([(b"a", b"")] * 4, b"", [1.0] * 4, ())]
    )
    client = stage.client()
    for n in range(3):
        client.get("/stream")
        stage.eventually(lambda: stage.server.waiting)
        stage.advance(4.0)
        assert client.answer() == (200, b"aaaa")
        assert len(stage.app.endings) == n + 1


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


def test_what_came_during_a_stream_is_answered_at_its_end_and_then_the_fast_lane_is_free_again(stage):
    stage = stage()
    stage.app.routes["/run"] = lambda request: stage.app.plan(
        [stage.app.answer(request), Run([(b"x", b"")], b"", [1.0], (b".",))]
    )
    client = stage.client()
    client.get("/run")
    stage.eventually(lambda: stage.server.waiting)
    client.get("/last")
    stage.eventually(lambda: not stage.connection()._alone)
    stage.advance(1.0)
    assert client.answer()[1] == b"GET /run "
    assert client.exactly(2) == b"x."
    assert client.answer()[1] == b"GET /last "
    client.get("/run")
    stage.eventually(lambda: stage.server.waiting)
    stage.advance(1.0)
    assert client.answer()[1] == b"GET /run "
    assert client.exactly(2) == b"x."
    stage.eventually(lambda: stage.connection()._ready)


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
    assert len(inbox.parser._buffer) < 1_000_000
    assert not stage.connection()._reading


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
    large, small = HARD + 1, EASY
    client = stage.client()
    client.send(post(b"x" * large) + post(b"y" * small) + post(b"z" * large))
    answers = [client.answer()[1] for _ in range(3)]
    assert answers == [b"%d %d" % (large, large), b"%d None" % small, b"%d %d" % (large, large)]
    assert len(threads) == 2
    assert stage.thread._thread not in threads


def test_the_application_is_not_asked_for_a_client_that_left_during_preparation(stage):
    stage = stage()
    begun, go_on = threading.Event(), threading.Event()

    def prepare(request: Request) -> None:
        begun.set()
        go_on.wait(10)

    stage.app.prepare = prepare
    client = stage.client()
    client.send(post(b"x" * (HARD + 1)))
    assert begun.wait(10)
    client.leave()
    stage.eventually(lambda: stage.server.connections == 0)
    go_on.set()
    done = stage.thread.call(lambda: stage.server._hub.loop.run_in_executor(None, int))
    stage.eventually(done.done)
    stage.thread.call(lambda: None)
    assert stage.app.seen == []


@pytest.mark.parametrize("pieces", [1, 2])
def test_what_takes_too_long_is_prepared_first_and_asked_for_again(stage, pieces):
    stage = stage()
    asked = []

    def respond(request: Request) -> bytes:
        asked.append(request.prepared)
        if request.pauses is not None:
            raise Interrupted
        return stage.app.answer(request, b"%d" % request.prepared)

    stage.app.routes["/echo"] = respond
    client, wire = stage.client(), post(b"x" * (EASY + 1))
    for at in range(pieces):
        client.send(wire[at * len(wire) // pieces : (at + 1) * len(wire) // pieces])
        stage.thread.call(lambda: None)
    assert client.answer()[1] == b"%d" % (EASY + 1)
    client.send(post(b"x" * (EASY + 1)))
    assert client.answer()[1] == b"%d" % (EASY + 1)
    assert asked == [None, EASY + 1] * 2


def test_what_takes_long_is_asked_for_aside(stage):
    stage = stage()
    asked = []

    def respond(request: Request) -> bytes:
        asked.append((request.alone, threading.current_thread() is stage.thread._thread))
        if not request.alone:
            raise TakesLong
        request.pauses()()
        return stage.app.answer(request, request.body)

    stage.app.routes["/echo"] = respond
    client = stage.client()
    client.send(post(b"one") + post(b"two"))
    assert [client.answer()[1] for _ in range(2)] == [b"one", b"two"]
    assert asked == [(False, True), (True, False)] * 2


def test_who_leaves_while_the_answer_is_made_aside_is_told_of(stage):
    stage = stage()
    begun, go_on, ended = threading.Event(), threading.Event(), []

    def respond(request: Request) -> Plan:
        if not request.alone:
            raise TakesLong
        begun.set()
        while not go_on.is_set():
            request.pauses()()
        return Plan((), lambda delivery: ended.append(delivery.outcome))

    stage.app.routes["/echo"] = respond
    client = stage.client()
    client.send(post(b"one"))
    assert begun.wait(10)
    client.leave()
    stage.eventually(lambda: stage.server.connections == 0)
    go_on.set()
    stage.eventually(lambda: ended == ["client_gone"])


def test_who_leaves_before_the_answer_is_begun_aside_is_not_answered(stage):
    stage = stage()
    begun, go_on, ended = threading.Semaphore(0), threading.Event(), []

    def respond(request: Request) -> bytes | Plan:
        if not request.alone:
            if request.body == b"last":
                begun.release()
            raise TakesLong
        if request.body == b"first":
            begun.release()
            while not go_on.is_set():
                request.pauses()()
        ended.append(request.body)
        return stage.app.answer(request)

    stage.app.routes["/echo"] = respond
    others = [stage.client().send(post(b"first")) for _ in range(TOGETHER)]
    for _ in others:
        assert begun.acquire(timeout=10)
    client, stayed = stage.client().send(post(b"last")), stage.client().send(post(b"last"))
    for _ in range(2):
        assert begun.acquire(timeout=10)
    client.leave()
    stage.eventually(lambda: stage.server.connections == TOGETHER + 1)
    go_on.set()
    assert stayed.answer()[0] == 200
    assert sorted(ended) == [b"first"] * TOGETHER + [b"last"]


def test_a_preparation_that_breaks_is_reported_and_answered_anyway(stage):
    stage = stage()
    error = ValueError("broken")
    error.expected = True

    def prepare(request: Request) -> None:
        raise error

    stage.app.prepare = prepare
    assert stage.client().send(post(b"x" * (HARD + 1))).answer()[0] == 200
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
    assert client.get("/broken").rest() == (
        b"HTTP/1.1 500 Internal Server Error\r\ndate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
        b"content-length: 0\r\nconnection: close\r\n\r\n"
    )
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


def test_plans_written_past_the_transport_keep_their_place_between_plain_answers(stage):
    stage = stage()
    stage.app.routes["/plan"] = lambda request: stage.app.plan([stage.app.answer(request)])
    stage.app.routes["/large"] = lambda request: stage.app.answer(request, b"x" * 3_000_000)
    client = stage.client(SO_RCVBUF=65536)
    paths = ["/a", "/plan", "/b", "/plan", "/large", "/plan", "/large", "/plan", "/c"]
    for path in paths:
        client.get(path)
    for path in paths:
        assert client.answer() == (200, b"x" * 3_000_000 if path == "/large" else b"GET %b " % path.encode())
