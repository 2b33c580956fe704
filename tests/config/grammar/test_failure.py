"""Errors in replies: by name, by status, spelled out."""

from __future__ import annotations

import pytest

from understudy.config.grammar.failure import NAMED, failure_of_status
from understudy.model.reply import Failure


@pytest.mark.parametrize(
    ("written", "failure"),
    [
        ("rate_limit", Failure(429, "rate_limit")),
        ("insufficient_quota", Failure(429, "insufficient_quota")),
        ("overloaded", Failure(503, "overloaded")),
        ("timeout", Failure(504, "timeout")),
        ("context_length", Failure(400, "context_length")),
        ("content_filter", Failure(400, "content_filter")),
        ("bad_request", Failure(400, "invalid_request")),
        ("429", Failure(429, "rate_limit", exact=True)),
        ("500", Failure(500, "server_error", exact=True)),
        ("529", Failure(529, "overloaded", exact=True)),
        ("418", Failure(418, "simulated", exact=True)),
        ("{status: 500}", Failure(500, "server_error", exact=True)),
        (
            "{status: 429, message: m, type: t, code: c, param: p, retry-after: 1.5s, headers: {x: 1}}",
            Failure(429, "rate_limit", "m", "p", "t", "c", 1.5, (("x", "1"),), exact=True),
        ),
    ],
)
def test_an_error_is_a_failure(script, written, failure):
    assert script(f"rules: [{{reply: {{error: {written}}}}}]").rules[0].replies[0].error == failure


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (
            "rate_limt",
            (
                "error 'rate_limt': expected a status from 400 to 599 or one of bad_request, content_filter, unauthorized, "
                "forbidden, not_found, model_not_found, request_timeout, conflict, too_large, unprocessable, rate_limit, "
                "insufficient_quota, server_error, bad_gateway, unavailable, overloaded, gateway_timeout, context_length, "
                "timeout. Did you mean 'rate_limit'? ($.rules[0].reply.error)"
            ),
        ),
        ("200", "expected an error status from 400 to 599, got 200. ($.rules[0].reply.error)"),
        ("{message: m}", "expected the key 'status', got none. ($.rules[0].reply.error)"),
        ("{status: '429'}", "expected an error status from 400 to 599, got '429'. ($.rules[0].reply.error.status)"),
        (
            "{status: 429, retry-after: 2}",
            (
                "expected a duration with its unit such as 2s (bare, it would be milliseconds here and seconds in the header), "
                "got 2. ($.rules[0].reply.error.retry-after)"
            ),
        ),
        (
            "[429]",
            "expected a status, the name of an error, or a mapping with a status, got a list. ($.rules[0].reply.error)",
        ),
    ],
)
def test_a_wrong_error_is_told(problems, written, problem):
    assert problems(f"rules: [{{reply: {{error: {written}}}}}]") == [f"script.yaml:1: {problem}"]


def test_every_name_agrees_with_what_its_status_means():
    for status, kind in NAMED.values():
        assert failure_of_status(status).status == status
        assert failure_of_status(status).kind != "simulated", kind
