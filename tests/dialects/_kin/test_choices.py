"""Choices are OpenAI's before a provider amends them."""

from __future__ import annotations

import pytest

from understudy.dialects._kin.choices import calling, closing, opening, saying, with_odds

WIRE = {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}


def call():
    return {**WIRE, "function": dict(WIRE["function"])}


def test_an_opened_call_has_no_arguments_yet_and_a_whole_one_has():
    assert calling(2, [call])["delta"] == {"tool_calls": [WIRE]}
    assert opening(2, call)["delta"] == {"tool_calls": [{**WIRE, "function": {"name": "f", "arguments": ""}}]}


@pytest.mark.parametrize(("is_chat", "said"), [(True, {"delta": {}}), (False, {"text": ""})])
def test_the_last_says_why_it_ended_and_nothing_else(is_chat, said):
    assert closing(1, "length", "", 0, is_chat=is_chat) == {"index": 1, **said, "logprobs": None, "finish_reason": "length"}


def test_each_has_the_odds_of_its_place_behind_those_before():
    choice = with_odds(lambda text, _: saying(0, {"content": text}), lambda at: {"at": at}, 3)
    assert choice("x", 2) == {**saying(0, {"content": "x"}), "logprobs": {"at": 5}}
