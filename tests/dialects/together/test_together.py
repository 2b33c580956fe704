"""What of Together is not in the golden cases."""

from __future__ import annotations

import pytest

PATH = "/together/v1/chat/completions"


def test_the_catalogue_is_a_bare_list(ask):
    listed = ask(b"", "/together/v1/models", method="GET").json
    kinds = {model["id"]: (model["type"], model["organization"]) for model in listed}
    assert kinds["deepseek-ai/DeepSeek-R1"] == ("chat", "deepseek-ai")
    assert kinds["BAAI/bge-large-en-v1.5"][0] == "embedding"


def test_completions_have_objects_of_their_own(ask):
    body = {"model": "m", "prompt": "hi"}
    whole = ask(body, "/together/v1/completions").json
    assert (whole["object"], whole["prompt"], next(iter(whole["choices"][0]))) == ("text.completion", [], "text")
    assert ask({**body, "stream": True}, "/together/v1/completions").chunks[0]["object"] == "completion.chunk"


def test_a_wrong_key_and_a_model_that_is_not_there(ask, engine, chat):
    server = engine(api_keys=["right"], only_listed_models=True, models="mine")
    path = "/together/v1/chat/completions"
    wrong = ask(chat(), path, to=server, headers={"authorization": "Bearer wrong"}).json
    assert wrong["error"]["code"] == "invalid_api_key"
    missing = ask(chat(model="other"), path, to=server, headers={"authorization": "Bearer right"}).json
    assert missing["error"]["code"] == "model_not_available"


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("chat/completions", {"model": "m"}, "missing field `messages` at line 1 column 14"),
        ("chat/completions", {"model": "m", "messages": "hi"}, 'messages: invalid type: string "hi", expected a sequence'),
        ("chat/completions", b"{", "Failed to parse the request body as JSON: "),
        ("completions", {"model": "m"}, "missing field `prompt` at line 1 column 14"),
        (
            "completions",
            {"model": "m", "prompt": 5},
            "prompt: invalid type: integer `5`, expected a string at line 1 column 26",
        ),
        ("embeddings", {"model": "m"}, "missing field `input` at line 1 column 14"),
    ],
)
def test_a_body_that_does_not_fit_is_invalid_json_data(ask, path, body, told):
    answer = ask(body, f"/together/v1/{path}")
    error = answer.json["error"]
    assert (answer.status, error["type"], error["code"]) == (400, "invalid_request_error", "json_data_error")
    assert error["message"].startswith("Invalid JSON data: Failed to ")
    assert told in error["message"]


@pytest.mark.parametrize(
    ("name", "status", "kind"), [("insufficient_quota", 402, "credit_limit"), ("rate_limit", 429, "credit_limit")]
)
def test_credit_and_limits_are_of_one_type(ask, engine, chat, name, status, kind):
    answer = ask(chat(), PATH, to=engine(f"rules: [{{reply: {{error: {name}}}}}]"))
    assert (answer.status, answer.json["error"]["type"]) == (status, kind)
    assert answer.json["id"].startswith("req_")


def test_a_prompt_that_does_not_fit_is_not_to_be_processed(ask, engine, chat):
    answer = ask(chat("word " * 50), PATH, to=engine("faults: [{kind: context_length, limit: 10}]"))
    assert answer.status == 422
    assert "`inputs` tokens + `max_new_tokens` must be <= 10. Given: " in answer.json["error"]["message"]


def test_a_limit_says_the_rate(ask, engine, chat):
    server = engine("limits: [{per: all, rpm: 1}]")
    ask(chat(), PATH, to=server)
    assert "Your rate limit is 1 queries per minute." in ask(chat(), PATH, to=server).json["error"]["message"]
