"""Azure's paths, versions, deployments, errors and filter; its documents byte for byte are in the golden cases."""

from __future__ import annotations

import importlib
import json

import pytest

from understudy.dialects.azure import DIALECT
from understudy.dialects.azure.asking import Style
from understudy.model.allowance import Allowance, Level
from understudy.model.reply import Failure

VERSION = "api-version=2024-10-21"
CHAT = f"/openai/deployments/my-gpt/chat/completions?{VERSION}"
KEY = {"api-key": "any"}
SAY = {"messages": [{"role": "user", "content": "hello"}]}
NOT_FOUND = {"error": {"code": "404", "message": "Resource not found"}}


@pytest.fixture
def say(ask, engine):
    """Ask one engine of its own."""
    server = engine("rules: [{when: {user: hello}, reply: Hello there.}]")

    def said(body=SAY, path=CHAT, **head):
        return ask(body, path, to=server, headers={**KEY, **head.pop("headers", {})}, **head)

    return said


def test_a_deployment_is_the_model_unless_the_body_names_one(say):
    assert say().json["model"] == "my-gpt"
    assert say({**SAY, "model": "gpt-4o"}).json["model"] == "gpt-4o"


def test_rules_hear_of_the_dialect_and_the_deployment(ask, engine):
    server = engine("rules: [{when: {dialect: azure, model: my-gpt}, reply: Azure.}, {reply: Other.}]")
    assert ask(SAY, CHAT, to=server).json["choices"][0]["message"]["content"] == "Azure."
    assert ask({**SAY, "model": "my-gpt"}, to=server).json["choices"][0]["message"]["content"] == "Other."


@pytest.mark.parametrize("query", ["", "?api-version=", "?api-version=2024", "?api-version=latest2", "?version=2024-10-21"])
def test_without_a_version_there_is_nothing(say, query):
    answer = say(path=CHAT.partition("?")[0] + query)
    assert (answer.status, answer.json) == (404, NOT_FOUND)


@pytest.mark.parametrize("version", ["2024-10-21", "2025-03-01-preview", "preview", "latest", "v1"])
def test_versions_are_dates_and_names(say, version):
    assert say(path=f"/openai/deployments/my-gpt/chat/completions?api-version={version}").status == 200


def test_lenient_decoding_asks_for_no_version(ask, engine):
    assert ask(SAY, CHAT.partition("?")[0], to=engine(validation="lenient")).status == 200


@pytest.mark.parametrize(("query", "status"), [("", 200), ("?api-version=preview", 200), ("?api-version=v1", 200)])
def test_the_new_generation_needs_no_version(say, query, status):
    answer = say({**SAY, "model": "gpt-4o"}, f"/openai/v1/chat/completions{query}")
    assert answer.status == status
    assert "prompt_filter_results" in answer.json


def test_the_new_generation_knows_no_dates(say):
    answer = say({**SAY, "model": "gpt-4o"}, f"/openai/v1/chat/completions?{VERSION}")
    assert (answer.status, answer.json) == (400, {"error": {"code": "BadRequest", "message": "API version not supported"}})


def test_who_carries_nothing_of_azures_is_answered_by_openai(say, ask):
    answer = ask({**SAY, "model": "gpt-4o"}, "/openai/v1/chat/completions")
    assert "prompt_filter_results" not in answer.json
    assert "prompt_filter_results" in say({**SAY, "model": "gpt-4o"}, "/azure/openai/v1/chat/completions", headers={}).json


@pytest.mark.parametrize("path", [f"/openai/deployments/my-gpt/nothing?{VERSION}", f"/openai/nothing?{VERSION}"])
def test_the_service_says_what_is_not_there(say, path):
    assert say(path=path).json == NOT_FOUND


def test_what_the_models_api_refuses_is_said_in_openais_words(say):
    error = say({"messages": []}).json["error"]
    assert (error["type"], error["code"]) == ("invalid_request_error", "empty_array")
    assert say(b"{").json["error"]["type"] == "invalid_request_error"


def test_only_listed_deployments_are_there(ask, engine):
    server = engine(only_listed_models=True, models="my-gpt")
    assert ask(SAY, CHAT, to=server).status == 200
    assert ask({**SAY, "model": "some-model"}, CHAT, to=server).json["model"] == "my-gpt"
    for path, body in (
        (CHAT.replace("my-gpt", "other"), SAY),
        ("/azure/openai/v1/chat/completions", {**SAY, "model": "other"}),
    ):
        answer = ask(body, path, to=server)
        assert (answer.status, answer.json["error"]["code"]) == (404, "DeploymentNotFound")


