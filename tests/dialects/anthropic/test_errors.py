"""Failures in the API's classes and words."""

from __future__ import annotations

import json

import pytest

from understudy.dialects.anthropic.errors import error_body, error_event, words
from understudy.model.allowance import Overrun
from understudy.model.reply import Failure


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (400, "invalid_request", "invalid_request_error"),
        (401, "unauthorized", "authentication_error"),
        (402, "simulated", "billing_error"),
        (403, "forbidden", "permission_error"),
        (404, "not_found", "not_found_error"),
        (409, "conflict", "conflict_error"),
        (413, "too_large", "request_too_large"),
        (422, "unprocessable", "invalid_request_error"),
        (429, "rate_limit", "rate_limit_error"),
        (500, "server_error", "api_error"),
        (503, "overloaded", "overloaded_error"),
        (504, "timeout", "timeout_error"),
        (529, "overloaded", "overloaded_error"),
        (503, "simulated", "overloaded_error"),
        (529, "simulated", "overloaded_error"),
    ],
)
def test_a_failure_has_the_class_of_its_status(status, kind, said):
    assert words(Failure(status, kind))[0] == said


def test_lack_of_credit_is_no_rate_limit():
    assert error_body(Failure(429, "insufficient_quota")).status == 400


def test_what_is_told_wins():
    document = json.loads(error_body(Failure(400, "server_error", "My words", type="mine", code="detail")).data)
    assert document["error"] == {"type": "mine", "message": "My words", "details": {"error_code": "detail"}}


def test_a_prompt_that_is_too_long_is_told_its_length():
    assert words(Failure(400, "context_length", counts=(10, 20)))[1] == "prompt is too long: 20 tokens > 10 maximum"


def test_a_limit_that_is_reached_is_named():
    overrun = Overrun("input-tokens", "minute", 40_000, 39_000, 2_000)
    assert "40,000 input tokens per minute" in words(Failure(429, "rate_limit", overrun=overrun))[1]


def test_waiting_is_told_in_whole_seconds():
    assert ("retry-after", "2") in error_body(Failure(429, "rate_limit", retry_after=1.2)).headers


def test_an_event_in_a_stream_names_itself():
    found = error_event(Failure(529, "overloaded"))
    assert found.startswith(b"event: error\ndata: ")
    assert json.loads(found.partition(b"data: ")[2])["error"] == {
        "details": None,
        "type": "overloaded_error",
        "message": "Overloaded",
    }
