"""A server as a process that hears signals, and as a thread."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
import subprocess
import sys
import textwrap
import threading

import pytest

from understudy.errors import UsageError
from understudy.runtime.process import ThreadServer
from understudy.runtime.server import Server

FEW_FILES = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (48, 48))\n"
PROGRAM = textwrap.dedent(
    """
    import sys
    from understudy.model.plan import Plan
    from understudy.runtime.process import serve
    from understudy.runtime.server import Server
    from understudy.wire.response import head

    class App:
        def respond(self, request):
            wait = float(request.head.query or 0)
            steps = [head(200, [], length=None, close=True) + b"begin ", wait, b"end"]
            return Plan(steps, lambda delivery: print(delivery.outcome, flush=True))

        def refuse(self, refusal):
            return head(refusal.status, [], length=0, close=True)

        def prepare(self, request):
            pass

    serve(Server(App(), port=0), lambda server: print(server.port, flush=True), grace=60.0)
    print("stopped", flush=True)
    """
)


@pytest.fixture
def process():
    """A serving process, killed in the end if it is still there."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        yield running
        running.kill()


@pytest.fixture
def connect(process):
    """Connect to the process, once it says that it is ready."""
    port = int(process.stdout.readline())
    clients = []

    def connect() -> socket.socket:
        clients.append(socket.create_connection(("127.0.0.1", port), timeout=10))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


def begin(client, wait: float) -> None:
    client.sendall(b"GET /?%g HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" % wait)
    data = b""
    while b"begin " not in data:
        data += client.recv(1000)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_cleanly(process, connect, number):
    connect()
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert (out, err, process.returncode) == ("stopped\n", "", 0)


def test_a_signal_lets_answers_in_flight_finish(process, connect):
    client = connect()
    begin(client, 0.2)
    process.send_signal(signal.SIGTERM)
    assert client.recv(1000) == b"end"
    assert client.recv(1000) == b""
    out, err = process.communicate(timeout=10)
    assert (out, err, process.returncode) == ("done\nstopped\n", "", 0)


def test_a_second_signal_cuts_them_off(process, connect):
    client = connect()
    begin(client, 1000.0)
    process.send_signal(signal.SIGTERM)
    with contextlib.suppress(OSError):  # the door is closed: the first signal has been heard
        while True:
            connect()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert (out, err, process.returncode) == ("server_stopped\nstopped\n", "", 0)


@pytest.mark.skipif(sys.platform == "win32", reason="nobody counts files there")
@pytest.mark.parametrize("process", [FEW_FILES], indirect=True)
def test_a_server_that_ran_out_of_files_serves_again(process, connect):
    crowd = [connect() for _ in range(100)]
    for client in crowd:
        client.close()
    for _ in range(1000):
        client = connect()
        client.sendall(b"GET /?0 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            if client.recv(1000).startswith(b"HTTP/1.1 200 "):
                break
        client.close()
    else:
        pytest.fail("it never served again")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    assert process.returncode == 0


def test_a_thread_server_listens_when_it_is_made_and_is_gone_when_it_is_stopped(stage):
    stage = stage()
    assert stage.client().get("/").answer()[0] == 200
    assert stage.thread.port == stage.server.port
    stage.thread.stop()
    stage.thread.stop()
    assert not stage.thread._thread.is_alive()


def test_a_thread_server_is_a_context_manager(stage):
    app = stage().app
    with ThreadServer(lambda: Server(app, port=0)) as thread:
        assert thread.call(threading.current_thread).name == "understudy"
    assert not thread._thread.is_alive()


def test_a_thread_server_that_cannot_start_raises_where_it_was_made(stage):
    running = stage()
    before = threading.active_count()
    with pytest.raises(UsageError, match="expected a free port"):
        ThreadServer(lambda: Server(running.app, port=running.server.port))
    with pytest.raises(ZeroDivisionError):
        ThreadServer(lambda: 1 / 0)
    assert threading.active_count() <= before + 1


def test_calls_run_on_the_servers_thread_and_hand_back_what_happens(stage):
    thread = stage().thread
    assert thread.call(threading.get_ident) == thread._thread.ident
    assert thread.call(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        thread.call(divmod, 7, 0)


def test_errors_of_the_loop_reach_whoever_hears_the_servers(stage):
    stage = stage()
    error = ValueError("callback")
    error.expected = True

    def broken() -> None:
        raise error

    stage.thread.call(lambda: asyncio.get_running_loop().call_soon(broken))
    stage.eventually(lambda: stage.app.errors == [error])


def test_what_fails_in_the_task_of_a_client_that_was_collected_here_is_no_error_of_the_server(stage):
    stage = stage()
    done = threading.Event()

    async def broken() -> None:
        raise ValueError("a client's own")

    def leave() -> None:
        asyncio.get_running_loop().create_task(broken()).add_done_callback(lambda _: done.set())

    stage.thread.call(leave)
    assert done.wait(10)
    stage.thread.call(gc.collect)
    assert stage.app.errors == []
