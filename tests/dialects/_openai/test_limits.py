"""Limits in the OpenAI API's words."""

from __future__ import annotations

import json

import pytest

from understudy.dialects._openai.errors import error_body
from understudy.dialects._openai.limits import go_duration, limit_fields
from understudy.model.allowance import Allowance, Level, Overrun
from understudy.model.reply import Failure


@pytest.mark.parametrize(
    ("seconds", "spelled"),
    [(0, "0s"), (0.174, "174ms"), (1, "1s"), (8.64, "8.64s"), (60, "1m0s"), (360, "6m0s"), (86_400, "24h0m0s")],
)
def test_durations_are_spelled_as_in_go(seconds, spelled):
    assert go_duration(seconds) == spelled


def test_recorded_fields_come_out():
    """The idle keys of wire.md 2.3: 10,000 and 500 requests a minute; 26 and 60 of 160,000 tokens used."""
    for limit, used, reset in ((10_000, 1, "6ms"), (500, 1, "120ms")):
        found = dict(limit_fields(Allowance(requests=Level(limit, limit - used, used * 60 / limit))))
        assert found == {
            "x-ratelimit-limit-requests": str(limit),
            "x-ratelimit-remaining-requests": str(limit - used),
            "x-ratelimit-reset-requests": reset,
        }
    for used, reset in ((26, "9ms"), (60, "22ms"), (1, "0s")):
        found = dict(limit_fields(Allowance(tokens=Level(160_000, 160_000 - used, used * 60 / 160_000))))
        assert found["x-ratelimit-reset-tokens"] == reset


def test_the_tighter_direction_stands_for_tokens():
    given, taken = Level(10, 5, 1.0), Level(100, 4, 2.0)
    assert dict(limit_fields(Allowance(input_tokens=given, output_tokens=taken)))["x-ratelimit-limit-tokens"] == "100"
    both = Allowance(tokens=Level(7, 7, 0.0), input_tokens=given)
    assert dict(limit_fields(both))["x-ratelimit-limit-tokens"] == "7"
    assert limit_fields(Allowance()) == ()


def refusal(overrun: Overrun):
    body = error_body(Failure(429, "rate_limit", retry_after=overrun.wait, overrun=overrun), {}, limits=True)
    error = json.loads(body.data)["error"]
    assert error["code"] == "rate_limit_exceeded"
    return error["type"], error["message"], dict(body.headers)


def test_a_recorded_refusal_comes_out():
    overrun = Overrun("tokens", "minute", 30_000, 14_567, 24_754, 18.642, False, "gpt-4o", "org-x")
    assert refusal(overrun) == (
        "tokens",
        (
            "Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Used 14567, Requested "
            "24754. Please try again in 18.642s. Visit https://platform.openai.com/account/rate-limits to learn more."
        ),
        {"retry-after": "19", "retry-after-ms": "18642"},
    )


@pytest.mark.parametrize(
    ("resource", "period", "kind", "said"),
    [
        ("requests", "minute", "requests", "on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s."),
        ("requests", "day", "requests", "on requests per day (RPD): Limit 3,"),
        ("tokens", "day", "tokens", "on tokens per day (TPD): Limit 3,"),
        ("input-tokens", "minute", "tokens", "on input tokens per min (ITPM): Limit 3,"),
        ("output-tokens", "minute", "tokens", "on output tokens per min (OTPM): Limit 3,"),
    ],
)
def test_every_limit_has_its_name(resource, period, kind, said):
    found, message, _ = refusal(Overrun(resource, period, 3, 3, 1, 20.0))
    assert found == kind
    assert f"in organization user-understudy {said}" in message


def test_who_cannot_be_told_when_is_told_so():
    _, message, headers = refusal(Overrun("concurrent", None, 2, 2, 1))
    assert "on concurrent requests: Limit 2, Used 2, Requested 1. Please try again later." in message
    assert headers == {}
    _, message, headers = refusal(Overrun("tokens", "minute", 10, 0, 11, too_large=True, model="m"))
    assert message.startswith("Request too large for m in organization user-understudy on tokens per min (TPM): Limit 10, ")
    assert "Requested 11. The input or output tokens must be reduced" in message
    assert headers == {}
