"""Errors as google.rpc statuses."""

from __future__ import annotations

import json

import pytest

from understudy.dialects.gemini.errors import error_body, error_event
from understudy.model.allowance import Overrun
from understudy.model.reply import Failure


def error(failure):
    body = error_body(failure)
    assert body.data.endswith(b"\n")
    return body.status, json.loads(body.data)["error"]


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "INVALID_ARGUMENT"),
        (401, "UNAUTHENTICATED"),
        (403, "PERMISSION_DENIED"),
        (404, "NOT_FOUND"),
        (409, "ABORTED"),
        (418, "FAILED_PRECONDITION"),
        (429, "RESOURCE_EXHAUSTED"),
        (500, "INTERNAL"),
        (502, "INTERNAL"),
        (503, "UNAVAILABLE"),
        (504, "DEADLINE_EXCEEDED"),
    ],
)
def test_a_status_has_its_name(status, name):
    code, document = error(Failure(status, "simulated"))
    assert (code, document["code"], document["status"]) == (status, status, name)
    assert list(document) == ["code", "message", "status"]


def test_a_limit_that_is_reached_says_which_and_when_to_come_back():
    overrun = Overrun("requests", "minute", 20, 20, 1, 36.4297, model="gemini-2.5-flash")
    _, document = error(Failure(429, "rate_limit", overrun=overrun))
    assert document["message"].endswith("limit: 20, model: gemini-2.5-flash\nPlease retry in 36.429700000s.")
    quota, help_, retry = document["details"]
    assert quota["violations"][0]["quotaId"] == "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"
    assert quota["violations"][0]["quotaValue"] == "20"
    assert help_["links"]
    assert retry == {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "36s"}


def test_a_short_wait_is_not_none():
    _, document = error(Failure(429, "rate_limit", retry_after=0.25))
    assert document["details"][-1]["retryDelay"] == "0.25s"


def test_own_words_come_first():
    _, document = error(Failure(400, "invalid_request", "No.", "contents", "OUT_OF_RANGE", "TOO_FAR"))
    assert (document["message"], document["status"]) == ("No.", "OUT_OF_RANGE")
    assert [detail["@type"].rpartition(".")[2] for detail in document["details"]] == ["ErrorInfo", "BadRequest"]


def test_a_blocked_prompt_is_a_good_answer_unless_it_has_words():
    assert error_body(Failure(400, "content_filter")).status == 200
    assert error(Failure(400, "content_filter", "No.")) == (400, {"code": 400, "message": "No.", "status": "INVALID_ARGUMENT"})
    assert json.loads(error_event(Failure(400, "content_filter"))[6:]) == {"promptFeedback": {"blockReason": "SAFETY"}}


def test_keys_that_are_wrong_or_missing():
    assert error(Failure(401, "unauthorized", subject="AIz...x"))[1]["details"][0]["reason"] == "API_KEY_INVALID"
    assert error(Failure(401, "missing_key", headers=(("www-authenticate", "Bearer"),)))[0] == 403
    assert error_body(Failure(401, "missing_key", headers=(("www-authenticate", "Bearer"),))).headers == ()


def test_an_error_in_a_stream_is_an_event():
    event = error_event(Failure(503, "overloaded"))
    assert event.startswith(b'data: {"error": {"code": 503,')
    assert event.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("query", ["", "alt=json"])
def test_before_a_stream_without_events_an_error_stands_in_the_array(engine, say, contents, query):
    answer = say(contents("x"), method="streamGenerateContent", query=query, to=engine("rules: [{reply: {error: overloaded}}]"))
    (document,) = answer.json
    assert (answer.status, document["error"]["status"]) == (503, "UNAVAILABLE")


def test_before_events_an_error_stands_alone(engine, say, contents):
    server = engine("rules: [{reply: {error: overloaded}}]")
    assert say(contents("x"), method="streamGenerateContent", query="alt=sse", to=server).json["error"]["code"] == 503


def test_what_is_wrong_with_a_request_for_a_stream_stands_in_the_array_too(say):
    answer = say({"contents": []}, method="streamGenerateContent")
    assert (answer.status, answer.json[0]["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_a_blocked_prompt_has_the_form_of_its_stream(engine, say, contents):
    server = engine("rules: [{reply: {error: content_filter}}]")
    (blocked,) = say(contents("x"), method="streamGenerateContent", to=server).json
    assert blocked["promptFeedback"] == {"blockReason": "SAFETY"}
    events = say(contents("x"), method="streamGenerateContent", query="alt=sse", to=server)
    assert events.headers["content-type"] == "text/event-stream"
    assert json.loads(events.body.removeprefix(b"data: ")) == blocked


def test_a_blocked_prompt_is_counted():
    document = json.loads(error_body(Failure(400, "content_filter", prompt_tokens=7)).data)
    assert document["usageMetadata"] == {
        "promptTokenCount": 7,
        "totalTokenCount": 7,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 7}],
    }


def test_the_page_of_a_proxy_stays_one(engine, say, contents):
    answer = say(contents("x"), method="streamGenerateContent", to=engine("rules: [{reply: {error: bad_gateway}}]"))
    assert (answer.status, answer.body[:6]) == (502, b"<html>")
