"""What of xAI is not in the golden cases."""

from __future__ import annotations

import pytest

PATH = "/xai/v1/chat/completions"


def test_thoughts_are_counted_beside_the_completion(ask, engine, chat):
    server = engine('rules: [{reply: {reasoning: A number., text: "42", usage: {cached_tokens: 2}}}]')
    usage = ask(chat(), PATH, to=server).json["usage"]
    thought = usage["completion_tokens_details"]["reasoning_tokens"]
    assert (thought, usage["completion_tokens"]) == (3, 1)
    assert usage["total_tokens"] == usage["prompt_tokens"] + 4
    assert usage["cost_in_usd_ticks"] == (usage["prompt_tokens"] - 2) * 3000 + 2 * 750 + 4 * 5000


def test_a_call_is_said_whole(ask, engine, chat):
    server = engine("rules: [{reply: {tool_calls: [{name: f, arguments: {a: 1}}]}}]")
    first, last = ask(chat(stream=True), PATH, to=server).chunks
    (call,) = first["choices"][0]["delta"]["tool_calls"]
    assert (call["function"], first["choices"][0]["delta"]["role"]) == ({"name": "f", "arguments": '{"a":1}'}, "assistant")
    assert call["id"].startswith("call_")
    assert last["choices"][0]["finish_reason"] == "tool_calls"


def test_probabilities_stand_there_only_when_asked_for(ask, engine, chat):
    server = engine("rules: [{reply: hello}]")
    assert "logprobs" not in ask(chat(), PATH, to=server).json["choices"][0]
    assert ask(chat(logprobs=True), PATH, to=server).json["choices"][0]["logprobs"]["content"]


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "Some requested entity was not found"), (429, "Some resource has been exhausted"), (418, "Unknown error")],
)
def test_codes_are_grpcs_descriptions(ask, engine, chat, status, code):
    assert ask(chat(), PATH, to=engine(f"rules: [{{reply: {{error: {status}}}}}]")).json["code"] == code


def test_a_wrong_key_is_an_invalid_argument(ask, engine, chat):
    answer = ask(chat(), PATH, to=engine(api_keys=["right"]), headers={"authorization": "Bearer xai-wrong-and-long"})
    assert (answer.status, answer.json["code"]) == (400, "Client specified an invalid argument")
    assert answer.json["error"].startswith("Incorrect API key provided: xai")
