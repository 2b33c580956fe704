"""What is well formed and refused nevertheless."""

from __future__ import annotations

import pytest

CALL = [{"functionCall": {"name": "f", "args": {}}}]
RESULT = [{"functionResponse": {"name": "f", "response": {}}}]
SIGNED = [{**CALL[0], "thoughtSignature": "c2lnbmVk"}]
TOOLS = [{"functionDeclarations": [{"name": "f"}]}]
FORM = {"responseMimeType": "application/json"}


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
        (["x"], {"tools": [{"functionDeclarations": [{"name": "a b"}]}]}, "* GenerateContentRequest.tools[0].function_decl"),
        (["x", CALL, RESULT, "y", "z", CALL, RESULT], {}, ""),
        (["x", CALL, RESULT, CALL, RESULT], {}, ""),
        (["x", CALL, RESULT * 2], {}, "Please ensure that the number of function response parts is equal"),
        (["x", CALL, "y"], {}, "Please ensure that the number of function response parts is equal"),
        (["x", "y", RESULT], {}, "Please ensure that function response turn comes immediately after"),
        (["x"], {"tools": TOOLS * 2}, "Duplicate function declaration found: f"),
        (
            ["x"],
            {"toolConfig": {"functionCallingConfig": {"mode": "ANY"}}},
            "Function calling config is set without function_declarations.",
        ),
        (
            ["x"],
            {"tools": [{"googleSearch": {}}], "toolConfig": {"functionCallingConfig": {"mode": "AUTO"}}},
            "Function calling config is set without function_declarations.",
        ),
        (["x"], {"toolConfig": {"functionCallingConfig": {"mode": "NONE"}}}, ""),
        (["x"], {"tools": [*TOOLS, {"googleSearch": {}}]}, "Tool use with function calling is unsupported"),
        (
            ["x"],
            {"tools": TOOLS, "generationConfig": FORM},
            "Function calling with a response mime type: 'application/json' is unsupported",
        ),
        (
            ["x"],
            {"tools": [{"urlContext": {}}], "generationConfig": FORM},
            "Tool use with a response mime type: 'application/json' is unsupported",
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
    body = contents("x", CALL, "y")
    body["contents"].append({"role": "user", "parts": RESULT})
    assert refusal(body).startswith("Please ensure that the number of function response parts is equal")


@pytest.mark.parametrize("model", ["gemini-2.5-flash", "gemini-3-flash-preview"])
def test_what_a_stream_said_comes_back_chunk_by_chunk(say, refusal, model):
    said = [[{"text": "Let me"}], [{"text": " see."}], SIGNED, CALL, [{"text": ""}]]
    body = {"contents": [{"role": "user", "parts": [{"text": "x"}]}, *({"role": "model", "parts": parts} for parts in said)]}
    assert say({"contents": [*body["contents"], {"role": "user", "parts": RESULT * 2}]}, model).status == 200
    body["contents"] += [{"role": "user", "parts": RESULT}, {"role": "user", "parts": RESULT}]
    assert refusal(body, model).startswith("Please ensure that the number of function response parts is equal")


def test_a_conversation_begins_with_no_call(refusal):
    body = {"contents": [{"role": "model", "parts": CALL}, {"role": "user", "parts": RESULT}]}
    assert refusal(body).startswith("Please ensure that function call turn comes immediately after a user turn")


def test_newer_models_take_tools_beside_a_form(say, contents):
    assert say(contents("x", tools=TOOLS, generationConfig=FORM), "gemini-3-flash-preview").status == 200


def test_newer_models_want_the_signature_of_a_call_back(say, refusal, contents):
    model = "gemini-3-flash-preview"
    assert refusal(contents("x", CALL, RESULT), model) == (
        "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and "
        "missing thought_signature may lead to degraded model performance. Additional data, function call `default_api:f` , "
        "position 2. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details."
    )
    assert "position 4." in refusal(contents("x", SIGNED, RESULT, CALL, RESULT), model)
    assert say(contents("x", SIGNED + CALL, RESULT * 2), model).status == 200
    assert say(contents("x", CALL, RESULT, "y", "z"), model).status == 200  # a turn that is over
    assert say(contents("x", CALL, RESULT), "gemini-2.5-flash").status == 200


def test_beside_a_cache_nothing_that_a_cache_may_hold(refusal, contents):
    told = "CachedContent can not be used with GenerateContent request setting system_instruction, tools or tool_config."
    assert refusal(contents("x", cachedContent="cachedContents/1", tools=TOOLS)).startswith(told)


def test_a_prompt_beyond_the_window(engine, say, contents):
    to = engine()
    answer = say(contents("word " * 8200), "gemini-2.5-flash-preview-tts", to=to)
    assert answer.json["error"]["message"].startswith("The input token count (8")
    assert say(contents("word " * 8200), to=to).status == 200
