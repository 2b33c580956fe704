"""The model's window: an answer for which it has no room is cut, and says so."""

from __future__ import annotations

import pytest

WINDOW = 200_000  # of the generation that is asked
TOLD = "rules: [{reply: {text: one two three four five six, usage: {prompt_tokens: %d}}}]"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("room", "reason"), [(3, "model_context_window_exceeded"), (100, "end_turn"), (0, None)])
def test_what_has_no_room_is_cut(engine, say, body, events, stream, room, reason):
    answer = say(body(stream=stream), to=engine(TOLD % (WINDOW - room)))
    if stream:
        found = events(answer)
        said = "".join(event["delta"].get("text", "") for event in found if event["type"] == "content_block_delta")
        told, tokens = found[-2]["delta"]["stop_reason"], found[-2]["usage"]["output_tokens"]
    else:
        document = answer.json
        said = "".join(block["text"] for block in document["content"])
        told, tokens = document["stop_reason"], document["usage"]["output_tokens"]
    assert told == (reason or "model_context_window_exceeded")
    assert (said == "one two three four five six") is (room == 100)
    assert tokens <= room


def test_a_limit_that_is_tighter_is_what_cuts(engine, say, body):
    assert say(body(max_tokens=2), to=engine(TOLD % (WINDOW - 3))).json["stop_reason"] == "max_tokens"


def test_what_was_cut_is_not_kept_for_others(engine, say, body):
    to = engine(
        "rules: [{when: {user: full}, reply: {text: one two three, usage: {prompt_tokens: 199999}}}]\nsettings: {reply: hi}"
    )
    assert say(body("full"), to=to).json["stop_reason"] == "model_context_window_exceeded"
    assert say(body("full", "claude-sonnet-5"), to=to).json["stop_reason"] == "end_turn"


ROOM = "rules: [{reply: hi}]\nsettings: {max-body: 4000000}"


@pytest.mark.parametrize("model", ["claude-3-7-sonnet-20250219", "claude-sonnet-4-0"])
def test_models_that_do_not_fill_their_window_need_room_for_the_answer(engine, say, refusal, body, model):
    to, value = engine(ROOM), body("word " * 170_000, model, max_tokens=30_000)
    said = refusal(value, to=to)
    assert said.startswith("input length and `max_tokens` exceed context limit: ")
    assert said.endswith(" + 30000 > 200000, decrease input length or `max_tokens` and try again")
    head = {"anthropic-version": "2023-06-01", "anthropic-beta": "model-context-window-exceeded-2025-08-26"}
    assert say(value, headers=head, to=to).status == 200
    assert say({**value, "model": "claude-sonnet-4-5"}, to=to).status == 200
    assert say({**value, "max_tokens": 100}, to=to).status == 200
