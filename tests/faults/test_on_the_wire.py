"""Faults as a raw socket sees them: RST as RST, FIN as FIN, silence as silence, and a sound answer to the next request."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable, Iterator

import pytest

from understudy import Understudy

PATIENCE = 10.0
PATH = "/v1/chat/completions"


class Wire:
    """One connection; `reset` says that it ended in RST."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.reset = False
        self.data = b""

    def ask(self, fault: str = "", *, stream: bool = True, version: str = "1.1") -> Wire:
        body = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "stream": stream}).encode()
        head = f"POST {PATH} HTTP/{version}\r\nhost: a\r\ncontent-length: {len(body)}\r\n"
        head += f"x-understudy-fault: {fault}\r\n" if fault else ""
        self.socket.sendall(head.encode() + b"\r\n" + body)
        return self

    def until(self, mark: bytes) -> bytes:
        """Read up to a mark; what comes behind it is left for later."""
        while mark not in self.data:
            assert self._more(), f"the connection ended behind {self.data[-200:]!r}"
        found, _, self.data = self.data.partition(mark)
        return found + mark

    def rest(self) -> bytes:
        """Read to the end of the connection."""
        while self._more():
            pass
        found, self.data = self.data, b""
        return found

    def silent(self) -> bool:
        """Whether nothing comes, not even the end."""
        self.socket.settimeout(0.1)
        try:
            return not self.data and self._more() is None
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(PATIENCE)

    def _more(self) -> bool | None:
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionResetError:
            self.reset = True
            return False
        self.data += data
        return bool(data)


@pytest.fixture(scope="module")
def server() -> Iterator[Understudy]:
    with Understudy() as started:
        yield started


@pytest.fixture
def wire(server) -> Iterator[Callable[[], Wire]]:
    """Connect."""
    wires: list[Wire] = []

    def connect() -> Wire:
        wires.append(Wire(server.port))
        return wires[-1]

    yield connect
    for each in wires:
        each.socket.close()


END = b"data: [DONE]\n\n\r\n0\r\n\r\n"


def test_reset_is_a_rst_behind_what_was_sent(wire):
    struck = wire().ask("reset;event=3")
    got = struck.rest()
    assert struck.reset
    assert got.count(b"data: ") == 2


def test_reset_may_come_before_everything(wire):
    struck = wire().ask("reset")
    assert struck.rest() == b""
    assert struck.reset


def test_close_is_a_fin_without_the_last_chunk(wire):
    struck = wire().ask("close;event=3")
    got = struck.rest()
    assert not struck.reset
    assert got.count(b"data: ") == 2
    assert not got.endswith(b"0\r\n\r\n")


@pytest.mark.parametrize("size", [0, 1, 5, 6, 200])
def test_close_at_a_byte_sends_so_many_bytes_of_the_body(size, wire):
    assert len(wire().ask(f"close;byte={size}").rest().partition(b"\r\n\r\n")[2]) == size


def test_refuse_is_a_fin_and_nothing_else(wire):
    struck = wire().ask("refuse")
    assert struck.rest() == b""
    assert not struck.reset


def test_early_end_leaves_the_connection_sound(wire):
    struck = wire().ask("early-end")
    got = struck.until(b"\r\n0\r\n\r\n")
    assert b"[DONE]" not in got
    assert b'"stop"' not in got
    assert struck.ask().until(END).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("by", [7, -7])
def test_wrong_length_announces_what_does_not_come(by, wire):
    head, _, body = wire().ask(f"wrong-length;by={by}", stream=False).rest().partition(b"\r\n\r\n")
    length = next(line for line in head.split(b"\r\n") if line.startswith(b"content-length: "))
    assert int(length.split()[1]) == len(body) + by
    json.loads(body)


def test_bad_chunk_has_no_size(wire):
    got = wire().ask("bad-chunk;event=2").rest()
    assert b"\r\nxyz\r\ndata: " in got


def test_hang_is_silence_at_its_place(wire):
    before = wire().ask("hang")
    behind = wire().ask("hang;at=after-headers")
    assert before.silent()
    behind.until(b"\r\n\r\n")
    assert behind.silent()


def test_stall_goes_on_and_pings_meanwhile(wire):
    got = wire().ask("stall;for=50ms;ping=10ms;event=2").until(END)
    assert got.count(b"8\r\n: ping\n\n\r\n") == 4
    assert got.index(b": ping") > got.index(b'"role"')


def test_trickle_comes_in_drops(wire):
    struck = wire().ask("trickle;bytes-per-second=500;at=after-headers", stream=False)
    head = struck.until(b"\r\n\r\n")
    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
    assert 0 < len(struck.data or struck.socket.recv(1 << 16)) < length


def test_late_headers_and_the_next_answer_is_not(wire):
    struck = wire().ask("late-headers;for=10ms", stream=False)
    head = struck.until(b"\r\n\r\n")
    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(struck.data) < length:
        assert struck._more()
    struck.data = struck.data[length:]
    assert struck.ask().until(END)


def test_split_events_arrive_in_pieces(wire):
    struck = wire().ask("split-event;byte=3;pause=20ms;event=1")
    got = struck.until(b"\r\n3\r\ndat\r\n")
    assert got.startswith(b"HTTP/1.1 200 OK\r\n")
    assert struck.until(END)


def test_close_next_ends_the_connection_as_the_next_request_arrives(wire):
    struck = wire().ask("close-next")
    struck.until(END)
    assert struck.silent()
    struck.ask()
    assert struck.rest() == b""


def test_close_next_ends_a_pipelined_request_too(wire):
    struck = wire().ask("close-next").ask()
    struck.until(END)
    assert struck.rest() == b""


@pytest.mark.parametrize(
    "fault",
    [
        *("malformed;event=2", "truncated-json", "missing-finish", "missing-usage", "duplicate-event", "reorder-events"),
        *("crlf", "comments", "empty-deltas", "unknown-event", "invalid-utf8", "huge-event;bytes=200000", "wrong-content-type"),
        *("coalesce", "rechunk;size=3000", "legal-fuzz", "stall;for=1ms", "missing-done", "error-event"),
    ],
)
def test_no_fault_leaks_into_the_next_answer(fault, wire):
    struck = wire()
    sound = struck.ask().until(END).count(b"data: ")
    struck.ask(fault).until(b"\r\n0\r\n\r\n")
    assert struck.data == b""
    again = struck.ask().until(END)
    assert again.count(b"data: ") == sound
    assert b"content-type: text/event-stream" in again


def test_whole_and_streamed_change_places(wire):
    struck = wire().ask("whole-for-stream")
    assert b"content-type: application/json" in struck.until(b"\r\n\r\n")
    struck.socket.close()
    struck = wire().ask("stream-for-whole", stream=False)
    assert b"content-type: text/event-stream" in struck.until(b"\r\n\r\n")
    assert struck.until(END)


def test_a_client_of_http_1_0_sees_streams_end_by_fin(wire):
    for fault in ("early-end", "comments", "split-event;pause=1ms", "legal-fuzz"):
        struck = wire().ask(fault, version="1.0")
        got = struck.rest()
        assert not struck.reset
        assert b"data: " in got
        assert b"chunked" not in got


def test_a_client_that_leaves_during_a_hang_leaves_nothing_behind(server, wire):
    struck = wire().ask("hang;event=2")
    struck.until(b'"role"')
    struck.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    struck.socket.close()
    assert wire().ask().until(END)
