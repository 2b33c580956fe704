"""What only Google reads of a chat as OpenAI's clients send it."""

from __future__ import annotations

import pytest

PATH = "/v1beta/openai/chat/completions"
THOUGHT = 'rules: [{reply: {reasoning: "Hm, well.", text: "So."}}]'
SHOWN = {"extra_body": {"google": {"thinking_config": {"include_thoughts": True}}}}


@pytest.fixture
def talk(ask, chat):
    def asked(said="hi", model="gemini-2.5-flash", to=None, **fields):
        return ask(chat(said, model, **fields), PATH, to=to)

    return asked


def test_thoughts_that_are_asked_for_stand_in_the_text(engine, talk):
    to = engine(THOUGHT)
    message = talk(to=to, **SHOWN).json["choices"][0]["message"]
    assert message["content"] == "<thought>Hm, well.</thought>So."
    assert message["extra_content"] == {"google": {"thought": True}}
    assert talk(to=to).json["choices"][0]["message"] == {"role": "assistant", "content": "So."}


def test_a_stream_says_which_pieces_are_thoughts(engine, talk):
    to = engine(THOUGHT)
    for _ in range(2):  # nothing is remembered from one stream to the next
        deltas = [chunk["choices"][0]["delta"] for chunk in talk(to=to, stream=True, **SHOWN).chunks]
        assert "".join(delta.get("content", "") for delta in deltas) == "<thought>Hm, well.</thought>So."
        thought = [delta["content"] for delta in deltas if "extra_content" in delta]
        assert "".join(thought) == "<thought>Hm, well."
    hidden = [chunk["choices"][0]["delta"] for chunk in talk(to=to, stream=True).chunks]
    assert "".join(delta.get("content", "") for delta in hidden) == "So."


def test_a_thought_before_a_call_ends_too(engine, talk):
    to = engine("rules: [{reply: {reasoning: Hm., tool_calls: [{name: f}]}}]")
    deltas = [chunk["choices"][0]["delta"] for chunk in talk(to=to, stream=True, **SHOWN).chunks]
    assert "".join(delta.get("content", "") for delta in deltas) == "<thought>Hm.</thought>"


def test_effort_and_budget_exclude_each_other(talk):
    both = {"reasoning_effort": "low", "extra_body": {"google": {"thinking_config": {"thinking_budget": 5}}}}
    (answer,) = talk(**both).json
    told = "Expected one of either `reasoning_effort` or custom `thinking_config`; found both."
    assert (answer["error"]["code"], answer["error"]["message"]) == (400, told)
    assert talk(reasoning_effort="low").status == 200


@pytest.mark.parametrize("stream", [False, True])
def test_the_first_call_is_signed_by_models_that_think(engine, talk, stream):
    to = engine("rules: [{reply: {tool_calls: [{name: f}, {name: g}]}}]")

    def calls(model):
        answer = talk(model=model, to=to, stream=stream)
        choices = (
            [chunk["choices"][0]["delta"] for chunk in answer.chunks] if stream else [answer.json["choices"][0]["message"]]
        )
        return [call for said in choices for call in said.get("tool_calls", ())]

    first, second = calls("gemini-3-flash-preview")
    assert first["extra_content"]["google"]["thought_signature"]
    assert "extra_content" not in second
    assert all("extra_content" not in call for call in calls("gemini-2.0-flash"))


def test_a_cache_begins_the_prompt(engine, ask, talk):
    to = engine("rules: [{when: {system: {contains: a word}}, reply: That one.}]")
    held = {"model": "models/gemini-2.5-flash", "systemInstruction": {"parts": [{"text": "a word " * 700}]}}
    name = ask(held, "/v1beta/cachedContents", to=to).json["name"]
    said = talk(to=to, extra_body={"google": {"cached_content": name}}).json
    assert said["choices"][0]["message"]["content"] == "That one."
    assert said["usage"]["prompt_tokens"] > 1400
    (missing,) = talk(to=to, extra_body={"google": {"cached_content": "cachedContents/never"}}).json
    assert missing["error"]["message"] == "CachedContent not found (or permission denied)"
