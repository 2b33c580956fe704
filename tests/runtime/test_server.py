"""Starting, counting, sweeping and stopping."""

from __future__ import annotations

import asyncio
import gc
import itertools
import socket
import threading

import pytest

from understudy.errors import UsageError
from understudy.model.plan import Ending, Plan, Run
from understudy.runtime import server
from understudy.runtime.connection import Connection
from understudy.runtime.lateness import Lateness
from understudy.runtime.process import ThreadServer
from understudy.runtime.server import Server
from understudy.runtime.stream import Stream
from understudy.wire.http1 import Limits


def test_port_0_picks_a_port_that_answers(stage):
    stage = stage()
    assert stage.server.port > 0
    assert stage.client().get("/").answer() == (200, b"GET / ")


def test_nobody_is_connected_to_a_server_that_has_not_started():
    server = Server(None, port=0)
    assert (server.connections, server.waiting, server.peers()) == (0, 0, [])


def test_a_port_in_use_is_a_usage_error(stage):
    stage = stage()
    with pytest.raises(UsageError, match=f"port {stage.server.port}: expected a free port"):
        ThreadServer(lambda: Server(stage.app, port=stage.server.port))


def test_connections_are_counted_and_forgotten(stage):
    stage = stage()
    clients = [stage.client() for _ in range(20)]
    assert stage.server.connections == 20
    for client in clients:
        client.get("/").answer()
        client.close()
    stage.eventually(lambda: stage.server.connections == 0)


def alive():
    return {id(thing): thing for thing in gc.get_objects() if type(thing) in (Connection, Stream)}


def test_a_closed_connection_leaves_nothing_to_collect(stage):
    stage = stage()
    stage.app.routes["/stream"] = lambda request: stage.app.plan([b"x", 1000.0, b"y"])
    gc.collect()
    others = alive()  # of tests before, whose errors somebody keeps
    gc.disable()
    try:
        for path in ("/", "/stream"):
            client = stage.client()
            client.get(path).exactly(1)
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.close()
            stage.eventually(lambda: stage.server.connections == 0)
        stage.thread.call(lambda: None)
        left = alive().keys() - others.keys()
    finally:
        gc.enable()
    assert left == set()


def test_an_empty_server_asks_for_no_wake_up(stage):
    stage = stage()
    assert stage.clock.pending == 0
    client = stage.client()
    client.get("/").answer()
    assert stage.clock.pending == 1
    client.close()
    stage.eventually(lambda: stage.server.connections == 0)
    stage.advance(1.0)
    assert stage.clock.pending == 0


def test_all_streams_share_one_wake_up(stage):
    stage = stage()
    stage.app.routes["/stream"] = lambda request: stage.app.plan(itertools.chain([b"x"], itertools.repeat(1.0)))
    clients = [stage.client() for _ in range(50)]
    for client in clients:
        client.get("/stream").until(b"x")
    stage.eventually(lambda: stage.server.waiting == 50)
    assert stage.clock.pending == 2  # the player's and the sweep's


def test_a_crowd_is_looked_at_in_parts(stage, monkeypatch):
    monkeypatch.setattr(server, "BATCH", 3)
    stage = stage(Limits(idle_timeout=10.0))
    clients = [stage.client() for _ in range(10)]
    stage.advance(11.0)
    assert [client.rest() for client in clients] == [b""] * 10
    stage.eventually(lambda: stage.server.connections == 0)
    stage.advance(1.0)
    assert stage.clock.pending == 0


def test_a_sweep_survives_a_connection_that_breaks(stage, monkeypatch):
    stage = stage(Limits(idle_timeout=10.0))
    error = ValueError("broken")
    error.expected = True
    client, broken = stage.client(), stage.client()
    broken_port = broken.socket.getsockname()[1]
    check = Connection.check

    def sometimes(connection: Connection, now: float) -> None:
        if connection._transport.get_extra_info("peername")[1] == broken_port:
            raise error
        check(connection, now)

    monkeypatch.setattr(Connection, "check", sometimes)
    stage.advance(12.0)
    assert client.rest() == b""
    assert error in stage.app.errors


