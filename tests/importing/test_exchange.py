"""Exchanges from the parts that are kept."""

from __future__ import annotations

from understudy.importing.exchange import data, fields, request_of, take_of


def test_fields_in_all_their_forms():
    assert fields({"A": ["1", "2"], "b": b"x"}) == {"a": "1, 2", "b": "x"}
    assert fields([("Set-Cookie", "a"), ["set-cookie", "b"], "odd one"]) == {"set-cookie": "a, b"}
    assert fields(None) == {}


def test_bodies_in_all_their_forms():
    assert [
        data(body) for body in (None, b"x", "ü", {"base64_string": "eA=="}, {"string": "s", "encoding": "x"}, {"a": 1})
    ] == [
        b"",
        b"x",
        "ü".encode(),
        b"x",
        b"s",
        b'{"a":1}',
    ]


def test_an_address_is_cut_down_to_what_is_served():
    body = b'{"model": "m", "messages": [{"role": "user", "content": "x"}]}'
    assert request_of("post", "https://h/a/b/v1/chat/completions?q=1", {}, body).head.target == "/v1/chat/completions?q=1"
    assert request_of("GET", "https://h/other", {}, b"").head.path == "/other"


def test_events_are_known_by_how_they_begin():
    request = request_of("POST", "/v1/chat/completions", {}, b"{}")
    assert take_of(request, 200, {"content-encoding": "gzip"}, b"data: {}\n\n").is_events
    assert not take_of(request, 200, {}, b"{}").is_events
