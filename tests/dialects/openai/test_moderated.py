"""Chats that ask to be moderated say what was found of question and answer."""

from __future__ import annotations

import pytest

ASKED = {"moderation": {"model": "omni-moderation-latest"}}
HARM = "I will kill you"
MISSING = "Missing required parameter: '{0}'."


def test_a_whole_answer_has_verdicts_before_its_usage(ask, chat):
    found = ask(chat(HARM, "gpt-5.6", n=2, **ASKED)).json
    names = list(found)
    assert names[names.index("choices") + 1 : names.index("usage")] == ["moderation"]
    assert [result["flagged"] for result in found["moderation"]["input"]["results"]] == [True]
    assert [result["flagged"] for result in found["moderation"]["output"]["results"]] == [False, False]


@pytest.mark.parametrize("usage", [True, False])
def test_a_stream_ends_with_a_chunk_of_verdicts(ask, chat, usage, obfuscation_law):
    options = {"stream_options": {"include_usage": True}} if usage else {}
    answer = ask(chat(HARM, "gpt-5.6", stream=True, **options, **ASKED))
    last = answer.chunks[-1]
    assert last["choices"] == []
    assert last["moderation"]["input"]["results"][0]["flagged"]
    assert list(last)[-3:] == (["moderation", "usage", "obfuscation"] if usage else ["choices", "moderation", "obfuscation"])
    assert last.get("usage") is None
    assert obfuscation_law(answer.events[-2])
    assert bool(answer.chunks[-2].get("usage")) is usage


def test_nobody_is_judged_unasked(ask, chat):
    assert "moderation" not in ask(chat(HARM, "gpt-5.6")).json


@pytest.mark.parametrize(
    ("wrong", "message", "param"),
    [
        ({"policy": {"input": {}}}, MISSING.format("moderation.policy.input.mode"), "moderation.policy.input.mode"),
        (
            {"policy": {"output": {"mode": "x"}}},
            "Invalid value: 'x'. Supported values are: 'score' and 'block'.",
            "moderation.policy.output.mode",
        ),
    ],
)
def test_a_wrong_policy_is_refused(ask, chat, wrong, message, param):
    answer = ask(chat("hi", "gpt-5.6", moderation={"model": "m", **wrong}))
    assert answer.error[:2] == (message, param)
