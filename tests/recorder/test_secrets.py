from __future__ import annotations

import re

import pytest

from understudy.model.http import RequestHead
from understudy.recorder.secrets import Secrets
from understudy.wire.eventstream import decode, encode

KEY = "abc-4711-not-like-a-key"


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({"authorization": f"Bearer {KEY}"}, ""),
        ({"x-api-key": KEY}, ""),
        ({"api-key": KEY}, ""),
        ({"x-goog-api-key": KEY}, ""),
        ({}, f"alt=sse&key={KEY}"),
    ],
)
def test_the_key_of_a_client_is_hidden_wherever_it_stands(headers, query):
    secrets = Secrets()
    secrets.notice(RequestHead("POST", "/", "/", query, headers))
    assert secrets.hide_all({KEY: [f"is {KEY}!", 1, None]}) == {"***": ["is ***!", 1, None]}


def test_words_are_no_keys():
    secrets = Secrets()
    secrets.notice(RequestHead("POST", "/", "/", "", {"authorization": "Bearer any"}))
    assert secrets.hide("any text") == "any text"


def test_what_looks_like_a_key_is_hidden():
    assert Secrets().hide("sk-proj-0123456789abcdefghij") == "sk-...ghij"


def test_a_condition_holds_without_saying_the_secret():
    text = "use sk-proj-0123456789abcdefghij\nplease"
    found = Secrets().condition(text)
    assert isinstance(found, dict)
    assert "0123456789" not in found["regex"]
    assert re.search(found["regex"].replace(r"\z", r"\Z"), text)
    assert Secrets().condition("plain") == "plain"


def test_stars_in_an_event_stream_leave_it_sound():
    secrets = Secrets()
    secrets.notice(RequestHead("POST", "/", "/", "", {"authorization": f"Bearer {KEY}"}))
    frames = encode({":event-type": "chunk"}, f'"{KEY}"'.encode()) + encode({}, b"other")
    first, second = decode(secrets.hide_bytes(frames))
    assert (first.payload, second.payload) == (b'"%b"' % (b"*" * len(KEY)), b"other")


@pytest.mark.parametrize(
    ("body", "hidden"),
    [
        (b'{"x": {"Api_Key": "hunter2hunter2"}}', True),
        (b' [{"db.password": "hunter2hunter2"}]', True),
        (b'{"access-token": "hunter2hunter2"}', True),
        (b'{"private-key": "hunter2hunter2"}', True),
        (b'{"Authorization": "hunter2hunter2"}', True),
        (b'{"name": "hunter2hunter2"}', False),
        (b'{"max_tokens": "hunter2hunter2"}', False),
        (b'"api_key": "hunter2hunter2"', False),
    ],
)
def test_what_a_body_holds_under_the_name_of_a_secret_is_one(body, hidden):
    secrets = Secrets()
    secrets.notice_body(body)
    assert secrets.hide("hunter2hunter2") == ("***" if hidden else "hunter2hunter2")


def test_what_stands_under_the_name_of_a_secret_is_hidden_wherever_it_is():
    found = Secrets().hide_all(
        {"tool_calls": [{"name": "f", "arguments": {"api_key": "opaque", "city": "Paris", "api_key_id": 5}}]}
    )
    assert found == {"tool_calls": [{"name": "f", "arguments": {"api_key": "***", "city": "Paris", "api_key_id": 5}}]}
