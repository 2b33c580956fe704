"""Nothing a client sends comes back as a header, and no two parties can disagree where a request ends."""

from __future__ import annotations

import json

import pytest

EVIL = "x\r\nX-Evil: 1\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
KNOWN = {"date", "content-type", "content-length", "transfer-encoding", "cache-control", "connection", "allow"}
KNOWN_PREFIXES = ("x-request-id", "x-ratelimit-", "openai-", "x-understudy-", "access-control-", "retry-after")


def tame(answer):
    """Whether an answer has no header field but those the server has."""
    return not [name for name in answer.fields if name not in KNOWN and not name.startswith(KNOWN_PREFIXES)]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("place", ["model", "user", "tool"])
def test_a_body_with_line_ends_in_its_texts(arena, chat, place, stream):
    body = {
        "model": chat(model=EVIL),
        "user": chat(EVIL, user=EVIL),
        "tool": chat(tools=[{"type": "function", "function": {"name": "t", "description": EVIL}}]),
    }[place]
    answer = arena(reply="echo").client().post(body | {"stream": stream}).answer()
    assert answer.status < 500
    assert tame(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/models/x%0d%0aX-Evil:%201",
        "/v1/models/%00%0a",
        "/%0d%0aX-Evil:%201",
        "/v1/chat/completions%0d%0a",
        "/<script>alert(1)</script>",
        "/" + "a" * 5000,
        "/v1/models/\xff",
        "/v1/models/%ff%fe",
        "//evil.example/",
        "/v1/../../etc/passwd",
        "/v1/models/%u0041",
        "/v1?%0d%0aX-Evil:%201",
        "/v1/chat/completions?fail=%0d%0aX-Evil:%201",
        "/v1/chat/completions?delay=%0d%0aX-Evil:%201",
        "/v1/chat/completions?fail_chunk=%0d%0aX-Evil:%201",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_path_is_only_ever_shown_as_json(arena, method, path):
    client = arena().client().send(f"{method} {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode("latin-1"))
    answer = client.answer()
    assert answer.status < 500
    assert tame(answer)
    assert answer.fields["content-type"].startswith("application/json")
    json.loads(answer.body)


@pytest.mark.parametrize(
    "name",
    [
        *("Origin", "Access-Control-Request-Headers", "X-Request-Id", "Accept", "User-Agent", "Cookie", "OpenAI-Organization"),
        *("X-Understudy-Session", "X-Understudy-Rule", "X-Understudy-Fault", "X-Understudy-Delay", "X-Understudy-Decision"),
    ],
)
@pytest.mark.parametrize(
    "value",
    ["https://evil.example", "\t<b>", "a, b;c=d", "é\xff", '"; x=1', "x" * 4000, ""],
    ids=["url", "tab", "list", "latin", "quote", "long", "empty"],
)
def test_no_header_is_reflected(arena, chat, name, value):
    server = arena()
    for body in (chat(), chat(stream=True)):
        answer = server.client().post(body, "/v1/chat/completions", f"{name}: {value}").answer()
        assert answer.status < 500
        assert tame(answer)
        if value:
            assert value not in answer.fields.values()


@pytest.mark.parametrize("bad", ["\0", "\r", "\n", "\x1f", "\x7f"], ids=ascii)
def test_control_characters_in_a_header_are_refused_and_end_the_connection(arena, chat, bad):
    client = arena().client().post(chat(), "/v1/chat/completions", f"X-Understudy-Rule: a{bad}b")
    answer = client.answer()
    assert answer.status == 400
    assert answer.error["type"] == "invalid_request_error"
    assert answer.fields["connection"] == "close"
    assert client.ended()


def test_rule_names_and_headers_of_scripts_are_spelled_safely(arena, chat):
    script = """
    rules:
      - {name: "Ж  é ☃ rule", when: {user: hi}, reply: {text: "x", headers: {x-own: "fine"}}}
    """
    answer = arena(script).client().post(chat()).answer()
    assert answer.status == 200
    assert answer.fields["x-own"] == "fine"
    assert answer.fields["x-understudy-rule"].isascii()


SMUGGLED = b"GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize(
    "fields",
    [
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 6",
        "Content-Length: +5",
        "Content-Length: -1",
        "Content-Length: 0x5",
        "Content-Length: 5 5",
        "Content-Length: \u0665",
        "Content-Length: 99999999999999999999999",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding:\x0bchunked",
        "Content-Length : 5",
        " Content-Length: 5",
        "Host: b",
    ],
)
def test_a_request_whose_end_is_in_doubt_is_refused_and_nothing_behind_it_is_answered(arena, fields):
    request = f"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n".encode()
    client = arena().client().send(request + b"0\r\n\r\n" + SMUGGLED)
    answer = client.answer()
    assert answer.status in (400, 413, 501)
    assert answer.error
    assert answer.fields["connection"] == "close"
    assert client.ended()


@pytest.mark.parametrize(
    "chunks",
    [
        b"5;\r\nhello\r\n0\r\n\r\n",
        b"g\r\n",
        b"-1\r\n",
        b"ffffffffffffffffff\r\n",
        b"5\nhello\n0\n\n",
        b"5\r\nhelloXX0\r\n\r\n",
        b"\r\n",
    ],
)
def test_broken_chunks_are_never_a_server_error(arena, chunks):
    head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = arena().client().send(head + chunks).answer()
    assert answer.status == 400
    assert answer.error
