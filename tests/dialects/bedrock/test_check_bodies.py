"""What Invoke refuses of a body, in the words that users report."""

from __future__ import annotations

import pytest

REQUIRED = "Malformed input request: #: required key [%s] not found, please reformat your input and try again."


@pytest.fixture
def refusal(ask):
    def told(model: str, value: dict, tail: str = "invoke", **to) -> str:
        answer = ask(value, f"/model/{model}/{tail}", **to)
        return "" if answer.status == 200 else answer.json["message"]

    return told


@pytest.mark.parametrize(
    ("model", "key"),
    [
        ("amazon.nova-pro-v1:0", "messages"),
        ("amazon.titan-text-express-v1", "inputText"),
        ("meta.llama3-3-70b-instruct-v1:0", "prompt"),
        ("mistral.mistral-large-2407-v1:0", "prompt"),
        ("us.deepseek.r1-v1:0", "prompt"),
        ("cohere.command-r-v1:0", "message"),
        ("cohere.command-text-v14", "prompt"),
        ("openai.gpt-oss-120b-1:0", "messages"),
        ("amazon.titan-embed-text-v2:0", "inputText"),
    ],
)
def test_each_form_has_what_it_needs(refusal, engine, model, key):
    assert refusal(model, {}) == REQUIRED % key
    assert refusal(model, {}, to=engine(validation="lenient")) == ""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"messages": ...}, "messages: Field required"),
        ({"max_tokens": ...}, "max_tokens: Field required"),
        ({"anthropic_version": ...}, "anthropic_version: Field required"),
        ({"stream": True}, "stream: Extra inputs are not permitted"),
        ({"model": "x"}, "model: Extra inputs are not permitted"),
        ({}, ""),
    ],
)
def test_claude_has_the_words_of_its_own_api(refusal, change, message):
    whole = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 5, "anthropic_version": "bedrock-2023-05-31"}
    value = {name: member for name, member in (whole | change).items() if member is not ...}
    assert refusal("anthropic.claude-3-haiku-20240307-v1:0", value) == message


def test_what_a_closed_form_does_not_know_is_extraneous(refusal):
    said = "Malformed input request: #: extraneous key [top_k] is not permitted, please reformat your input and try again."
    assert refusal("meta.llama3-3-70b-instruct-v1:0", {"prompt": "hi", "top_k": 1}) == said
    assert refusal("amazon.titan-text-express-v1", {"inputText": "hi", "top_k": 1}) == said


@pytest.mark.parametrize(
    ("model", "value", "fault"),
    [
        ("amazon.titan-embed-text-v2:0", {"inputText": "a" * 50_001}, "expected maxLength: 50000, actual: 50001"),
        (
            "cohere.embed-english-v3",
            {"texts": ["a", "a" * 2049], "input_type": "search_query"},
            "#/texts/1: expected maxLength: 2048, actual: 2049",
        ),
        (
            "cohere.embed-english-v3",
            {"texts": ["a"] * 97, "input_type": "search_query"},
            "#/texts: expected maximum item count: 96, found: 97",
        ),
        ("cohere.embed-english-v3", {"texts": ["a"]}, "#: required key [input_type] not found"),
    ],
)
def test_what_becomes_a_vector_has_bounds(refusal, model, value, fault):
    assert refusal(model, value) == f"Malformed input request: {fault}, please reformat your input and try again."


@pytest.mark.parametrize(
    ("model", "value"),
    [("amazon.titan-embed-text-v2:0", {"inputText": "a"}), ("amazon.nova-canvas-v1:0", {"taskType": "TEXT_IMAGE"})],
)
def test_what_is_no_text_is_not_streamed(refusal, model, value):
    assert refusal(model, value) == ""
    assert refusal(model, value, "invoke-with-response-stream") == "The model is unsupported for streaming."
