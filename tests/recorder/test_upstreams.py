"""What passes between client and upstream over real sockets, when one of them does not do the ordinary thing."""

from __future__ import annotations

import json
import socket
import struct
import threading
from contextlib import suppress

import pytest

PATIENCE = 20
CHAT = "/v1/chat/completions"
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
SHORT = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
SAID = {"id": "c", "choices": [{"index": 0, "message": {"role": "assistant", "content": "Blue."}, "finish_reason": "stop"}]}


def chunk(data):
    return b"%x\r\n%b\r\n" % (len(data), data)


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def asked(body, *fields, method=b"POST", version=b"1.1"):
    lines = [b"%b %b HTTP/%b" % (method, CHAT.encode(), version), b"host: x", *fields, b"content-length: %d" % len(body)]
    return b"\r\n".join([*lines, b"", body])


def rest_of(line):
    """Everything until the other end closes, and whether it did so in peace."""
    found = bytearray()
    with suppress(ConnectionResetError):
        while piece := line.recv(1 << 20):
            found += piece
        return bytes(found), True
    return bytes(found), False


def until(line, sign):
    found = b""
    while sign not in found:
        found += line.recv(65536)
    return found


def test_an_upstream_may_not_run_ahead_of_a_client_that_does_not_read(odd, recording, chat):
    piece, most, sent, stalled = bytes(1 << 18), 80 << 20, [0], threading.Event()

    def act(line):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 16)
        line.sendall(STREAM)
        for _ in range(most // len(piece)):
            line.settimeout(0.2)
            left = memoryview(chunk(piece))
            while left:
                try:
                    left = left[line.send(left) :]
                except TimeoutError:
                    stalled.set()
                    line.settimeout(PATIENCE)
            sent[0] += 0 if stalled.is_set() else len(piece)
        line.sendall(b"0\r\n\r\n")

    with recording(odd(act).port) as record, connect(record.port) as line:
        line.sendall(asked(json.dumps(chat("sky", stream=True)).encode(), b"connection: close"))
        assert stalled.wait(PATIENCE), "the upstream was never told to wait"
        assert sent[0] < most // 2, "what is not read waits with the upstream"
        found, _ = rest_of(line)
        assert len(found) > most
        assert record.rules == []
        assert record.told == ["not recorded: the answer is very large"]


def test_heads_in_advance(odd, recording, chat):
    early = b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
    body = json.dumps(SAID).encode()
    last = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
    with recording(odd(b"HTTP/1.1 100 Continue\r\n\r\n" + early + last).port) as record, connect(record.port) as line:
        line.sendall(asked(json.dumps(chat("sky")).encode(), b"connection: close"))
        found, _ = rest_of(line)
        assert found.startswith(early + b"HTTP/1.1 200 OK\r\n")
        assert found.endswith(body)
        assert record.rules[0]["reply"]["text"] == "Blue."


def test_trailers_are_not_passed_on_and_the_connection_stays(odd, recording, chat):
    said = STREAM + chunk(b"data: {}\n\n") + b"0\r\nx-sum: 1\r\n\r\n"
    with recording(odd(said).port) as record, connect(record.port) as line:
        for _ in range(2):
            line.sendall(asked(json.dumps(chat("sky", stream=True)).encode()))
            found = until(line, b"\r\n0\r\n")
            assert found.endswith(chunk(b"data: {}\n\n") + b"0\r\n\r\n")
            assert b"x-sum" not in found


def test_head(odd, recording):
    answer = b"HTTP/1.1 200 OK\r\ncontent-length: 42\r\n\r\n"
    with recording(odd(answer).port) as record, connect(record.port) as line:
        line.sendall(asked(b"", b"connection: close", method=b"HEAD"))
        found, _ = rest_of(line)
        assert b"content-length: 42\r\n" in found
        assert found.endswith(b"\r\n\r\n")


def test_a_client_that_asks_before_it_sends_its_body(odd, recording, chat):
    upstream, body = odd(SHORT), json.dumps(chat("sky")).encode()
    with recording(upstream.port) as record, connect(record.port) as line:
        head = asked(body, b"connection: close", b"expect: 100-continue").removesuffix(body)
        line.sendall(head)
        assert until(line, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(body)
        assert rest_of(line)[0].endswith(b"{}")
    assert upstream.requests[0].endswith(body)
    assert b"expect" not in upstream.requests[0].lower()


def test_a_body_that_comes_in_chunks(odd, recording, chat):
    upstream, body = odd(SHORT), json.dumps(chat("sky", metadata={"long": "y" * 200_000})).encode()
    with recording(upstream.port) as record, connect(record.port) as line:
        line.sendall(b"POST %b HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n" % CHAT.encode())
        for at in range(0, len(body), 50_000):
            line.sendall(chunk(body[at : at + 50_000]))
        line.sendall(b"0\r\n\r\n")
        assert rest_of(line)[0].endswith(b"{}")
    head, _, came = upstream.requests[0].partition(b"\r\n\r\n")
    assert came == body
    assert b"content-length: %d" % len(body) in head
    assert b"transfer-encoding" not in head


def test_an_upstream_that_refuses_a_large_body_before_it_has_read_it(recording):
    refusal = b"HTTP/1.1 413 Content Too Large\r\ncontent-length: 2\r\n\r\nno"
    with socket.create_server(("127.0.0.1", 0)) as door:
        over = threading.Event()

        def serve():
            line, _ = door.accept()
            with line:
                line.recv(1000)
                line.sendall(refusal)
                over.wait(PATIENCE)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with recording(door.getsockname()[1]) as record, connect(record.port) as line:
            line.sendall(asked(bytes(30 << 20), b"connection: close"))
            found, _ = rest_of(line)
        over.set()
        thread.join(PATIENCE)
    assert found.startswith(b"HTTP/1.1 413 ")
    assert found.endswith(b"no")


@pytest.mark.parametrize("said", [b"", STREAM + chunk(b"data: {}\n\n")])
def test_a_client_that_hangs_up(odd, recording, chat, said):
    came, ended = threading.Event(), threading.Event()

    def act(line):
        line.sendall(said)
        came.set()
        with suppress(ConnectionResetError):
            assert line.recv(1) == b""
        ended.set()

    with recording(odd(act).port) as record:
        with connect(record.port) as line:
            line.sendall(asked(json.dumps(chat("sky", stream=True)).encode()))
            assert came.wait(PATIENCE)
            if said:
                until(line, b"{}")
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert ended.wait(PATIENCE), "the upstream must not go on for nobody"
        assert record.rules == []


@pytest.mark.parametrize("said", [b"", STREAM + chunk(b'data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n')])
def test_an_upstream_that_falls_silent(odd, recording, chat, said):
    over = threading.Event()

    def act(line):
        line.sendall(said)
        over.wait(PATIENCE)

    with recording(odd(act).port, patience=0.05) as record:
        with connect(record.port) as line:
            line.sendall(asked(json.dumps(chat("sky", stream=True)).encode(), b"connection: close"))
            found, in_peace = rest_of(line)
        over.set()
        assert (b" 504 " in found, in_peace) == (not said, not said)
        assert len(record.rules) == 1
        assert record.told == [f"recorded   {200 if said else '---'} POST {CHAT} (the upstream broke off: hang)"]


def test_a_break_is_seen_where_only_the_connection_marks_the_end(odd, recording, chat):
    def act(line):
        line.sendall(STREAM + chunk(b"data: {}\n\n"))

    with recording(odd(act).port) as record, connect(record.port) as line:
        line.sendall(asked(json.dumps(chat("sky", stream=True)).encode(), version=b"1.0"))
        _, in_peace = rest_of(line)
        assert not in_peace