def test_a_start_hands_out_what_plays_plans_of_nobody(stage):
    handed, ended = [], []
    stage = stage(on_start=handed.append)
    (play,) = handed
    seen: list[float] = []

    def steps():
        while True:
            yield 1.0
            seen.append(stage.clock.monotonic())

    stop = stage.thread.call(play, Plan(steps(), ended.append))
    stage.advance(3.5)
    assert seen == [1.0, 2.0, 3.0]
    stage.thread.call(stop)
    stage.advance(3.0)
    assert seen == [1.0, 2.0, 3.0]
    stage.thread.call(play, Plan(steps(), ended.append))
    stage.thread.stop()
    assert [delivery.outcome for delivery in ended] == ["server_stopped"] * 2
    assert stage.clock.pending == 0


def test_a_sweep_is_told_of_while_there_is_anybody_and_for_a_while_after(stage):
    sweeps = []
    stage = stage(on_sweep=lambda: sweeps.append(stage.clock.monotonic()))
    stage.advance(10.0)
    assert sweeps == []
    client = stage.client()
    stage.advance(server.SWEEP * 4)
    assert len(sweeps) == 4
    client.close()
    stage.eventually(lambda: stage.server.connections == 0)
    gone = stage.clock.monotonic()
    stage.advance(server.AFTERWARDS - server.SWEEP)
    assert gone + server.AFTERWARDS - sweeps[-1] <= 2 * server.SWEEP
    stage.advance(2 * server.SWEEP)
    count = len(sweeps)
    stage.advance(10.0)
    assert len(sweeps) == count
    assert stage.clock.pending == 0


def test_who_is_gone_before_the_first_sweep_is_swept_after_as_well(stage):
    sweeps = []
    stage = stage(on_sweep=lambda: sweeps.append(stage.clock.monotonic()))
    stage.client().close()
    stage.eventually(lambda: stage.server.connections == 0)
    stage.advance(server.AFTERWARDS)
    assert len(sweeps) == int(server.AFTERWARDS / server.SWEEP)


def test_whoever_hears_of_sweeps_and_breaks_stops_none(stage):
    error = ValueError("broken")
    error.expected = True

    def hear() -> None:
        raise error

    stage = stage(Limits(idle_timeout=10.0), on_sweep=hear)
    client = stage.client()
    stage.advance(12.0)
    assert client.rest() == b""
    assert error in stage.app.errors


def test_what_is_played_is_measured_where_it_is_asked_for(stage):
    lateness = Lateness()
    stage = stage(lateness=lateness)
    assert stage.server.lateness is lateness
    stage.app.routes["/run"] = lambda request: stage.app.plan([Run([(b"x", b"")] * 3, b"", [1.0] * 3), Ending.CLOSE])
    client = stage.client()
    client.get("/run")
    stage.eventually(lambda: stage.server.waiting)
    assert lateness.streams == 1
    stage.advance(5.0)
    assert client.rest() == b"xxx"
    assert (lateness.events, lateness.streams) == (3, 0)


# -- stopping ---------------------------------------------------------------------------------------------------------


def stop(stage, grace: float) -> asyncio.Future[None]:
    """Begin to stop the server."""
    return asyncio.run_coroutine_threadsafe(stage.server.stop(grace), stage.thread._loop)


def test_a_stop_closes_idle_connections_and_the_door(stage):
    stage = stage()
    client = stage.client()
    client.get("/").answer()
    stop(stage, 5.0).result(timeout=5)
    assert client.rest() == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", stage.server.port), timeout=5)


