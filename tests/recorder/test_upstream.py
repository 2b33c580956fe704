"""One upstream, fixed at the start: no client reaches anything else."""

from __future__ import annotations

import pytest

from understudy.errors import UsageError
from understudy.model.http import RequestHead
from understudy.recorder.upstream import Upstream, returned


def head(target, method="POST"):
    from urllib.parse import unquote

    return RequestHead(method, target, unquote(target.partition("?")[0]), "", {})


@pytest.mark.parametrize(
    ("url", "authority", "whole"),
    [
        ("https://api.openai.com/v1/", "api.openai.com", "https://api.openai.com/v1"),
        ("http://localhost:8080", "localhost:8080", "http://localhost:8080"),
        ("http://[::1]:80/x", "[::1]", "http://[::1]/x"),
        ("https://a.example:8443", "a.example:8443", "https://a.example:8443"),
    ],
)
def test_urls(url, authority, whole):
    upstream = Upstream.of(url)
    assert (upstream.authority, upstream.url) == (authority, whole)


@pytest.mark.parametrize(
    "url",
    [
        "api.openai.com",
        "ftp://x/",
        "https://",
        "https://k@x/",
        "https://x/?key=1",
        "https://x/#f",
        "http://x:y/",
        "http://a b/",
    ],
)
def test_what_is_no_upstream(url):
    with pytest.raises(UsageError, match="--upstream"):
        Upstream.of(url)


@pytest.mark.parametrize("target", ["/v1", "/v1/chat/completions", "/v1/x?key=1", "/v1/a%20b"])
def test_paths_below_it_are_passed_on(target):
    assert Upstream.of("https://x/v1").objection(head(target)) == ""


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://other.example/v1/x", "no open proxy"),
        ("//other.example/v1/x", "no open proxy"),
        ("other.example:443", "no open proxy"),
        ("*", "no open proxy"),
        ("/v2/x", "one below /v1"),
        ("/v10/x", "one below /v1"),
        ("/v1/../admin", "dot segments"),
        ("/v1/%2e%2e/admin", "dot segments"),
        ("/v1/%252e%252e/admin", "dot segments"),
        ("/v1/..\\admin", "backslashes"),
        ("/%76%31/x", "one below /v1"),
    ],
)
def test_other_targets_are_not(target, why):
    assert why in Upstream.of("https://x/v1").objection(head(target))


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "PROPFIND"])
def test_other_methods_are_not(method):
    assert "method" in Upstream.of("https://x").objection(head("/v1/x", method))


def test_fields_on_their_way():
    given = {
        "host": "evil.example",
        "te": "trailers",
        "accept-encoding": "br",
        "connection": "x-hop",
        "x-hop": "1",
        "x-mine": "2",
    }
    fields = Upstream.of("https://x:444").fields(given)
    assert fields == (("host", "x:444"), ("accept-encoding", "identity"), ("x-mine", "2"))
    assert returned((("Content-Length", "3"), ("Server", " s "), ("Transfer-Encoding", "chunked"))) == [("server", "s")]
