"""Upstreams that misbehave and clients that try: what goes by, what is written, what is answered again."""

from __future__ import annotations

import gzip
import json
import socket
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import IncompleteRead, RemoteDisconnected

import pytest

PATIENCE = 20
KEY = "not-like-a-key-4711"
EVENT = 'data: {{"id":"c","choices":[{{"index":0,"delta":{{"content":"{}"}}}}]}}\n\n'
ROLE = b'data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n'
SAID = {"id": "c", "choices": [{"index": 0, "message": {"role": "assistant", "content": "Blue."}, "finish_reason": "stop"}]}
CHAT = "/v1/chat/completions"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def reset(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def answer(body: bytes, *fields: str, kind: str = "application/json") -> bytes:
    head = "\r\n".join(["HTTP/1.1 200 OK", f"content-type: {kind}", f"content-length: {len(body)}", *fields, "", ""])
    return head.encode() + body


def packed(data: bytes, window: int) -> bytes:
    machine = zlib.compressobj(wbits=window)
    return machine.compress(data) + machine.flush()


@pytest.mark.parametrize(("name", "window"), [("gzip", 31), ("deflate", 15), ("deflate", -15)])
def test_compressed_answers_are_passed_on_as_they_are_and_written_as_they_read(odd, recording, send, chat, name, window):
    body = packed(json.dumps(SAID).encode(), window)
    with recording(odd(answer(body, f"content-encoding: {name}")).port) as record:
        got = send(record.port, CHAT, chat("sky"))
        assert (got.body, got.fields["content-encoding"]) == (body, name)
        assert record.rules[0]["reply"]["text"] == "Blue."


def test_a_compressed_stream(odd, recording, send, chat):
    machine = zlib.compressobj(wbits=31)
    parts = [machine.compress(EVENT.format(t).encode()) + machine.flush(zlib.Z_SYNC_FLUSH) for t in ("Bl", "ue.")]
    parts.append(
        machine.compress(b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n')
        + machine.flush()
    )
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n"
    with recording(odd(head + b"".join(map(chunk, parts)) + b"0\r\n\r\n").port) as record:
        got = send(record.port, CHAT, chat("sky", stream=True))
        assert gzip.decompress(got.body).count(b"data:") == 4
        assert record.rules[0]["reply"]["pieces"] == ["Bl", "ue."]


def test_a_compression_nobody_knows_is_kept_byte_by_byte_but_for_keys(odd, recording, replay, send, chat):
    body = b"\x8b\xff" + KEY.encode() + b"\x00"
    with recording(odd(answer(body, "content-encoding: br")).port) as record:
        assert send(record.port, CHAT, chat("sky"), authorization=f"Bearer {KEY}").body == body
        assert "raw" in record.rules[0]["reply"]
    with replay() as server:
        got = send(server.port, CHAT, chat("sky"))
    assert got.body == body.replace(KEY.encode(), b"*" * len(KEY))
    assert got.fields["content-encoding"] == "br"


def test_an_upstream_of_http_1_0(odd, recording, send, chat):
    with recording(
        odd(b"HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n" + json.dumps(SAID).encode()).port
    ) as record:
        assert send(record.port, CHAT, chat("sky")).text == "Blue."
        assert record.rules[0]["reply"]["text"] == "Blue."


@pytest.mark.parametrize(("act", "kind"), [(reset, "reset"), (lambda line: line.close(), "close")])
def test_nothing_but_a_break(odd, recording, replay, send, chat, act, kind):
    expected = ConnectionResetError if kind == "reset" else RemoteDisconnected
    with recording(odd(act).port) as record:
        with pytest.raises(expected):
            send(record.port, CHAT, chat("sky"))
        (rule,) = record.rules
        assert (rule["reply"]["text"], rule["reply"]["fault"]) == ("", {"kind": kind})
        assert record.told == [f"recorded   --- POST {CHAT} (the upstream broke off: {kind})"]
    with replay(clock="auto") as server, pytest.raises(expected):
        send(server.port, CHAT, chat("sky"))


def heard(port, body, go_on=None) -> tuple[bytes, str]:
    """What comes of a stream until it breaks, and how it breaks; when all events are there, they may break."""
    data = json.dumps(body).encode()
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        line.sendall(b"POST %b HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n%b" % (CHAT.encode(), len(data), data))
        found = b""
        try:
            while piece := line.recv(65536):
                found += piece
                if go_on is not None and b" sky" in found:
                    go_on.set()
        except ConnectionResetError:
            return found, "reset"
        return found, "close"


@pytest.mark.parametrize("how", ["reset", "close"])
def test_a_break_in_the_middle_of_a_stream(odd, recording, replay, chat, how):
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    go_on = threading.Event()

    def act(line):
        line.sendall(head + chunk(ROLE) + b"".join(chunk(EVENT.format(text).encode()) for text in ("The", " sky")))
        assert go_on.wait(PATIENCE)
        if how == "reset":
            reset(line)

    upstream = odd(act)
    with recording(upstream.port) as record:
        was, end = heard(record.port, chat("sky", stream=True), go_on)
        assert (was.count(b"content"), end) == (4, how)
        (rule,) = record.rules
        last = rule["reply"]["fault"]
        assert (rule["reply"]["text"], last) == ("The sky [...]", {"kind": how, "at": {"token": 3}})
    with replay(clock="auto") as server:
        now, end = heard(server.port, chat("sky", stream=True))
    assert end == how
    assert [now.count(text) for text in (b'"The"', b'" sky"', b"stop", b"[DONE]")] == [1, 1, 0, 0]


def test_a_document_that_is_cut_off(odd, recording, replay, send, chat):
    body = json.dumps(SAID).encode()
    with recording(odd(answer(body)[:-9]).port) as record:
        with pytest.raises(IncompleteRead) as was:
            send(record.port, CHAT, chat("sky"))
        assert record.rules[0]["reply"]["fault"] == {"kind": "wrong-length", "by": 9}
    with replay(clock="auto") as server, pytest.raises(IncompleteRead) as now:
        send(server.port, CHAT, chat("sky"))
    assert (now.value.partial, now.value.expected) == (was.value.partial, was.value.expected) == (body[:-9], 9)


def test_a_document_in_the_middle_of_which_the_connection_is_reset(odd, recording, replay, chat):
    body = json.dumps(SAID).encode()
    go_on = threading.Event()

    def act(line):
        line.sendall(answer(body.replace(b"Blue", b" sky"))[:-9])
        assert go_on.wait(PATIENCE)
        reset(line)

    with recording(odd(act).port) as record:
        was = heard(record.port, chat("sky"), go_on)
        assert len(record.rules) == 1
    with replay(clock="auto") as server:
        now = heard(server.port, chat("sky"))
    assert [end for _, end in (was, now)] == ["reset", "reset"]
    assert f"content-length: {len(body)}\r\n".encode() in now[0].lower()
    assert now[0].endswith(was[0][-20:])


def test_an_error_in_a_stream(odd, recording, replay, send, chat):
    error = {"error": {"message": "Broke.", "type": "server_error", "param": None, "code": None}}
    data = ROLE + EVENT.format("The").encode() + b"data: %b\n\n" % json.dumps(error).encode()
    with recording(odd(answer(data, kind="text/event-stream")).port) as record:
        was = send(record.port, CHAT, chat("sky", stream=True))
        assert record.rules[0]["reply"]["fault"] == {
            "kind": "error-event",
            "at": {"token": 2},
            "message": "Broke.",
            "type": "server_error",
        }
    with replay(clock="auto") as server:
        now = send(server.port, CHAT, chat("sky", stream=True))
    assert now.events[-1] == was.events[-1] == error
    assert len(now.events) == len(was.events)


def test_redirects_are_passed_on_and_not_followed(odd, recording, send, chat):
    other = odd(answer(b"{}"))
    moved = f"HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:{other.port}/v1\r\ncontent-length: 0\r\n\r\n"
    with recording(odd(moved.encode()).port) as record:
        got = send(record.port, CHAT, chat("sky"))
        assert (got.status, got.fields["location"]) == (307, f"http://127.0.0.1:{other.port}/v1")
    assert other.requests == []


@contextmanager
def told(port: int, request: str) -> Iterator[tuple[socket.socket, bytes]]:
    """A connection on which a request was sent, and the beginning of what came back."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        line.sendall(request.encode())
        yield line, line.recv(65536)


@pytest.mark.parametrize(
    "first",
    [
        "GET http://127.0.0.1:{other}/v1/models HTTP/1.1",
        "POST http://127.0.0.1:{other}/v1/x HTTP/1.1",
        "CONNECT 127.0.0.1:{other} HTTP/1.1",
        "GET //127.0.0.1:{other}/v1/models HTTP/1.1",
        "GET /v1/../../admin HTTP/1.1",
        "GET /v1/%2e%2e/admin HTTP/1.1",
        "GET /v2/models HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "TRACE /v1/models HTTP/1.1",
    ],
)
def test_nothing_but_the_upstream_is_reached(odd, recording, first):
    other, upstream = odd(answer(b"{}")), odd(answer(b"{}"))
    line = first.format(other=other.port)
    with (
        recording(upstream.port, path="/v1") as record,
        told(record.port, f"{line}\r\nhost: x\r\ncontent-length: 0\r\n\r\n") as (_, got),
    ):
        assert got.startswith((b"HTTP/1.1 4", b"HTTP/1.1 501")), got
    assert other.requests == upstream.requests == []


def test_whatever_a_client_calls_the_host(odd, recording):
    other, upstream = odd(answer(b"{}")), odd(answer(b"{}"))
    fields = f"host: 127.0.0.1:{other.port}\r\nx-forwarded-host: 127.0.0.1:{other.port}\r\nforwarded: host=evil\r\n"
    with recording(upstream.port) as record, told(record.port, f"GET /v1/models HTTP/1.1\r\n{fields}\r\n") as (_, got):
        assert got.startswith(b"HTTP/1.1 200")
    assert f"host: 127.0.0.1:{upstream.port}\r\n".encode() in upstream.requests[0].lower()
    assert b"evil" not in upstream.requests[0]
    assert other.requests == []


def test_a_client_that_hangs_up_ends_the_request_upstream_and_nothing_is_written(odd, recording, chat):
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    ended = threading.Event()

    def act(line):
        line.sendall(head + chunk(EVENT.format("x").encode()))
        with suppress(ConnectionResetError):
            line.recv(1)  # the recorder's end
        ended.set()

    with recording(odd(act).port) as record:
        body = json.dumps(chat("sky", stream=True)).encode()
        request = f"POST {CHAT} HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n{body.decode()}"
        with told(record.port, request) as (line, got):
            assert got.startswith(b"HTTP/1.1 200")
            reset(line)
        assert ended.wait(PATIENCE)
        assert record.rules == []
        assert record.told == ["not recorded: the client left (client_gone)"]


def test_large_bodies_go_through(odd, recording, send, chat):
    body = json.dumps({**SAID, "padding": "x" * 3_000_000}).encode()
    upstream = odd(answer(body))
    with recording(upstream.port) as record:
        assert send(record.port, CHAT, chat("sky", metadata={"long": "y" * 3_000_000})).body == body
        assert len(record.rules) == 1
    assert len(upstream.requests[0]) > 3_000_000


def test_credentials_of_aws_are_not_written(odd, recording, send):
    signature, token, other = "d" * 40 + "e" * 24, "IQoJb3JpZ2luX2VjE+/=" * 4, "hunter2hunter2"
    signed = f"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/us-east-1/bedrock/aws4_request, Signature={signature}"
    said = f"{signature} {token} AKIDEXAMPLE {other} {KEY}"
    body = {"output": {"message": {"role": "assistant", "content": [{"text": said}]}}, "stopReason": "end_turn"}
    asked = {"messages": [{"role": "user", "content": [{"text": f"{other} and {signature}"}]}], "x": {"api_key": other}}
    with recording(odd(answer(json.dumps(body).encode())).port) as record:
        fields = {"authorization": signed, "x_amz_security_token": token, "cookie": f"a=1; session={KEY}"}
        got = send(record.port, "/model/amazon.nova-pro-v1:0/converse", asked, **fields)
        assert got.json["output"]["message"]["content"][0]["text"] == said
        assert record.rules[0]["reply"]["text"] == "*** *** *** *** ***"
        text = record.out.read_text() + "".join(record.told)
    assert not [secret for secret in (signature, token, "AKIDEXAMPLE", other, KEY) if secret in text]
