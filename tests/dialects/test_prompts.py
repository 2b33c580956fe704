"""Prompts of text completions: texts and tokens, one or several."""

from __future__ import annotations

import pytest

from understudy.dialects import _prompts as prompts

TOKENS = [11, 12]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("a", ("a",)),
        ("", ("",)),
        (["a", ""], ("a", "")),
        (TOKENS, ((11, 12),)),
        ([TOKENS, [13]], ((11, 12), (13,))),
    ],
    ids=repr,
)
def test_prompts_are_read_in_each_of_their_forms(given, found):
    assert prompts.fit(given)
    assert prompts.read(given) == found


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (5, ()),
        (None, ()),
        ({}, ()),
        ([], ()),
        ([[]], ()),
        ([["a"]], ()),
        ([True], ()),
        ([5, "x"], ("x",)),
        ([TOKENS, "x"], ((11, 12), "x")),
    ],
    ids=repr,
)
def test_what_is_no_prompt_does_not_fit_and_is_left_out(given, found):
    assert not prompts.fit(given)
    assert prompts.read(given) == found


def test_tokens_are_said_and_counted_as_the_models_encoding_has_them():
    given = ("hello world", (24912, 2375), (-1, 10**9))
    assert prompts.texts(given, "m") == ("hello world", "hello world", "\ufffd\ufffd")
    assert prompts.texts(((15339, 1917),), "gpt-3.5-turbo-instruct") == ("hello world",)
    assert prompts.count(given, "m") == 6
    assert prompts.count(given, "m", "and on") == 6 + 3 * 2
