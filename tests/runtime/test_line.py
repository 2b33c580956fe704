"""How connections end: half-closed and leaving clients, plans that close, reset, hang or break."""

from __future__ import annotations

import itertools

import pytest
from msgspec.structs import replace

from understudy.model.http import Request
from understudy.model.plan import Ending, Gate
from understudy.runtime.connection import Connection
from understudy.runtime.hub import Hub
from understudy.runtime.inbox import WAITING
from understudy.runtime.life import HALF_CLOSED_PATIENCE
from understudy.runtime.reset import TRIES
from understudy.wire.http1 import Limits
from understudy.wire.response import LAST_CHUNK, chunk, head

POST = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
STREAM = head(200, [("content-type", "text/event-stream")], length=None, chunked=True, close=False)


def post(body: bytes) -> bytes:
    return POST % len(body) + body


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


@pytest.mark.parametrize(("step", "maker"), [(Gate(), None), (60.0, lambda _began: None)])
def test_a_half_closed_client_whose_answer_is_still_to_be_made_is_taken_for_gone_at_once(stage, step, maker):
    stage = stage()
    stage.app.routes["/made"] = lambda request: replace(stage.app.plan([step, b"never"]), maker=maker)
    client = stage.client().get("/made")
    stage.eventually(lambda: stage.server.connections == 1 and stage.connection()._stream is not None)
    client.half_close()
    stage.eventually(lambda: stage.app.endings == [("client_gone", 0)])
    stage.eventually(lambda: stage.server.connections == 0)


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
    client.leave()
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


@pytest.mark.parametrize("farewell", ["fin", "reset"])
def test_a_hanging_answer_lasts_until_the_client_leaves(stage, farewell):
    stage = stage()
    stage.app.routes["/hang"] = lambda request: stage.app.plan([STREAM, Ending.HANG])
    client = stage.client()
    client.get("/hang").until(b"\r\n\r\n")
    stage.advance(10_000.0)
    client.get("/ignored")
    assert stage.server.connections == 1
    if farewell == "reset":
        client.leave()
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


# -- closed as the next request arrives -------------------------------------------------------------------------------


def last(stage) -> None:
    stage.app.routes["/last"] = lambda request: stage.app.plan([stage.app.answer(request), Ending.NEXT])


def test_a_doomed_connection_answers_in_full_and_ends_as_the_next_request_arrives(stage):
    stage = stage()
    last(stage)
    client = stage.client()
    assert client.get("/a").answer() == (200, b"GET /a ")
    assert client.get("/last").answer() == (200, b"GET /last ")
    stage.advance(1.0)
    assert stage.server.connections == 1
    client.get("/b")
    assert client.rest() == b""
    assert [request.head.path for request in stage.app.seen] == ["/a", "/last"]
    assert stage.app.endings[0][0] == "done"


def test_a_doomed_connection_ends_at_once_when_the_next_request_is_there_already(stage):
    stage = stage()
    last(stage)
    client = stage.client()
    client.send(b"".join(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % path for path in (b"/last", b"/b", b"/c")))
    assert client.rest().endswith(b"GET /last ")
    assert len(stage.app.seen) == 1


def test_a_doomed_connection_ends_with_the_first_byte_of_the_next_request(stage):
    stage = stage()
    last(stage)
    client = stage.client()
    client.get("/last").answer()
    client.send(b"G")
    assert client.rest() == b""


def test_a_doomed_connection_is_closed_when_it_is_idle_for_too_long(stage):
    stage = stage(Limits(idle_timeout=10.0))
    last(stage)
    client = stage.client()
    client.get("/last").answer()
    stage.advance(12.0)
    assert client.rest() == b""


def test_a_doomed_connection_that_was_to_be_closed_is_closed(stage):
    stage = stage()
    last(stage)
    assert stage.client().get("/last", "Connection: close").rest().endswith(b"GET /last ")


def test_a_client_of_a_doomed_connection_may_leave_first(stage):
    stage = stage()
    last(stage)
    client = stage.client()
    client.get("/last").answer()
    client.half_close()
    assert client.rest() == b""
    stage.eventually(lambda: stage.server.connections == 0)


class SlowTransport:
    """A transport whose socket takes its time."""

    def __init__(self, unsent: list[int]) -> None:
        self.unsent = unsent
        self.aborted = False

    def get_write_buffer_size(self) -> int:
        return self.unsent.pop(0) if len(self.unsent) > 1 else self.unsent[0]

    def get_extra_info(self, name: str) -> None:
        return None

    def write(self, data: bytes) -> None:
        pass

    def abort(self) -> None:
        self.aborted = True


@pytest.mark.parametrize(("unsent", "turns"), [([0], 0), ([9, 9, 9, 0], 3), ([9], TRIES)])
def test_a_reset_gives_unsent_bytes_a_moment_to_leave(stage, unsent, turns):
    stage, later, transport = stage(), [], SlowTransport([0, *unsent])
    stage.app.routes["/"] = lambda request: stage.app.plan([b"x", Ending.ABORT])

    class Loop:
        def call_later(self, delay, callback, *args):
            later.append(lambda: callback(*args))

    def play() -> None:
        hub = Hub(stage.app, Limits(), stage.clock, stage.server._hub.player, stage.app.errors.append)
        hub.loop = Loop()
        client = Connection(hub)
        client.connection_made(transport)
        client.data_received(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")

    stage.thread.call(play)
    for _ in range(turns):
        assert not transport.aborted
        later.pop()()
    assert transport.aborted
    assert later == []