def test_a_form_names_its_deployment_too(say):
    form = (
        b'--mark\r\nContent-Disposition: form-data; name="file"; filename="good_morning.wav"\r\n\r\nRIFF\r\n'
        b'--mark\r\nContent-Disposition: form-data; name="response_format"\r\n\r\njson\r\n--mark--\r\n'
    )
    path = f"/openai/deployments/my-whisper/audio/transcriptions?{VERSION}"
    answer = say(form, path, headers={"content-type": "multipart/form-data; boundary=mark"})
    assert answer.json["text"] == "good morning"


def test_a_form_without_an_end_is_refused(say):
    path = f"/openai/deployments/my-whisper/audio/transcriptions?{VERSION}"
    assert say(b"--mark\r\n", path, headers={"content-type": "multipart/form-data; boundary=mark"}).status == 400


def test_pictures_come_with_verdicts_and_an_address_that_leads_to_them(say, ask):
    (picture,) = say({"prompt": "a cat"}, f"/openai/deployments/dall-e-3/images/generations?{VERSION}").json["data"]
    assert picture["content_filter_results"]["violence"] == {"filtered": False, "severity": "safe"}
    assert picture["prompt_filter_results"]["profanity"] == {"detected": False, "filtered": False}
    found = ask(b"", picture["url"].removeprefix("http://test"), method="GET")
    assert (found.status, found.body[:4]) == (200, b"\x89PNG")


def test_pictures_are_there_when_azure_is_alone(ask, engine):
    server = engine(only=["azure"])
    (picture,) = ask({"prompt": "a cat"}, f"/openai/deployments/dall-e-3/images/generations?{VERSION}", to=server).json["data"]
    assert ask(b"", picture["url"].removeprefix("http://test"), method="GET", to=server).body[:4] == b"\x89PNG"


@pytest.mark.parametrize("name", ["embeddings", "completions"])
def test_the_other_endpoints_of_a_deployment(say, name):
    body = {"embeddings": {"input": "a"}, "completions": {"prompt": "hello"}}[name]
    answer = say(body, f"/openai/deployments/my-model/{name}?{VERSION}")
    assert (answer.status, answer.json["model"]) == (200, "my-model")


def test_the_second_of_two_answers_of_a_second_is_the_first_but_for_its_identifier(say):
    first, second, other = say(), say(), say(path=CHAT.replace("my-gpt", "other"))
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert {**second.json, "id": ""} == {**first.json, "id": ""}
    assert (other.json["model"], other.json["choices"]) == ("other", first.json["choices"])


def test_legacy_completions_are_judged_too(say):
    path = f"/openai/deployments/gpt-35/completions?{VERSION}"
    whole = say({"prompt": "hello"}, path).json
    assert whole["choices"][0]["content_filter_results"]["hate"]["severity"] == "safe"
    first, *rest = say({"prompt": "hello", "stream": True}, path).chunks
    assert "prompt_filter_results" in first
    assert all("content_filter_results" in chunk["choices"][0] for chunk in rest)


def test_the_first_event_of_a_stream_is_the_verdict_on_the_prompt(say):
    answer = say({**SAY, "stream": True})
    first, *rest = answer.chunks
    assert (first["choices"], first["id"], first["object"], first["created"]) == ([], "", "", 0)
    assert first["prompt_filter_results"][0]["content_filter_results"]["jailbreak"] == {"detected": False, "filtered": False}
    assert answer.text() == "Hello there."
    spoken = [chunk for chunk in rest if chunk["choices"][0]["delta"].get("content")]
    assert all(chunk["choices"][0]["content_filter_results"]["sexual"]["severity"] == "safe" for chunk in spoken)


@pytest.mark.parametrize("script", ["", "shapes: {azure: {filter: asynchronous}}"], ids=["default", "asynchronous"])
@pytest.mark.parametrize("reply", ["One two three four five", "{generate: {tokens: 5}}"], ids=["fixed", "made"])
@pytest.mark.parametrize("choices", [1, 3])
def test_choices_are_made_side_by_side(ask, engine, script, reply, choices):
    server = engine(f"timing: {{ttft: 100ms, itl: 50ms}}\nrules: [{{reply: {reply}}}]\n{script}")
    for _ in range(3):
        plan = ask({**SAY, "n": choices, "stream": True}, CHAT, to=server, headers=KEY)
        assert sum(step for step in plan.steps if isinstance(step, float)) == pytest.approx(0.3)


