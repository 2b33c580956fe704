"""What Groq refuses, in its words; limits, unknown addresses, and answers that broke their form."""

from __future__ import annotations

import pytest

PATH = "/groq/openai/v1/chat/completions"
TOOLS = [{"type": "function", "function": {"name": "f"}}]


@pytest.mark.parametrize(
    ("fields", "message", "param"),
    [
        ({"transforms": []}, "property 'transforms' is unsupported", None),
        ({"n": 2}, "'n' : number must be at most 1", None),
        ({"temperature": "hot"}, "'temperature' : value must be a number", None),
        ({"temperature": 2.5}, "'temperature' : number must be at most 2", None),
        ({"top_p": -1}, "'top_p' : number must be at least 0", None),
        ({"logprobs": True}, "`logprobs` is not supported with this model", "logprobs"),
        (
            {"max_tokens": 40000},
            (
                "`max_tokens` must be less than or equal to `32768`, the maximum value for `max_tokens` is less than the "
                "`context_window` for this model"
            ),
            "max_tokens",
        ),
        (
            {"response_format": {"type": "json_object"}},
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
            None,
        ),
        (
            {"tools": TOOLS, "tool_choice": {"type": "function", "function": {"name": "g"}}},
            "requested tool does not exist",
            None,
        ),
        ({"messages": "hi"}, "'messages' : value must be an array", None),
        ({"messages": []}, "'messages' : minimum number of items is 1", None),
        ({"messages": [1]}, "'messages.0' : discriminator property 'role' has invalid value", None),
        (
            {"messages": [{"role": "assistant", "content": "", "reasoning_content": "b"}]},
            (
                "'messages.0' : for 'role:assistant' the following must be satisfied[('messages.0' : "
                "property 'reasoning_content' is unsupported)]"
            ),
            None,
        ),
    ],
)
def test_a_refusal_says_what_users_report(ask, chat, fields, message, param):
    answer = ask(chat(model="llama-3.3-70b-versatile", **{"messages": chat()["messages"], **fields}), PATH)
    error = {"message": message, "type": "invalid_request_error"} | ({"param": param} if param else {})
    assert (answer.status, answer.json) == (400, {"error": error})
    assert answer.body.endswith(b"}\n")


def test_what_is_missing_is_named(ask):
    assert ask({}, PATH).json["error"]["message"] == "property 'messages' is missing"
    assert ask({"messages": []}, PATH).json["error"]["message"] == "property 'model' is missing"
    assert ask(b"{", PATH).status == 400


def test_what_it_takes_is_answered(ask, chat):
    fields = {"max_completion_tokens": 5, "stream_options": None, "reasoning_format": "parsed", "n": 1, "logprobs": False}
    assert ask(chat("say JSON", response_format={"type": "json_object"}, **fields), PATH).status == 200
    named = {"type": "function", "function": {"name": "f"}}
    assert ask(chat(tools=TOOLS, tool_choice=named), PATH).status == 200


def test_lenient_reading_takes_what_it_does_not_know(ask, engine, chat):
    assert ask(chat(transforms=[], n=2, logprobs=True), PATH, to=engine(validation="lenient")).status == 200


def test_an_unknown_address_is_told_as_asked_for(ask):
    for path, method in (("embeddings", "POST"), ("chat/completions", "GET")):
        answer = ask(b"", f"/groq/openai/v1/{path}", method=method)
        assert answer.json["error"]["message"].startswith(
            f"Unknown request URL: {method} /openai/v1/{path}. Please check the URL"
        )
        assert answer.json["error"]["code"] == "unknown_url"


def test_a_limit_is_told_with_organisation_and_numbers(ask, engine, chat):
    server = engine("limits: [{per: all, rpm: 1}]")
    assert ask(chat(), PATH, to=server).status == 200
    answer = ask(chat(), PATH, to=server, headers={"openai-organization": "org_1"})
    error = answer.json["error"]
    assert (answer.status, error["type"], error["code"]) == (429, "requests", "rate_limit_exceeded")
    assert error["message"].startswith(
        "Rate limit reached for model `gpt-4o-mini` in organization `org_1` service tier `on_demand` on "
        "requests per minute (RPM): Limit 1, Used 1, Requested 1. Please try again in "
    )
    assert error["message"].endswith("Upgrade to Dev Tier today at https://console.groq.com/settings/billing")


def test_what_no_limit_ever_lets_through_is_too_large(ask, engine, chat):
    answer = ask(chat("word " * 50, max_tokens=100), PATH, to=engine("limits: [{per: all, tpm: 20}]"))
    assert (answer.status, answer.json["error"]["type"]) == (413, "tokens")
    assert "please reduce your message size and try again. Need more tokens?" in answer.json["error"]["message"]


@pytest.mark.parametrize("code", ["tool_use_failed", "json_validate_failed"])
def test_an_answer_that_broke_its_form_has_it_beside_the_error(ask, engine, chat, code):
    error = ask(chat(), PATH, to=engine(f"rules: [{{reply: {{error: {{status: 400, code: {code}}}}}}}]")).json["error"]
    assert (error["code"], error["failed_generation"]) == (code, "")
    assert error["message"].endswith("Please adjust your prompt. See 'failed_generation' for more details.")


def test_money_that_is_spent_blocks_the_organisation(ask, engine, chat):
    answer = ask(chat(), PATH, to=engine("rules: [{reply: {error: insufficient_quota}}]"))
    assert (answer.status, answer.json["error"]["code"]) == (400, "blocked_api_access")
