"""Letters to a server of the standard library, and what comes back."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest

from understudy.runtime.clock import RealClock
from understudy.runtime.courier import Address, Courier, End, Head, Letter, Piece

PATIENCE = 20
LETTER = Letter("POST", "/x?y=1", (("host", "there"), ("x-mine", "1")), b"body")


class Peer:
    """A server that takes one connection and says what it is told, part by part."""

    def __init__(self, *parts: bytes) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(PATIENCE)
        self.port = self._socket.getsockname()[1]
        self.parts, self.seen = parts, b""
        self.go_on = threading.Semaphore(0)
        self.left = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        line, _ = self._socket.accept()
        with line, self._socket:
            line.settimeout(PATIENCE)
            while not self.seen.endswith(LETTER.body):
                self.seen += line.recv(65536)
            for part in self.parts:
                line.sendall(part)
                self.go_on.acquire(timeout=PATIENCE)
            if self.go_on.acquire(blocking=False):
                line.recv(1)
                self.left.set()

    def join(self) -> None:
        self._thread.join(PATIENCE)


def deliver(port, then=lambda news, stop: None):
    """Deliver the letter; what came back."""

    async def run():
        found, over = [], asyncio.Event()

        def hear(news):
            found.append(news)
            then(news, stop)
            if isinstance(news, End):
                over.set()

        stop = Courier(Address("127.0.0.1", port), RealClock(), PATIENCE).deliver(LETTER, hear)
        await asyncio.wait_for(over.wait(), PATIENCE)
        return found

    return asyncio.run(run())


def test_pieces_are_told_one_by_one():
    peer = Peer(b"HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n", b"3\r\none\r\n", b"3\r\ntwo\r\n0\r\n\r\n")

    def then(news, stop):
        if not isinstance(news, End):
            peer.go_on.release()  # the next part is sent only when this one has been heard: nothing is held back

    head, *pieces, end = deliver(peer.port, then)
    assert isinstance(head, Head)
    assert (head.status, dict(head.fields)["X-A"], head.length) == (200, "b", None)
    assert [piece.data for piece in pieces] == [b"one", b"two"]
    times = [head.sent, head.at, *(piece.at for piece in pieces), end.at]
    assert times == sorted(times)
    assert end.problem == ""
    peer.go_on.release()
    peer.join()
    assert peer.seen.startswith(b"POST /x?y=1 HTTP/1.1\r\nhost: there\r\nx-mine: 1\r\ncontent-length: 4\r\n\r\n")


@pytest.mark.parametrize(
    ("said", "silent"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc", False),
        (b"nonsense\r\n\r\n", True),
        (b"", True),
    ],
)
def test_an_answer_that_is_not_whole(said, silent):
    peer = Peer(said)
    peer.go_on.release()
    end = deliver(peer.port)[-1]
    peer.join()
    assert (end.problem != "", end.silent) == (True, silent)


def test_nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    (end,) = deliver(port)
    assert end.silent
    assert "refused" in end.problem


def test_a_letter_can_be_broken_off():
    peer = Peer(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")

    def then(news, stop):
        if isinstance(news, Head):
            stop()

    assert isinstance(deliver(peer.port, then)[-1], End | Piece)
    peer.go_on.release()
    peer.go_on.release()
    assert peer.left.wait(PATIENCE), "the connection is closed, not only forgotten"
    peer.join()
