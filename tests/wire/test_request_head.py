"""What a head means, and every head that must be refused: smuggling, injection, limits. Each whole and in pieces."""

from __future__ import annotations

import pytest

from understudy.wire.limits import Limits
from understudy.wire.request_head import CHUNKED, parse_head

GET = b"GET / HTTP/1.1\r\nHost: a\r\n"


def head_of(line: bytes, *fields: bytes):
    block = b"\r\n".join([line, b"Host: a", *fields]) + b"\r\n\r\n"
    return parse_head(block, Limits())


def test_names_are_lower_case_values_stripped_and_repeats_joined():
    parsed = head_of(b"GET / HTTP/1.1", b"X-A:  one \t", b"x-b:", b"X-a: two", b"X-C: caf\xe9")
    assert parsed.request.headers == {"host": "a", "x-a": "one, two", "x-b": "", "x-c": "café"}


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/", "/", ""),
        ("/v1/models?limit=2&after=a%20b", "/v1/models", "limit=2&after=a%20b"),
        ("/v1/chat%2Fcompletions", "/v1/chat/completions", ""),
        ("/%76%31/%6Dodels", "/v1/models", ""),
        ("/%7Euser/%2D%2E%5F", "/~user/-._", ""),
        ("/caf%C3%A9", "/café", ""),
        ("/bad%zz", "/bad%zz", ""),
        ("/broken%ff", "/broken\ufffd", ""),
        ("//two", "//two", ""),
        ("/a?b?c", "/a", "b?c"),
        ("http://example.com/v1/models?x=1", "/v1/models", "x=1"),
        ("http://example.com", "/", ""),
        ("http://example.com?x", "/", "x"),
        ("HTTPS://[::1]:8443/a", "/a", ""),
    ],
)
def test_targets(target, path, query):
    head = head_of(f"GET {target} HTTP/1.1".encode()).request
    assert (head.target, head.path, head.query) == (target, path, query)


def test_options_may_ask_about_the_server_itself():
    assert head_of(b"OPTIONS * HTTP/1.1").request.path == "*"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_methods(method):
    assert head_of(f"{method} / HTTP/1.1".encode()).request.method == method


@pytest.mark.parametrize(
    ("version", "fields", "keep"),
    [
        ("1.1", [], True),
        ("1.1", [b"Connection: close"], False),
        ("1.1", [b"Connection: CLOSE"], False),
        ("1.1", [b"Connection: foo, Close ,bar"], False),
        ("1.1", [b"Connection: foo", b"connection: close"], False),
        ("1.1", [b"Connection: keep-alive"], True),
        ("1.1", [b"Connection: closed"], True),
        ("1.1", [b"Connection: Upgrade, HTTP2-Settings"], True),
        ("1.0", [], False),
        ("1.0", [b"Connection: Keep-Alive"], True),
        ("1.0", [b"Connection: keep-alive, close"], False),
    ],
)
def test_who_wants_the_connection_kept(version, fields, keep):
    head = head_of(f"GET / HTTP/{version}".encode(), *fields).request
    assert (head.version, head.keep_alive) == (version, keep)


@pytest.mark.parametrize(
    ("fields", "length", "coding", "expects"),
    [
        ([], 0, "", False),
        ([b"Content-Length: 12"], 12, "", False),
        ([b"Content-Length: 012"], 12, "", False),
        ([b"Transfer-Encoding: chunked"], CHUNKED, "", False),
        ([b"Transfer-Encoding: Chunked"], CHUNKED, "", False),
        ([b"Content-Length: 1", b"Content-Encoding: gzip"], 1, "gzip", False),
        ([b"Content-Length: 1", b"Content-Encoding: X-GZIP"], 1, "gzip", False),
        ([b"Content-Length: 1", b"Content-Encoding: deflate"], 1, "deflate", False),
        ([b"Content-Length: 1", b"Content-Encoding: identity"], 1, "", False),
        ([b"Content-Length: 1", b"Expect: 100-Continue"], 1, "", True),
        ([b"Upgrade: h2c", b"Connection: Upgrade, HTTP2-Settings", b"HTTP2-Settings: AA", b"Content-Length: 3"], 3, "", False),
        ([b"Upgrade: websocket", b"Connection: upgrade"], 0, "", False),
    ],
)
def test_framing(fields, length, coding, expects):
    parsed = head_of(b"POST / HTTP/1.1", *fields)
    assert (parsed.length, parsed.coding, parsed.expects) == (length, coding, expects)


