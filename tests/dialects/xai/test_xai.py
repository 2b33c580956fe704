"""What of xAI is not in the golden cases."""

from __future__ import annotations

import pytest

PATH = "/xai/v1/chat/completions"


def test_thoughts_are_counted_beside_the_completion(ask, engine, chat):
    server = engine('rules: [{reply: {reasoning: A number., text: "42", usage: {cached_tokens: 2}}}]')
    usage = ask(chat(), PATH, to=server).json["usage"]
    thought = usage["completion_tokens_details"]["reasoning_tokens"]
    assert (thought, usage["completion_tokens"]) == (3, 1)
    assert usage["total_tokens"] == usage["prompt_tokens"] + 4
    assert usage["cost_in_usd_ticks"] == (usage["prompt_tokens"] - 2) * 3000 + 2 * 750 + 4 * 5000


def test_a_call_is_said_whole(ask, engine, chat):
    server = engine("rules: [{reply: {tool_calls: [{name: f, arguments: {a: 1}}]}}]")
    first, last = ask(chat(stream=True), PATH, to=server).chunks
    (call,) = first["choices"][0]["delta"]["tool_calls"]
    assert (call["function"], first["choices"][0]["delta"]["role"]) == ({"name": "f", "arguments": '{"a":1}'}, "assistant")
    assert call["id"].startswith("call_")
    assert last["choices"][0]["finish_reason"] == "tool_calls"


def test_probabilities_stand_there_only_when_asked_for(ask, engine, chat):
    server = engine("rules: [{reply: hello}]")
    assert "logprobs" not in ask(chat(), PATH, to=server).json["choices"][0]
    assert ask(chat(logprobs=True), PATH, to=server).json["choices"][0]["logprobs"]["content"]


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "not-found"), (429, "resource-exhausted"), (418, "unknown"), (529, "unavailable")],
)
def test_codes_are_grpcs_names(ask, engine, chat, status, code):
    assert ask(chat(), PATH, to=engine(f"rules: [{{reply: {{error: {status}}}}}]")).json["code"] == code


def test_a_wrong_key_is_an_invalid_argument(ask, engine, chat):
    answer = ask(chat(), PATH, to=engine(api_keys=["right"]), headers={"authorization": "Bearer xai-wrong-and-long"})
    assert (answer.status, answer.json["code"]) == (400, "invalid-argument")
    assert answer.json["error"].startswith("Incorrect API key provided: xai")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"presence_penalty": 0}, "Model grok-4 does not support parameter presencePenalty."),
        ({"frequency_penalty": 0.5}, "Model grok-4 does not support parameter frequencyPenalty."),
        ({"stop": ["END"]}, "Model grok-4 does not support parameter stop."),
        (
            {"messages": [{"role": "user", "content": ""}]},
            "Invalid request content: Each message must have at least one content element.",
        ),
    ],
)
def test_arguments_that_are_refused(ask, chat, fields, message):
    answer = ask({**chat(model="grok-4"), **fields}, PATH)
    assert (answer.status, answer.json) == (400, {"code": "invalid-argument", "error": message})


def test_other_models_take_penalties(ask, chat):
    assert ask(chat(model="grok-2-1212", presence_penalty=0.5, stop=["END"]), PATH).status == 200


@pytest.mark.parametrize(
    ("path", "body", "status", "told"),
    [
        (PATH, {"model": "grok-4"}, 422, "missing field `messages` at line 1 column 19"),
        (PATH, {"model": "grok-4", "messages": "hi"}, 422, 'messages: invalid type: string "hi", expected a sequence'),
        (PATH, b"{", 400, "Failed to parse the request body as JSON: "),
        ("/xai/v1/embeddings", {"model": "v1"}, 422, "missing field `input` at line 1 column 15"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_in_plain_text(ask, path, body, status, told):
    answer = ask(body, path)
    assert (answer.status, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert told in answer.body.decode()


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("insufficient_quota", 403, "permission-denied"),
        ("content_filter", 403, "permission-denied"),
        ("model_not_found", 400, "invalid-argument"),
    ],
)
def test_a_failure_has_the_status_it_has_there(ask, engine, chat, name, status, code):
    answer = ask(chat(), PATH, to=engine(f"rules: [{{reply: {{error: {name}}}}}]"))
    assert (answer.status, answer.json["code"]) == (status, code)


def test_a_limit_is_told_with_team_and_numbers(ask, engine, chat):
    server = engine("limits: [{per: all, rpm: 1}]")
    ask(chat(), PATH, to=server)
    answer = ask(chat(), PATH, to=server, headers={"openai-organization": "t1"})
    rate = "Your team's rate limit is - Requests per Minute (actual/limit): 2/1."
    told = f"Too many requests for team t1 and model gpt-4o-mini. {rate}"
    assert (answer.status, answer.json) == (429, {"code": "resource-exhausted", "error": told})
