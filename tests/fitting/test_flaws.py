"""Why requests failed."""

from __future__ import annotations

import pytest

from understudy.fitting.flaws import first


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        ([], ""),
        ([None, 3, {}, " \n"], ""),
        ([None, "Not Found", "Gone"], "the first says: Not Found"),
        (['{\n  "error": {\n    "code": 400\x1b[31m\n  }\n}'], 'the first says: { "error": { "code": 400 [31m } }'),
        (["Traceback (most recent call last):\n  File x\nTimeoutError: late\n"], "the first says: TimeoutError: late"),
    ],
)
def test_the_first_message_is_told_on_one_line(messages, told):
    assert first(messages) == told


def test_a_long_message_is_cut():
    told = first(["a " * 100_000])
    assert len(told) == len("the first says: ") + 200
    assert told.endswith("a a...")


@pytest.mark.parametrize("before", ["", "x" * 190 + " "])
def test_secrets_are_masked(before):
    told = first([f"{before}Incorrect API key provided: sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"])
    assert "ghijklmnop" not in told
    assert first(["GET http://user:secretword@host failed"]).count("secretword") == 0
