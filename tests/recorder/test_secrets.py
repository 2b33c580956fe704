from __future__ import annotations

import re

import pytest

from understudy.model.http import RequestHead
from understudy.recorder.secrets import Secrets

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
