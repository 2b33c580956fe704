"""Requests that are no good, and good ones that come another way: dialects read them, or refuse them in their own shape."""

from __future__ import annotations

import gzip
import json
import socket

import pytest

from understudy import Understudy

UNREADABLE = {"no JSON": b'{"model":', "no object": b"[1]", "nothing": b"", "no UTF-8": b'{"model": "\xff"}'}


@pytest.fixture
def refused(engine, speaker, ask_engine, shapes, fit):
    """Put a request to an engine, and hold that it is refused with one of these statuses, in the dialect's shape."""

    def hold(body, *statuses, script="", method="POST", **settings):
        answer = ask_engine(
            engine(script, **settings), body, f"/{speaker.dialect}{speaker.path}", method=method, headers=dict(speaker.headers)
        )
        assert answer.status in statuses, answer.body
        assert fit(answer, shapes[speaker.dialect]), answer.body
        return answer

    return hold


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_a_body_that_cannot_be_read_is_refused(refused, body):
    refused(body, 400, 422)


def test_a_body_without_the_prompt_is_refused(refused, speaker, name, wish):
    if speaker.dialect == "ollama" or name == "openai-completions":
        pytest.skip("the prompt may be left out: Ollama loads the model, completions begin a document")
    body = speaker.body(wish("hi"))
    refused({key: body[key] for key in ("model", "stream") if key in body}, 400, 422)


def test_another_method_is_refused(refused):
    refused({}, 404, 405, method="PATCH")


def test_a_model_that_is_not_there_is_refused(refused, speaker, name, wish):
    if name == "tgi-generate":
        pytest.skip("names no model: it serves one")
    refused(speaker.body(wish("hi")), 400, 404, script="models: [another]", only_listed_models=True)


def test_a_prompt_that_is_too_long_is_refused(refused, speaker, wish):
    refused(speaker.body(wish("hi")), 400, 413, 422, script="rules: [{reply: {error: context_length}}]")


def test_an_empty_account_is_refused(refused, speaker, wish):
    refused(speaker.body(wish("hi")), 400, 402, 403, 412, 429, script="rules: [{reply: {error: insufficient_quota}}]")


def test_head_is_refused_without_a_body(engine, speaker, ask_engine):
    answer = ask_engine(engine(), b"", f"/{speaker.dialect}{speaker.path}", method="HEAD", headers=dict(speaker.headers))
    assert answer.status in (200, 404, 405)
    assert not answer.body


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    path = tmp_path_factory.mktemp("requests") / "script.yaml"
    path.write_text("rules: [{reply: Hello there.}]", encoding="utf-8")
    with Understudy(path) as server:
        yield server


def exchanged(port, head, fields, body):
    """Send a request and read until the server closes: status, and the body as it came."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in {"connection": "close", **fields}.items())
    with socket.create_connection(("127.0.0.1", port), timeout=300) as client:
        client.sendall(f"{head}\r\n{lines}\r\n".encode() + body)
        data = b"".join(iter(lambda: client.recv(65536), b""))
    answered, _, rest = data.partition(b"\r\n\r\n")
    return int(answered.split()[1]), answered.lower(), rest


def test_another_framing_is_read_alike(running, speaker, wish):
    path = f"/{speaker.dialect}{speaker.path}"
    body = json.dumps(speaker.body(wish("hi"))).encode()
    host = {"host": "test", "content-type": "application/json", **speaker.headers}
    sized = {**host, "content-length": str(len(body))}
    packed = gzip.compress(body)
    ways = {
        "HTTP/1.0": (f"POST {path} HTTP/1.0", sized, body),
        "chunks": (
            f"POST {path} HTTP/1.1",
            {**host, "transfer-encoding": "chunked"},
            b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body),
        ),
        "gzip": (f"POST {path} HTTP/1.1", {**host, "content-encoding": "gzip", "content-length": str(len(packed))}, packed),
    }
    for way in ways.values():
        status, _, answer = exchanged(running.port, *way)
        assert (status, speaker.whole(json.loads(answer)).text) == (200, "Hello there.")


def test_streams_to_http_1_0_end_with_the_connection(running, speaker, wish):
    asked = wish("hi", stream=True)
    body = json.dumps(speaker.body(asked)).encode()
    fields = {"content-length": str(len(body)), "content-type": "application/json", **speaker.headers}
    status, head, answer = exchanged(running.port, f"POST /{speaker.dialect}{speaker.where(asked)} HTTP/1.0", fields, body)
    assert status == 200
    assert b"transfer-encoding" not in head
    assert speaker.stream(answer).text == "Hello there."


def test_a_body_that_is_too_large_is_refused_before_it_comes(running, speaker, shapes, fit_document):
    fields = {"host": "test", "content-type": "application/json", "content-length": str(10**12), **speaker.headers}
    status, _, answer = exchanged(running.port, f"POST /{speaker.dialect}{speaker.path} HTTP/1.1", fields, b"")
    assert status == 413
    assert fit_document(json.loads(answer), shapes[speaker.dialect])
