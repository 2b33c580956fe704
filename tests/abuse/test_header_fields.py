"""Header fields that say nonsense: they are refused or passed over, and never an error of the server."""

from __future__ import annotations

from itertools import product

import pytest

NONSENSE = (
    *(
        "http://[::1",
        "http://a[b]",
        "[::1",
        "//",
        "%zz",
        "\xff\xfe",
        ",;=",
        "Bearer \xff",
        "Basic !!!",
        "text/html;q=nan, */*;q=1e999",
    ),
    *("1e999", "nan", "-1", "9" * 400, "multipart/form-data; boundary=", "application/json; charset=nope", "\\", '"', "\x00"),
)
FIELDS = (
    *(
        "host",
        "origin",
        "referer",
        "authorization",
        "content-type",
        "accept",
        "accept-encoding",
        "user-agent",
        "cookie",
        "range",
    ),
    *(
        "last-event-id",
        "sec-fetch-site",
        "x-api-key",
        "x-amz-date",
        "anthropic-beta",
        "x-understudy-session",
        "x-understudy-timing",
    ),
    *(
        "x-understudy-fault",
        "x-understudy-decision",
        "x-understudy-token",
        "x-stainless-retry-count",
        "amz-sdk-request",
        "retry-after",
    ),
)
PLACES = (
    ("GET", "/_understudy/"),
    ("GET", "/_understudy/requests"),
    ("POST", "/_understudy/reset"),
    ("GET", "/metrics"),
    ("POST", "/v1/chat/completions"),
    ("POST", "/v1/messages"),
    ("POST", "/v1/audio/transcriptions"),
    ("POST", "/v1beta/models/g:generateContent"),
    ("POST", "/model/m/converse"),
)


@pytest.mark.parametrize(("method", "path"), PLACES)
def test_no_header_field_is_an_error_of_the_server(service, ask_engine, method, path):
    running = service()
    body = {"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "hi"}]} if method == "POST" else b""
    for name, value in product(FIELDS, NONSENSE):
        answer = ask_engine(running.engine, body, path, method=method, headers={"host": "127.0.0.1:8000", name: value})
        assert answer.status < 500, (name, value)