def test_a_stop_finishes_what_is_in_flight(stage):
    stage = stage()
    stage.app.routes["/slow"] = lambda request: stage.app.plan([5.0, stage.app.answer(request)])
    streaming, pipelining, sending = stage.client(), stage.client(), stage.client()
    streaming.get("/slow")
    pipelining.get("/slow").get("/second")
    sending.send(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe")
    stage.eventually(lambda: stage.server.waiting == 2)
    stage.eventually(lambda: "body" in [peer._inbox.phase for peer in stage.server.peers()])
    stopped = stop(stage, 30.0)
    stage.eventually(lambda: stage.server._hub.stopping)
    sending.send(b"llo")
    stage.advance(5.0)
    assert streaming.rest().endswith(b"GET /slow ")
    assert pipelining.rest().endswith(b"GET /second ")
    assert sending.rest().endswith(b"POST /echo hello")
    stopped.result(timeout=5)
    assert [outcome for outcome, _ in stage.app.endings] == ["done", "done"]


def test_a_stop_cuts_off_what_does_not_end(stage):
    stage = stage()
    stage.app.routes["/endless"] = lambda request: stage.app.plan(itertools.cycle([b"x", 1.0]))
    client = stage.client()
    client.get("/endless").until(b"x")
    stop(stage, 0.0).result(timeout=5)
    assert stage.app.endings == [("server_stopped", 1)]
    assert stage.server.connections == 0
    assert stage.server.waiting == 0


def test_whoever_a_stop_cuts_off_is_gone_when_it_is_through(stage):
    stage = stage()
    stage.app.routes["/endless"] = lambda request: stage.app.plan(itertools.cycle([b"x", 1.0]))
    stage.client().get("/endless").until(b"x")

    async def left() -> int:
        await stage.server.stop()
        return stage.server.connections

    assert asyncio.run_coroutine_threadsafe(left(), stage.thread._loop).result(timeout=5) == 0


def test_a_stop_does_not_wait_for_what_hangs(stage):
    stage = stage()
    stage.app.routes["/hang"] = lambda request: stage.app.plan([b"x", Ending.HANG])
    stage.client().get("/hang").until(b"x")
    stop(stage, 1e6).result(timeout=5)
    assert stage.app.endings == [("server_stopped", 1)]


def test_a_stop_does_not_wait_for_what_begins_to_hang(stage):
    stage = stage()
    stage.app.routes["/hang"] = lambda request: stage.app.plan([b"x", 1.0, Ending.HANG])
    stage.client().get("/hang").until(b"x")
    stopped = stop(stage, 1e6)
    stage.eventually(lambda: stage.server._hub.stopping)
    stage.advance(1.0)
    stopped.result(timeout=5)
    assert stage.app.endings == [("server_stopped", 1)]


def test_a_request_that_has_arrived_unheard_is_answered_before_a_stop(stage):
    stage = stage()
    client = stage.client()
    client.get("/").answer()

    def both() -> asyncio.Task[None]:
        client.get("/unheard")
        return asyncio.ensure_future(stage.server.stop(5.0))

    stage.thread.call(both)
    assert client.answer() == (200, b"GET /unheard ")
    assert client.rest() == b""


def test_an_abort_ends_a_stop_that_waits(stage):
    stage = stage()
    stage.app.routes["/slow"] = lambda request: stage.app.plan([1e6, b"x"])
    stage.client().get("/slow")
    stage.eventually(lambda: stage.server.waiting)
    stopped = stop(stage, 1e6)
    stage.eventually(lambda: stage.server._hub.stopping)
    stage.thread.call(stage.server.abort)
    stopped.result(timeout=5)
    assert stage.app.endings == [("server_stopped", 0)]


def test_a_server_can_be_stopped_twice_and_before_it_starts(stage):
    stage = stage()
    stop(stage, 0.0).result(timeout=5)
    stop(stage, 0.0).result(timeout=5)
    asyncio.run(Server(stage.app, port=0).stop())


def test_a_crowd_is_let_in_within_a_few_turns_of_the_loop(stage):
    stage, started, may_go_on = stage(), threading.Event(), threading.Event()
    crowd, turns = 2 * server.DOORS, []

    def busy():
        started.set()
        may_go_on.wait(10)
        count()

    def count():
        turns.append(stage.server.connections)
        if turns[-1] < crowd and len(turns) < 100:
            asyncio.get_running_loop().call_soon(count)

    threading.Thread(target=stage.thread.call, args=(busy,)).start()
    started.wait(10)
    for _ in range(crowd):
        stage.client(heard=False)
    may_go_on.set()
    stage.eventually(lambda: stage.server.connections == crowd)
    assert len(turns) <= crowd // 2