def test_http_1_0_needs_no_host_and_knows_no_expectation():
    parsed = parse_head(b"POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n", Limits())
    assert not parsed.expects
    assert parse_head(b"GET / HTTP/1.0\r\nExpect: tea\r\n\r\n", Limits()).length == 0


REFUSED = {
    "no host": (400, b"GET / HTTP/1.1\r\n\r\n"),
    "two hosts": (400, b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
    "the same host twice": (400, b"GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"),
    "two hosts in 1.0": (400, b"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
    "empty host": (400, b"GET / HTTP/1.1\r\nHost:\r\n\r\n"),
    "host with a space": (400, b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
    "host with a path": (400, b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    "host with a user": (400, b"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
    "host list": (400, b"GET / HTTP/1.1\r\nHost: a, b c\r\n\r\n"),
    "host with a bad port": (400, b"GET / HTTP/1.1\r\nHost: a:8o\r\n\r\n"),
    "host beyond latin": (400, b"GET / HTTP/1.1\r\nHost: caf\xc3\xa9\r\n\r\n"),
    "absolute target with a user": (400, b"GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    "absolute target without a host": (400, b"GET http:///a HTTP/1.1\r\nHost: a\r\n\r\n"),
    "absolute target without a host field": (400, b"GET http://a/ HTTP/1.1\r\n\r\n"),
    "target of another scheme": (400, b"GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    "target without a slash": (400, b"GET v1 HTTP/1.1\r\nHost: a\r\n\r\n"),
    "target with a fragment": (400, b"GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
    "target with a space": (400, b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
    "target with raw utf-8": (400, b"GET /caf\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n"),
    "star for GET": (400, b"GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
    "two spaces": (400, b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
    "tab in the request line": (400, b"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    "space before the method": (400, b" GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    "space behind the version": (400, b"GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
    "http 0.9": (400, b"GET /\r\n\r\n"),
    "lower-case http": (400, b"GET / http/1.1\r\nHost: a\r\n\r\n"),
    "a body of JSON": (400, b'{"model": "gpt-4o"}\r\n\r\n'),
    "TLS hello": (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
    "http 2.0": (505, b"GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
    "http 3.7": (505, b"GET / HTTP/3.7\r\nHost: a\r\n\r\n"),
    "http 1.2": (505, b"GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
    "http/2 preface": (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"),
    "unknown method": (501, b"FOO / HTTP/1.1\r\nHost: a\r\n\r\n"),
    "lower-case method": (501, b"get / HTTP/1.1\r\nHost: a\r\n\r\n"),
    "CONNECT": (501, b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"),
    "nul in a value": (400, GET + b"X: a\x00b\r\n\r\n"),
    "bare CR in a value": (400, GET + b"X: a\rb\r\n\r\n"),
    "bare LF between fields": (400, GET + b"X: a\nY: b\r\n\r\n"),
    "bare LF everywhere": (400, b"GET / HTTP/1.1\nHost: a\n\n"),
    "control character in a value": (400, GET + b"X: a\x01\r\n\r\n"),
    "escape in a value": (400, GET + b"X: \x1b[2J\r\n\r\n"),
    "delete in a value": (400, GET + b"X: a\x7f\r\n\r\n"),
    "vertical tab before a value": (400, GET + b"Transfer-Encoding: \x0bchunked\r\n\r\n"),
    "folded value": (400, GET + b"X: a\r\n b\r\n\r\n"),
    "folded first field": (400, b"GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
    "space before the colon": (400, GET + b"X : a\r\n\r\n"),
    "no name": (400, GET + b": a\r\n\r\n"),
    "no colon": (400, GET + b"X\r\n\r\n"),
    "name that is no token": (400, GET + b"X(y): a\r\n\r\n"),
    "name beyond ASCII": (400, GET + b"\xc3\xa4: a\r\n\r\n"),
    "nul in a name": (400, GET + b"X\x00: a\r\n\r\n"),
    "length and chunked": (400, GET + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
    "chunked and length": (400, GET + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
    "two lengths": (400, GET + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n"),
    "length list": (400, GET + b"Content-Length: 5, 5\r\n\r\n"),
    "signed length": (400, GET + b"Content-Length: +5\r\n\r\n"),
    "negative length": (400, GET + b"Content-Length: -5\r\n\r\n"),
    "hexadecimal length": (400, GET + b"Content-Length: 0x5\r\n\r\n"),
    "length with a space": (400, GET + b"Content-Length: 5 5\r\n\r\n"),
    "length with an underscore": (400, GET + b"Content-Length: 1_0\r\n\r\n"),
    "empty length": (400, GET + b"Content-Length:\r\n\r\n"),
    "length of thirty digits": (400, GET + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n"),
    "chunked in 1.0": (400, b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    "chunked not last": (400, GET + b"Transfer-Encoding: chunked, gzip\r\n\r\n"),
    "gzip, chunked": (501, GET + b"Transfer-Encoding: gzip, chunked\r\n\r\n"),
    "unknown transfer coding": (501, GET + b"Transfer-Encoding: xchunked\r\n\r\n"),
    "identity transfer coding": (501, GET + b"Transfer-Encoding: identity\r\n\r\n"),
    "unknown content coding": (400, GET + b"Content-Length: 1\r\nContent-Encoding: br\r\n\r\n"),
    "two content codings": (400, GET + b"Content-Length: 1\r\nContent-Encoding: gzip, gzip\r\n\r\n"),
    "unknown expectation": (417, GET + b"Content-Length: 1\r\nExpect: tea\r\n\r\n"),
    "two expectations": (417, GET + b"Content-Length: 1\r\nExpect: 100-continue, tea\r\n\r\n"),
}


@pytest.mark.parametrize(("status", "data"), REFUSED.values(), ids=REFUSED)
def test_refused(refused, status, data):
    assert refused(data).status == status


@pytest.mark.parametrize(
    "data", [b"\x16\x03\x01", b"GET / HTTP/1.1\nHost", b"GET /\r\n", b"PRI * HTTP/2.0\r\n", GET + b"X: \x00"]
)
def test_what_can_become_no_good_head_is_refused_before_its_end(refused, data):
    assert refused(data).status in (400, 505)


def test_a_refusal_says_what_it_was_about(refused):
    refusal = refused(b"HEAD /v1/models HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n")
    assert refusal.head is not None
    assert (refusal.head.method, refusal.head.path) == ("HEAD", "/v1/models")
    assert refusal.message == "header expect: expected 100-continue, got another expectation."


LIMITS = Limits(max_target=100, max_header=300, max_header_count=5, max_body=1000)


@pytest.mark.parametrize(
    ("status", "data"),
    [
        (414, b"GET /" + b"a" * 100 + b" HTTP/1.1\r\nHost: a\r\n\r\n"),
        (414, b"GET /" + b"a" * 10000),
        (414, b"A" * 10000),
        (431, GET + b"X: " + b"a" * 300 + b"\r\n\r\n"),
        (431, GET + b"X: " + b"a" * 10000),
        (431, GET + b"A" * 10000),
        (431, GET + b"X: a\r\n" * 5 + b"\r\n"),
        (431, GET + b"X: a\r\n" * 1000),
        (413, GET + b"Content-Length: 1001\r\n\r\n"),
        (413, GET + b"Content-Length: 999999999999\r\nExpect: 100-continue\r\n\r\n"),
    ],
)
def test_limits_bite_while_the_head_arrives(refused, status, data):
    assert refused(data, LIMITS).status == status


@pytest.mark.parametrize(
    "data",
    [
        b"GET /" + b"a" * 99 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        GET + b"X: " + b"a" * 280 + b"\r\n\r\n",
        GET + b"X: a\r\n" * 4 + b"\r\n",
        GET + b"Content-Length: 1000\r\n\r\n" + b"x" * 1000,
    ],
)
def test_what_just_fits_is_served(deliver, data):
    (found,) = deliver(data, LIMITS)
    assert found[0].headers["host"] == "a"