def test_members_stand_in_alphabetical_order(say):
    document = json.loads(say().body, object_pairs_hook=list)
    assert [name for name, _ in document] == sorted(name for name, _ in document)


@pytest.mark.parametrize("stream", [False, True])
def test_a_blocked_answer_names_what_it_was_blocked_for(ask, engine, stream):
    server = engine("rules: [{reply: {text: So far, finish: content_filter}}]")
    answer = ask({**SAY, "stream": stream}, CHAT, to=server)
    choice = answer.chunks[-1]["choices"][0] if stream else answer.json["choices"][0]
    assert choice["finish_reason"] == "content_filter"
    assert choice["content_filter_results"]["violence"] == {"filtered": True, "severity": "medium"}


@pytest.mark.parametrize(("error", "category"), [("content_filter", "violence"), ("{status: 400, code: sexual}", "sexual")])
def test_a_blocked_prompt_names_what_it_was_blocked_for(ask, engine, error, category):
    answer = ask(SAY, CHAT, to=engine(f"rules: [{{reply: {{error: {error}}}}}]"))
    found = answer.json["error"]
    assert (answer.status, found["code"], found["param"], found["status"]) == (400, "content_filter", "prompt", 400)
    results = found["innererror"]["content_filter_result"]
    assert [name for name, result in results.items() if result["filtered"]] == [category]


def test_the_asynchronous_filter_follows_what_was_said(ask, engine):
    text = "word " * 100
    server = engine(f'rules: [{{reply: "{text}"}}]\nshapes: {{azure: {{filter: asynchronous}}}}')
    _first, *chunks = ask({**SAY, "stream": True}, CHAT, to=server).chunks
    judged = [chunk["choices"][0] for chunk in chunks if not chunk["id"]]
    assert all("content_filter_results" not in chunk["choices"][0] for chunk in chunks if chunk["id"])
    assert not any("delta" in choice for choice in judged)
    stretches = [choice["content_filter_offsets"] for choice in judged]
    assert [stretch["start_offset"] for stretch in stretches] == [0, *[s["end_offset"] for s in stretches[:-1]]]
    assert (len(stretches), stretches[-1]["end_offset"]) == (3, len(text))


def test_the_asynchronous_filter_blocks_late(ask, engine):
    script = "rules: [{reply: {text: So far, finish: content_filter}}]\nshapes: {azure: {filter: asynchronous}}"
    last = ask({**SAY, "stream": True}, CHAT, to=engine(script)).chunks[-1]["choices"][0]
    assert (last["finish_reason"], last["content_filter_results"]["violence"]["filtered"]) == ("content_filter", True)


@pytest.mark.parametrize("shapes", ["{filters: default}", "{filter: sometimes}"])
def test_shapes_are_checked(engine, shapes):
    with pytest.raises(Exception, match="filter"):
        engine(f"shapes: {{azure: {shapes}}}")


def test_a_response_carries_the_verdicts_and_keeps_them(say):
    made = say({"model": "gpt-4o", "input": "hello"}, f"/openai/responses?{VERSION}").json
    prompt, answer = made["content_filters"]
    assert (prompt["source_type"], prompt["content_filter_offsets"]["end_offset"]) == ("prompt", 5)
    assert (answer["source_type"], answer["content_filter_offsets"]["end_offset"]) == ("completion", 12)
    kept = say(b"", f"/openai/responses/{made['id']}?{VERSION}", method="GET").json
    assert [found["source_type"] for found in kept["content_filters"]] == ["prompt", "completion"]


def test_a_response_has_no_verdicts_before_its_end(say):
    body = {"model": "gpt-4o", "input": "hello", "stream": True}
    events = say(body, f"/openai/responses?{VERSION}").body.decode().split("\n")
    told = [json.loads(line[6:])["response"]["content_filters"] for line in events if '"response":{' in line]
    assert told[:2] == [None, None]
    assert len(told[2]) == 2


def test_other_objects_of_the_responses_api_stay(say):
    made = say({"model": "gpt-4o", "input": "hello"}, f"/openai/responses?{VERSION}").json
    gone = say(b"", f"/openai/responses/{made['id']}?{VERSION}", method="DELETE").json
    assert gone == {"id": made["id"], "object": "response", "deleted": True}
    missing = say(b"", f"/openai/responses/{made['id']}?{VERSION}", method="GET")
    assert (missing.status, missing.json["error"]["type"]) == (404, "invalid_request_error")


