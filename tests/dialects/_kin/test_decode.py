"""Of what kind calls of the family are: all that bears on an answer is part of it."""

from __future__ import annotations

import pytest

from understudy.dialects import Options
from understudy.dialects._kin.decode import chat as decoder

TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
CALLED = {"role": "assistant", "content": None, "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f"}}]}
RESULT = {"role": "tool", "content": "5", "tool_call_id": "a"}
BEARING = {
    "stream_options": {"include_usage": True},
    "max_tokens": 5,
    "tools": [TOOL],
    "tool_choice": "none",
    "parallel_tool_calls": False,
    "response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}},
    "reasoning_effort": "low",
    "thinking": {"type": "enabled"},
    "web_search_options": {"search_context_size": "high"},
    "service_tier": "flex",
}


@pytest.fixture
def kind(make_request, chat):
    decode = decoder("deepseek")
    return lambda **fields: decode(make_request(chat(**fields)), {}, Options()).kind


@pytest.mark.parametrize("name", BEARING)
def test_what_bears_on_an_answer_is_part_of_the_kind(name, kind):
    assert None is not kind(**{name: BEARING[name]}) != kind()


def test_sampling_is_not(kind):
    assert kind(temperature=0.5, seed=1) == kind()


@pytest.mark.parametrize("asked", [{"logprobs": True}, {"return_token_ids": True}, {"n": 2}, {"colour": "blue"}], ids=repr)
def test_who_asks_for_what_may_bear_on_more_is_of_no_kind(asked, kind):
    assert kind(**asked) is None


def test_calls_and_their_results_are_of_a_kind(kind):
    said = {"role": "user", "content": "hi"}
    assert kind(messages=[said, CALLED, RESULT]) == kind()


@pytest.mark.parametrize(
    "message",
    [
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]},
        {"role": "user", "content": "hi", "prefix": True},
        {"role": "user", "content": 5},
    ],
    ids=["picture", "member", "number"],
)
def test_other_messages_are_of_none(message, kind):
    assert kind(messages=[message, {"role": "user", "content": "hi"}]) is None


def test_nor_are_messages_that_are_no_objects(make_request):
    for messages in ([], ["hi"], [{"role": "user", "content": "hi"}, "hi"], "hi", None):
        request = make_request({"model": "m", "messages": messages})
        assert decoder("deepseek")(request, {}, Options(strict=False)).kind is None


@pytest.mark.parametrize("base", ["/vllm/v1", "/sglang/v1", "/fireworks/inference/v1", "/tei/v1"])
def test_vectors_of_tokens_are_those_of_their_text(ask, base):
    of_tokens, of_text = (
        ask({"model": "m", "input": given}, f"{base}/embeddings").json for given in ([[9906, 1917], [13]], [" world", "."])
    )
    assert [len(found["data"]) for found in (of_tokens, of_text)] == [2, 2]
    assert of_tokens["usage"]["prompt_tokens"] == 3
    assert of_tokens["data"][1] == of_text["data"][1]


@pytest.mark.parametrize("base", ["/mistral/v1", "/together/v1"])
def test_others_take_texts_alone(ask, base):
    assert ask({"model": "m", "input": [9906, 1917]}, f"{base}/embeddings").status == 400
