"""Reading JSON as the gateway does: what is understood, and what is refused in which words."""

from __future__ import annotations

import pytest

HI = [{"parts": [{"text": "hi"}]}]


@pytest.mark.parametrize(
    "body",
    [
        {"contents": HI},
        {"contents": HI[0]},
        {"contents": [{"parts": {"text": "hi"}}]},
        {"contents": HI, "system_instruction": {"parts": [{"text": "x"}]}, "generation_config": {"max_output_tokens": "5"}},
        {"contents": HI, "systemInstruction": None, "tools": None},
        {"contents": HI, "generationConfig": {"temperature": 1, "topK": 40, "thinkingConfig": {"includeThoughts": True}}},
        {"contents": HI, "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]},
        {"contents": HI, "safetySettings": [{"category": 7, "threshold": 4}]},
        {"contents": HI, "tools": [{"googleSearch": {}}, {"codeExecution": {}}, {"urlContext": {}}]},
    ],
)
def test_every_spelling_that_the_api_takes(say, body):
    assert say(body).status == 200


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"messages": []}, 'Invalid JSON payload received. Unknown name "messages": Cannot find field.'),
        (
            {"contents": [{"parts": [{"txt": 1}]}]},
            "Invalid JSON payload received. Unknown name \"txt\" at 'contents[0].parts[0]': Cannot find field.",
        ),
        (
            {"contents": HI, "generationConfig": {"maxOutputTokens": 1.5}},
            "Invalid value at 'generation_config.max_output_tokens' (TYPE_INT32), 1.5",
        ),
        ({"contents": [{"parts": [{"text": 5}]}]}, "Invalid value at 'contents[0].parts[0].text' (TYPE_STRING), 5"),
        ({"contents": [{"parts": [{"thought": "x"}]}]}, "Invalid value at 'contents[0].parts[0].thought' (TYPE_BOOL), \"x\""),
        (
            {"contents": HI, "generationConfig": []},
            'Invalid JSON payload received. Unknown name "generation_config": Proto field is not repeating, cannot start list.',
        ),
        (
            {"contents": [{"parts": [{"inlineData": {"data": "%%"}}]}]},
            "Invalid value at 'contents[0].parts[0].inline_data.data' (TYPE_BYTES), Base64 decoding failed for \"%%\"",
        ),
        (
            {"contents": "hi"},
            "Invalid value at 'contents[0]' (type.googleapis.com/google.ai.generativelanguage.v1beta.Content), \"hi\"",
        ),
        (
            {"contents": HI, "toolConfig": {"functionCallingConfig": {"mode": "SOMETIMES"}}},
            (
                "Invalid value at 'tool_config.function_calling_config.mode' (type.googleapis.com/google.ai."
                'generativelanguage.v1beta.FunctionCallingConfig.Mode), "SOMETIMES"'
            ),
        ),
        (
            {"contents": [{"parts": [{"text": "a", "fileData": {}}]}]},
            "Invalid value at 'contents[0].parts[0]' (oneof), oneof field 'data' is already set. Cannot set 'fileData'",
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_place(refusal, body, message):
    assert refusal(body) == message


def test_all_mistakes_are_told_at_once_and_as_details(say):
    error = say({"contents": HI, "a": 1, "generationConfig": {"b": 2}}).json["error"]
    lines = error["message"].split("\n")
    assert error["details"] == [
        {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [
                {"description": lines[0]},
                {"field": "generation_config", "description": lines[1]},
            ],
        }
    ]


def test_a_body_that_is_no_object(refusal):
    assert refusal(b"[1]").startswith("Invalid JSON payload received.")
    assert refusal(b"{").startswith("Invalid JSON payload received.")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"contents": 5}', b'{"contents": [{"parts": [{"txt": 1}]}], "x": 1}'])
def test_lenient_takes_what_can_be_understood(engine, say, body):
    assert say(body, to=engine(validation="lenient")).status == 200