def test_the_catalogue_says_what_models_can_do(say, engine, ask):
    server = engine(models="gpt-4o,text-embedding-3-small")
    listed = ask(b"", f"/openai/models?{VERSION}", to=server, method="GET", headers=KEY).json["data"]
    can = {model["id"]: model["capabilities"] for model in listed}
    assert can["gpt-4o"]["chat_completion"]
    assert can["text-embedding-3-small"]["embeddings"]
    assert not can["text-embedding-3-small"]["chat_completion"]
    one = ask(b"", f"/openai/models/gpt-4o?{VERSION}", to=server, method="GET", headers=KEY).json
    assert one == listed[0]
    next_generation = say(b"", "/openai/v1/models", method="GET").json["data"][0]
    assert next_generation["owned_by"] == "openai"


@pytest.mark.parametrize("headers", [{}, {"api-key": "wrong"}, {"authorization": "Bearer wrong"}])
def test_a_wrong_key_is_denied(ask, engine, headers):
    answer = ask(SAY, CHAT, to=engine(api_keys=["right"]), headers=headers)
    assert (answer.status, answer.json["error"]["code"]) == (401, "401")


@pytest.mark.parametrize("headers", [{"api-key": "right"}, {"authorization": "Bearer right"}])
def test_a_key_or_a_token_lets_in(ask, engine, headers):
    assert ask(SAY, CHAT, to=engine(api_keys=["right"]), headers=headers).status == 200


def test_limits_say_which_they_are_and_when_to_come_back(ask, engine):
    server = engine("limits: [{per: key, rpm: 1}]")
    first, second = (ask(SAY, CHAT, to=server, headers=KEY) for _ in range(2))
    assert first.headers["x-ratelimit-limit-requests"] == "1"
    assert first.headers["x-ratelimit-remaining-requests"] == "0"
    assert first.headers["x-ratelimit-reset-requests"].isdigit()
    assert second.status == 429
    assert "have exceeded call rate limit" in second.json["error"]["message"]
    assert "retry-after" in second.headers


def test_moments_are_whole_seconds():
    some, most = Level(10, 1, 0.5), Level(10, 5, 7.2)
    found = dict(DIALECT.allowance(Allowance(requests=some, input_tokens=some, output_tokens=most), 0.0))
    assert (found["x-ratelimit-reset-requests"], found["x-ratelimit-reset-tokens"]) == ("1", "8")
    assert dict(DIALECT.allowance(Allowance(tokens=some, input_tokens=most), 0.0))["x-ratelimit-reset-tokens"] == "1"


def test_a_failures_own_words_stand():
    style = Style(None)
    own = Failure(429, "rate_limit", "Slow down.", code="slow", type="throttled")
    assert json.loads(DIALECT.failure(own, style).data) == {
        "error": {"code": "slow", "message": "Slow down.", "type": "throttled"}
    }
    assert b"NoCapacity" in DIALECT.failure(Failure(503, "overloaded"), style).data


def test_streams_break_off_as_openais_do(ask, engine):
    server = engine("rules: [{reply: one two three}]\nfaults: [{kind: error-event, status: 500, at: {event: 3}}]")
    assert b'data: {"error":' in ask({**SAY, "stream": True}, CHAT, to=server).body


@pytest.mark.parametrize("body", [SAY, {**SAY, "stream": True}, {"messages": "wrong"}])
def test_the_clients_own_identifier_comes_back(say, body):
    answer = say(body, headers={"x-ms-client-request-id": "mine-1"})
    assert answer.headers["x-ms-client-request-id"] == "mine-1"
    assert "x-ms-client-request-id" not in say(body).headers
    assert say(body, headers={"x-ms-client-request-id": "mine-2"}).headers["x-ms-client-request-id"] == "mine-2"


@pytest.mark.parametrize(
    ("module", "path", "said"),
    [
        ("openai_responses.decode", f"/openai/responses?{VERSION}", {"input": "hello"}),
        (
            "openai.decode",
            f"/openai/deployments/gpt-4o/chat/completions?{VERSION}",
            {"messages": [{"role": "user", "content": "hello"}], "stop": "x"},
        ),
    ],
)
def test_what_stands_beside_a_conversation_is_read_once(say, monkeypatch, module, path, said):
    read = importlib.import_module(f"understudy.dialects.{module}")
    in_full, times = read._in_full, []
    monkeypatch.setattr(read, "_in_full", lambda *given: times.append(1) or in_full(*given))
    found = [say({"model": "gpt-4o", **json.loads(json.dumps(said).replace("hello", text))}, path) for text in ("hello", "bye")]
    assert [answer.status for answer in found] == [200, 200]
    assert len(times) == 1
