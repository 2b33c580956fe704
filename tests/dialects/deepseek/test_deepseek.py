"""What DeepSeek refuses, in its words; thoughts that must come back."""

from __future__ import annotations

import pytest

PATH = "/deepseek/chat/completions"
USER = {"role": "user", "content": "hi"}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
CALLED = {"role": "assistant", "content": "", "tool_calls": [CALL]}
RESULT = {"role": "tool", "tool_call_id": "c1", "content": "5"}
OTHER = {**RESULT, "tool_call_id": "c2"}


def talk(*messages, model="deepseek-chat", **fields):
    return {"model": model, "messages": list(messages), **fields}


UNANSWERED = (
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
    "(insufficient tool messages following tool_calls message)"
)
UNASKED = "Messages with role 'tool' must be a response to a preceding message with 'tool_calls'"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{a: 1}", "Failed to parse the request body as JSON: key must be a string at line 1 column 2"),
        (
            b'{"model": "deepseek-chat"}',
            "Failed to deserialize the JSON body into the target type: missing field `messages` at line 1 column 26",
        ),
        (talk(), "Empty input messages"),
        (talk(USER, max_tokens=8193), "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]"),
        (talk(USER, max_tokens=0), "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]"),
        (
            talk(USER, model="deepseek-reasoner", max_tokens=65537),
            "Invalid max_tokens value, the valid range of max_tokens is [1, 65536]",
        ),
        (
            talk(USER, model="deepseek-v4-flash", max_tokens=393217),
            "Invalid max_tokens value, the valid range of max_tokens is [1, 393216]",
        ),
        (talk(USER, temperature=2.5), "Invalid temperature value, the valid range of temperature is [0, 2.0]"),
        (talk(USER, top_p=0), "Invalid top_p value, the valid range of top_p is (0, 1.0]"),
        (
            talk(USER, response_format={"type": "json_object"}),
            "Prompt must contain the word 'json' in some form to use 'response_format' of type 'json_object'.",
        ),
        (talk(USER, response_format={"type": "json_schema"}), "This response_format type is unavailable now"),
        (talk(USER, CALLED, USER), UNANSWERED),
        (talk(USER, CALLED), UNANSWERED),
        (talk(USER, CALLED, OTHER), UNANSWERED),
        (talk(USER, RESULT), UNASKED),
        (talk(USER, CALLED, RESULT, RESULT), UNASKED),
        (talk(USER, CALLED, {**RESULT, "tool_call_id": ["c1"]}), UNANSWERED),
        (talk(USER, model="deepseek-v4-pro", tool_choice="required"), "Thinking mode does not support this tool_choice"),
    ],
)
def test_a_refusal_says_what_users_report(ask, body, message):
    answer = ask(body, PATH)
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": "invalid_request_error"}
    assert (answer.status, answer.json) == (400, {"error": error})


@pytest.mark.parametrize(
    "body",
    [
        talk(USER, max_tokens=8192, temperature=2, top_p=1.0),
        talk({"role": "user", "content": "Say it in JSON"}, response_format={"type": "json_object"}),
        talk(USER, CALLED, RESULT, USER),
        talk(USER, model="deepseek-v4-pro", tool_choice="required", thinking={"type": "disabled"}),
        talk(USER, top_k=3, anything={"else": 1}),
    ],
)
def test_what_it_takes_is_answered(ask, body):
    assert ask(body, PATH).status == 200


def test_lenient_reading_takes_what_is_out_of_range(ask, engine):
    assert ask(talk(USER, CALLED, max_tokens=9999), PATH, to=engine(validation="lenient")).status == 200


class TestThoughts:
    FORGOTTEN = (
        "Missing `reasoning_content` field in the assistant message at message index 1. For more information, please refer"
    )

    def test_of_the_reasoner_must_come_back_while_it_works(self, ask):
        body = talk(USER, CALLED, RESULT, model="deepseek-reasoner")
        assert ask(body, PATH).json["error"]["message"].startswith(self.FORGOTTEN)
        assert ask(talk(USER, CALLED, RESULT, USER, model="deepseek-reasoner"), PATH).status == 200

    def test_of_version_4_must_always_come_back(self, ask):
        told = "The `reasoning_content` in the thinking mode must be passed back to the API."
        answer = ask(talk(USER, CALLED, RESULT, USER, model="deepseek-v4-flash"), PATH)
        assert (answer.status, answer.json["error"]["message"]) == (400, told)
        thinks = {"thinking": {"type": "enabled"}}
        assert ask(talk(USER, CALLED, RESULT, **thinks), PATH).json["error"]["message"] == told
        assert ask(talk(USER, {**CALLED, "reasoning_content": ""}, RESULT, **thinks), PATH).status == 200

    @pytest.mark.parametrize("model", ["deepseek-reasoner", "deepseek-v4-pro"])
    def test_stand_beside_every_call_that_was_thought_about(self, ask, engine, model):
        server = engine("rules: [{reply: {tool_calls: [{name: f, arguments: {}}]}}]")
        message = ask(talk(USER, model=model), PATH, to=server).json["choices"][0]["message"]
        assert message["reasoning_content"] == ""
        chunks = ask(talk(USER, model=model, stream=True), PATH, to=server).chunks
        assert chunks[0]["choices"][0]["delta"]["reasoning_content"] == ""
        plain = ask(talk(USER, model=model, thinking={"type": "disabled"}, stream=True), PATH, to=server).chunks
        assert "reasoning_content" not in plain[0]["choices"][0]["delta"]
        again = ask(talk(USER, {**message, "tool_calls": [CALL]}, RESULT, model=model), PATH, to=server)
        assert again.status == 200


def test_a_wrong_key_shows_its_end(ask, engine, chat):
    server = engine(api_keys=["right"])
    answer = ask(chat(), PATH, to=server, headers={"authorization": "Bearer sk-wrong-and-long"})
    told = "Authentication Fails, Your api key: ****long is invalid"
    error = {"message": told, "type": "authentication_error", "param": None, "code": "invalid_request_error"}
    assert (answer.status, answer.json) == (401, {"error": error})
    missing = ask(chat(), PATH, to=server).json["error"]["message"]
    assert missing == "Authentication Fails (auth header format should be Bearer sk-...)"


@pytest.mark.parametrize(("name", "status"), [("insufficient_quota", 402), ("model_not_found", 400), ("overloaded", 503)])
def test_a_failure_has_the_status_it_has_there(ask, engine, chat, name, status):
    assert ask(chat(), PATH, to=engine(f"rules: [{{reply: {{error: {name}}}}}]")).status == status


def test_a_completion_needs_its_prompt(ask):
    answer = ask({"model": "deepseek-chat"}, "/deepseek/beta/completions")
    assert answer.json["error"]["message"].endswith("missing field `prompt` at line 1 column 26")


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        (5, "prompt: invalid type: integer `5`, expected a string at line 1 column 26"),
        ([["a"]], "prompt: invalid type: sequence, expected a string at line 1 column 32"),
        ({}, "prompt: invalid type: map, expected a string at line 1 column 27"),
    ],
    ids=repr,
)
def test_a_prompt_of_another_type_is_refused_as_serde_does(ask, prompt, words):
    answer = ask({"model": "m", "prompt": prompt}, "/deepseek/beta/completions")
    message = f"Failed to deserialize the JSON body into the target type: {words}"
    assert (answer.status, answer.json["error"]["message"]) == (400, message)
