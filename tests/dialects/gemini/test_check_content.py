"""What is well formed and refused nevertheless."""

from __future__ import annotations

import pytest

CALL = [{"functionCall": {"name": "f", "args": {}}}]
RESULT = [{"functionResponse": {"name": "f", "response": {}}}]
TOOLS = [{"functionDeclarations": [{"name": "f"}]}]


@pytest.mark.parametrize(
    ("said", "fields", "message"),
    [
        ([[]], {}, "* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.\n"),
        (
            [[{"thought": True}]],
            {},
            "* GenerateContentRequest.contents[0].parts[0].data: required oneof field 'data' must have one initialized field\n",
        ),
        (
            ["x"],
            {"generationConfig": {"temperature": 3}},
            "* GenerateContentRequest.generation_config.temperature: temperature must be in the range [0.0, 2.0].\n",
        ),
        (
            ["x"],
            {"generationConfig": {"candidateCount": 9}},
            "* GenerateContentRequest.generation_config.candidate_count: candidate_count must be in the range [1.0, 8.0].\n",
        ),
        (["x"], {"tools": [{"functionDeclarations": [{"name": "a b"}]}]}, "* GenerateContentRequest.tools[0].function_decl"),
        (["x", CALL, "y", CALL], {}, ""),
        (["x", CALL, RESULT * 2], {}, "Please ensure that the number of function response parts is equal"),
        (["x", "y", RESULT], {}, "Please ensure that function response turn comes immediately after"),
        (["x"], {"tools": TOOLS * 2}, "Duplicate function declaration found: f"),
        (
            ["x"],
            {"toolConfig": {"functionCallingConfig": {"mode": "ANY"}}},
            "Function calling config is set without function_declarations.",
        ),
        (["x"], {"generationConfig": {"stopSequences": list("abcdef")}}, "* GenerateContentRequest.generation_config.stop_"),
        (
            ["x"],
            {"generationConfig": {"thinkingConfig": {"thinkingBudget": 1, "thinkingLevel": "LOW"}}},
            "* GenerateContentRequest.generation_config.thinking_config: You can only set only one of",
        ),
    ],
)
def test_what_the_model_does_not_take(say, refusal, contents, said, fields, message):
    body = contents(*said, **fields)
    if message:
        assert refusal(body).startswith(message)
    else:
        assert say(body).status == 200


def test_roles_and_consecutive_calls(refusal, contents):
    assert refusal({"contents": [{"role": "assistant", "parts": [{"text": "x"}]}]}) == "Please use a valid role: user, model."
    body = contents("x")
    body["contents"] += [{"role": "model", "parts": CALL}, {"role": "model", "parts": CALL}]
    assert refusal(body).startswith("Please ensure that function call turn comes immediately after a user turn")


def test_a_budget_beyond_the_model(refusal, contents):
    body = contents("x", generationConfig={"thinkingConfig": {"thinkingBudget": 99_999}})
    assert "The thinking budget 99999 is invalid" in refusal(body, "gemini-2.5-flash")


def test_a_cache_that_nobody_made(say, contents):
    answer = say(contents("x", cachedContent="cachedContents/1"))
    assert (answer.status, answer.json["error"]["status"]) == (403, "PERMISSION_DENIED")


def test_a_prompt_beyond_the_window(engine, say, contents):
    to = engine()
    answer = say(contents("word " * 2100), "gemini-embedding-001", to=to)
    assert answer.json["error"]["message"].startswith("The input token count (2")
    assert say(contents("word " * 2100), to=to).status == 200
