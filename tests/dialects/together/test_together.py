"""What of Together is not in the golden cases."""

from __future__ import annotations

import pytest

PATH = "/together/v1/chat/completions"
TOLD = """
rules:
  - reply:
      text: Hi you
      logprobs:
        - {token: Hi, logprob: -0.5, top_logprobs: [{token: Yo, logprob: -1.5}]}
        - {token: " you", logprob: -0.25, top_logprobs: [{token: " all", logprob: -2.5}]}
"""


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


@pytest.mark.parametrize(("path", "body"), [("chat/completions", {}), ("completions", {"prompt": "hi"})])
@pytest.mark.parametrize(
    ("top", "whole", "chunks"),
    [
        (1, {}, [{}, {}]),
        (
            2,
            {"top_logprobs": {"Hi": -0.5, "Yo": -1.5, " you": -0.25, " all": -2.5}},
            [{"top_logprobs": {"Hi": -0.5, "Yo": -1.5}}, {"top_logprobs": {" you": -0.25, " all": -2.5}}],
        ),
    ],
)
def test_probabilities_stand_in_columns_and_a_chunk_has_a_number(ask, engine, chat, path, body, top, whole, chunks):
    asked = {**(body or chat()), "model": "m", "logprobs": top}
    server = engine(TOLD)
    (choice,) = ask(asked, f"/together/v1/{path}", to=server).json["choices"]
    assert choice["logprobs"] == {"tokens": ["Hi", " you"], "token_logprobs": [-0.5, -0.25], **whole}
    streamed = [chunk["choices"][0] for chunk in ask({**asked, "stream": True}, f"/together/v1/{path}", to=server).chunks]
    said = [(each["logprobs"], each.get("top_logprobs")) for each in streamed if each["logprobs"] is not None]
    assert said == [(chance, best.get("top_logprobs")) for chance, best in zip((-0.5, -0.25), chunks, strict=True)]


def test_a_chunk_of_several_tokens_has_the_probability_of_all(ask, engine, chat):
    server = engine(TOLD, stream_tokens_min=2, stream_tokens_max=2)
    chunks = ask({**chat(), "logprobs": 1, "stream": True}, PATH, to=server).chunks
    assert [chunk["choices"][0]["logprobs"] for chunk in chunks] == [None, -0.75, None]


def test_nobody_who_did_not_ask_is_told_probabilities(ask, engine, chat):
    assert ask(chat(), PATH, to=engine(TOLD)).json["choices"][0]["logprobs"] is None


def test_each_delta_has_a_role_and_each_call_a_number(ask, engine, chat):
    server = engine("rules: [{reply: {text: hi, tool_calls: [{name: a, arguments: {b: 1}}, {name: c, arguments: {}}]}}]")
    chunks = ask({**chat(), "stream": True}, PATH, to=server).chunks
    assert {chunk["choices"][0]["delta"]["role"] for chunk in chunks} == {"assistant"}
    calls = ask(chat(), PATH, to=server).json["choices"][0]["message"]["tool_calls"]
    assert [call["index"] for call in calls] == [0, 1]
