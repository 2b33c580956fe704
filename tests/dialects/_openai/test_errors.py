"""Errors in the API's words, as a document and as an event."""

from __future__ import annotations

import json

import pytest

from understudy.dialects._openai.errors import error_body, error_event, go_duration
from understudy.model.reply import Failure


@pytest.mark.parametrize(
    ("seconds", "spelled"),
    [
        (0, "0s"), (0.006, "6ms"), (0.174, "174ms"), (1, "1s"), (1.574, "1.574s"), (8.64, "8.64s"), (20, "20s"),
        (60, "1m0s"), (86.4, "1m26.4s"), (360, "6m0s"), (3723, "1h2m3s"),
    ],
)  # fmt: skip
def test_durations_are_spelled_as_the_api_does(seconds, spelled):
    assert go_duration(seconds) == spelled


def test_an_event_says_what_the_document_says():
    failure = Failure(503, "overloaded")
    event = error_event(failure, {})
    assert event.startswith(b'data: {"error":{"message":')
    assert event.endswith(b"}}\n\n")
    assert json.loads(event[6:]) == json.loads(error_body(failure, {}).data)


def test_a_shape_holds_for_both():
    shapes = {"503": {"detail": "$message"}}
    failure = Failure(503, "overloaded", "Full.")
    assert error_body(failure, shapes).data == b'{"detail":"Full."}'
    assert error_event(failure, shapes) == b'data: {"detail":"Full."}\n\n'


def test_limits_are_told_with_the_time_to_come_back():
    failure = Failure(429, "rate_limit", retry_after=0.5, headers=(("X-RateLimit-Limit-Requests", "3"),))
    headers = dict(error_body(failure, {}, limits=True).headers)
    assert headers["X-RateLimit-Limit-Requests"] == "3"
    assert "x-ratelimit-limit-requests" not in headers
    assert headers["x-ratelimit-reset-requests"] == "500ms"
    assert "x-ratelimit-reset-requests" not in dict(error_body(failure, {}).headers)
    silent = dict(error_body(Failure(429, "rate_limit"), {}, limits=True).headers)
    assert (silent["x-ratelimit-remaining-requests"], silent["x-ratelimit-reset-requests"]) == ("0", "1m0s")
    assert "x-ratelimit-reset-requests" not in dict(error_body(Failure(429, "insufficient_quota"), {}, limits=True).headers)


def test_counts_of_a_prompt_are_in_the_message():
    message = json.loads(error_body(Failure(400, "context_length", counts=(8, 9)), {}).data)["error"]["message"]
    assert "maximum context length is 8 tokens" in message
    assert "resulted in 9 tokens" in message
