"""Errors of OpenRouter that are not in the golden cases: what is told beside the message, and to whom."""

from __future__ import annotations

import pytest

PATH = "/openrouter/api/v1/chat/completions"


def test_a_key_that_is_wrong_belongs_to_nobody(ask, engine, chat):
    server = engine(api_keys=["right"])
    wrong = ask(chat(), PATH, to=server, headers={"authorization": "Bearer sk-or-wrong-and-long"})
    assert (wrong.status, wrong.json) == (401, {"error": {"message": "User not found.", "code": 401}})
    missing = ask(chat(), PATH, to=server)
    assert missing.json == {"error": {"message": "Missing Authentication header", "code": 401}}


def test_a_model_that_is_not_there_is_a_bad_request(ask, engine, chat):
    answer = ask(chat(model="bad/model"), PATH, to=engine(only_listed_models=True, models="mine"))
    error = {"message": "bad/model is not a valid model ID", "code": 400}
    assert (answer.status, answer.json) == (400, {"error": error, "user_id": "user_understudy"})


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("chat/completions", {"model": "m"}),
        ("chat/completions", {"model": "m", "messages": []}),
        ("completions", {"model": "m"}),
        ("completions", {"model": "m", "prompt": [5, "x"]}),
    ],
)
def test_something_to_answer_is_needed(ask, path, body):
    answer = ask(body, f"/openrouter/api/v1/{path}")
    assert (answer.status, answer.json["error"]["message"]) == (400, 'Input required: specify "prompt" or "messages"')


def test_the_model_may_be_left_to_the_account(ask, chat):
    body = chat()
    del body["model"]
    assert ask(body, PATH).status == 200


@pytest.mark.parametrize(
    ("name", "status", "members"),
    [
        ("insufficient_quota", 402, ["limit_source", "remedy_hint"]),
        ("content_filter", 403, ["reasons", "flagged_input", "provider_name", "model_slug"]),
        ("overloaded", 503, ["raw", "provider_name", "is_byok"]),
        ("context_length", 400, ["provider_name"]),
    ],
)
def test_what_is_known_of_a_failure_stands_in_its_metadata(ask, engine, chat, name, status, members):
    answer = ask(chat(), PATH, to=engine(f"rules: [{{reply: {{error: {name}}}}}]"))
    error = answer.json["error"]
    assert (answer.status, error["code"], list(error["metadata"])) == (status, status, members)


def test_a_script_that_says_the_message_says_all(ask, engine, chat):
    server = engine("rules: [{reply: {error: {status: 503, message: Gone.}}}]")
    assert ask(chat(), PATH, to=server).json["error"] == {"message": "Gone.", "code": 503}


@pytest.mark.parametrize(("limit", "told"), [("rpm", "free-models-per-min. "), ("rpd", "free-models-per-day. Add 10 credits")])
def test_a_limit_is_told_with_its_numbers(ask, engine, chat, limit, told):
    server = engine(f"limits: [{{per: all, {limit}: 1}}]")
    ask(chat(), PATH, to=server)
    error = ask(chat(), PATH, to=server).json["error"]
    assert error["message"].startswith(f"Rate limit exceeded: {told}")
    assert error["metadata"]["headers"] == {"X-RateLimit-Limit": "1", "X-RateLimit-Remaining": "0"}
