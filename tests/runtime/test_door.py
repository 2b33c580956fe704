"""Who is turned away at the door, how they are told, and how TLS begins behind it."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
import trustme

from understudy.runtime.door import HEARING, LINE, REST, Door, Judge
from understudy.runtime.life import DRAIN_TIME
from understudy.runtime.tls import tls_context
from understudy.wire.http1 import Limits

ALERT = b"\x15\x03\x03\x00\x02\x02\x28"
"""A fatal handshake_failure (RFC 8446 section 6)."""


class Doorkeeper:
    """Answers what it is told to, each once, and lets everybody in afterwards."""

    def __init__(self, *answers: bytes | Judge | Exception | None) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self) -> bytes | Judge | None:
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer


def connect(server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=5)


def read(client: socket.socket) -> bytes:
    data = b""
    while piece := client.recv(1000):
        data += piece
    return data


def test_whoever_is_let_in_is_served(stage):
    keeper = Doorkeeper()
    stage = stage(at_accept=keeper)
    client = stage.client()
    assert client.get("/a").answer() == client.get("/a").answer() == (200, b"GET /a ")
    assert keeper.asked == 1


def test_whoever_is_refused_sees_nothing_but_the_end(stage):
    stage = stage(at_accept=Doorkeeper(b"", b"", None))
    for _ in range(2):
        with connect(stage.server) as client:
            assert read(client) == b""
    assert stage.client().get("/a").answer() == (200, b"GET /a ")
    assert len(stage.app.seen) == 1
    stage.eventually(lambda: stage.server.connections == 1)


def is_a(line: bytes) -> bool:
    return line == b"GET /a HTTP/1.1\r"


def test_whoever_may_come_in_by_the_first_line_is_served(stage):
    stage = stage(at_accept=Doorkeeper(is_a))
    client = stage.client()
    client.send(b"GET /a HT")
    stage.eventually(lambda: stage.server.connections == 1)
    assert client.send(b"TP/1.1\r\nhost: x\r\n\r\n").answer() == (200, b"GET /a ")
    assert client.get("/b").answer() == (200, b"GET /b ")
    assert stage.server.connections == 1


@pytest.mark.parametrize("said", [b"GET /b HTTP/1.1\r\nhost: x\r\n\r\n", b"\n", b"G" * LINE])
def test_another_first_line_sees_nothing_but_the_end(stage, said):
    stage = stage(at_accept=Doorkeeper(is_a))
    with connect(stage.server) as client:
        client.sendall(said)
        assert read(client) == b""
    stage.eventually(lambda: stage.server.connections == 0)
    assert stage.app.seen == []


def test_a_first_line_has_to_come_soon(stage):
    stage = stage(at_accept=Doorkeeper(is_a))
    with connect(stage.server) as client:
        client.sendall(b"GET /a")
        stage.eventually(lambda: stage.server.connections == 1)
        stage.advance(HEARING + 1.0)
        assert read(client) == b""
    stage.eventually(lambda: stage.server.connections == 0)


def test_last_words_follow_what_the_client_says_first(stage):
    stage = stage(at_accept=Doorkeeper(b"words"))
    with connect(stage.server) as client:
        stage.eventually(lambda: stage.server.connections == 1)
        client.setblocking(False)
        with pytest.raises(BlockingIOError):
            client.recv(10)
        client.settimeout(10)
        client.sendall(b"hello")
        assert client.recv(100) == b"words"
        with contextlib.suppress(OSError):
            client.sendall(b"more")
        assert client.recv(100) == b""
    stage.eventually(lambda: stage.server.connections == 0)
    assert stage.app.seen == []


def test_whoever_says_nothing_is_cut_off_in_the_end(stage):
    stage = stage(at_accept=Doorkeeper(b"words"))
    with connect(stage.server) as client:
        stage.eventually(lambda: stage.server.connections == 1)
        stage.advance(DRAIN_TIME + 1.0)
        with contextlib.suppress(ConnectionResetError):
            assert read(client) == b""
    stage.eventually(lambda: stage.server.connections == 0)


def test_a_crowd_at_the_door_is_cut_off(stage):
    stage = stage(at_accept=Doorkeeper(b"words", b"words"))
    stage.server._hub.room.crowd = 1
    with connect(stage.server), connect(stage.server) as late:
        with contextlib.suppress(ConnectionResetError):
            assert read(late) == b""
        stage.eventually(lambda: stage.server.connections == 1)
        assert stage.server.room.cut == 1


def test_a_stop_does_not_wait_for_those_at_the_door(stage):
    stage = stage(at_accept=Doorkeeper(b"words"))
    with connect(stage.server) as client:
        stage.eventually(lambda: stage.server.connections == 1)
        stage.thread.stop(10.0)
        with contextlib.suppress(ConnectionResetError):
            assert read(client) == b""


def test_an_abort_cuts_those_at_the_door_off(stage):
    stage = stage(at_accept=Doorkeeper(b"words"))
    with connect(stage.server):
        stage.eventually(lambda: stage.server.connections == 1)
        stage.thread.call(stage.server.abort)
        stage.eventually(lambda: stage.server.connections == 0)


def test_a_doorkeeper_that_breaks_lets_in(stage):
    error = ValueError("broken")
    error.expected = True
    stage = stage(at_accept=Doorkeeper(error))
    assert stage.client().get("/a").answer() == (200, b"GET /a ")
    assert stage.app.errors == [error]


# -- TLS --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@pytest.fixture(scope="module")
def context(authority, tmp_path_factory) -> ssl.SSLContext:
    folder = tmp_path_factory.mktemp("door")
    leaf = authority.issue_cert("localhost", key_type=trustme.KeyType.ECDSA)
    leaf.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    leaf.private_key_pem.write_to_path(folder / "key.pem")
    return tls_context(str(folder / "cert.pem"), str(folder / "key.pem"))


@pytest.fixture
def secure(stage, authority, context) -> Iterator[Callable]:
    """Start a TLS server with a door, and give what connects to it."""
    clients: list[socket.socket] = []
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    trust.set_alpn_protocols(["http/1.1"])

    def make(*answers: bytes | None, limits: Limits | None = None):
        running = stage(limits, tls=context, at_accept=Doorkeeper(*answers))

        def secured() -> ssl.SSLSocket:
            clients.append(trust.wrap_socket(connect(running.server), server_hostname="localhost"))
            return clients[-1]

        return running, secured

    yield make
    for client in clients:
        client.close()


GET = b"GET %b HTTP/1.1\r\nHost: localhost\r\n%b\r\n"


def test_tls_begins_behind_the_door(secure):
    running, secured = secure()
    for _ in range(3):
        client = secured()
        assert client.selected_alpn_protocol() == "http/1.1"
        for path in (b"/a", b"/b"):
            client.sendall(GET % (path, b""))
            data = b""
            while not data.endswith(b"GET %b " % path):
                data += client.recv(1000)
    assert len(running.app.seen) == 6


def test_requests_that_come_right_behind_the_handshake_are_answered_in_order(secure):
    running, secured = secure()
    for n in range(20):
        client = secured()
        client.sendall(GET % (b"/%d" % n, b"") + GET % (b"/last", b"Connection: close\r\n"))
        assert read(client).count(b"GET /") == 2
    assert [request.head.path for request in running.app.seen[::2]] == [f"/{n}" for n in range(20)]


def test_a_handshake_that_is_to_fail_fails_with_the_alert(secure):
    running, secured = secure(ALERT)
    with pytest.raises(ssl.SSLError, match=r"(?i)handshake.failure"):
        secured()
    assert running.app.seen == []
    secured().sendall(GET % (b"/a", b""))
    running.eventually(lambda: len(running.app.seen) == 1)


def test_a_refused_connection_sees_no_tls(secure):
    _, secured = secure(b"")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        secured()


def test_clients_that_leave_or_speak_no_tls_leave_nothing_behind(secure):
    running, secured = secure()
    connect(running.server).close()
    with connect(running.server) as plain:
        plain.sendall(GET % (b"/", b""))
        with contextlib.suppress(ConnectionResetError):
            read(plain)
    secured().close()
    running.eventually(lambda: running.server.connections == 0)
    assert running.app.seen == []
    assert secured().selected_alpn_protocol() == "http/1.1"


def test_a_full_house_turns_away_behind_tls(secure):
    _, secured = secure(limits=Limits(max_connections=1))
    first = secured()
    first.sendall(GET % (b"/a", b""))
    first.recv(1000)
    assert secured().recv(1000).startswith(b"HTTP/1.1 503 ")


def test_who_has_begun_tls_takes_a_place_too(secure):
    running, secured = secure(limits=Limits(max_connections=2))
    running.server.room.crowd = 1
    secured().sendall(GET % (b"/a", b""))
    running.eventually(lambda: running.server.connections == 1 and not running.server._listeners[0]._greetings)
    with connect(running.server), connect(running.server), connect(running.server) as late:
        with contextlib.suppress(ConnectionResetError):
            assert read(late) == b""
        assert running.server.room.cut == 1
    running.eventually(lambda: not running.server._listeners[0]._greetings)
    assert secured().selected_alpn_protocol() == "http/1.1"


class Watch:
    """A loop that only notes what it is asked to watch."""

    def __init__(self) -> None:
        self.watched: list[object] = []
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.cancelled = 0

    def add_reader(self, file: object, callback: Callable[[], None]) -> None:
        self.watched.append(file)

    def remove_reader(self, file: object) -> None:
        if file in self.watched:
            self.watched.remove(file)

    def call_later(self, delay: float, callback: Callable[[], None]) -> Watch:
        self.later.append((delay, callback))
        return self

    def cancel(self) -> None:
        self.cancelled += 1


class Full:
    """A listening socket of a process that has no file left."""

    closed = False

    def listen(self, backlog: int) -> None:
        self.backlog = backlog

    def accept(self) -> None:
        raise OSError(24, "Too many open files")

    def close(self) -> None:
        self.closed = True


def test_a_door_rests_while_no_file_is_left(context):
    loop, bound = Watch(), Full()
    door = Door(SimpleNamespace(loop=loop), bound, 7, context, lambda: None)
    assert (bound.backlog, loop.watched) == (7, [bound])
    door._accept()
    assert loop.watched == []
    ((delay, again),) = loop.later
    assert delay == REST
    again()
    assert loop.watched == [bound]
    door.close()
    assert (loop.watched, bound.closed, loop.cancelled) == ([], True, 1)
