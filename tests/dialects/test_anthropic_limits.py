"""Limits in the Anthropic API's words."""

from __future__ import annotations

import pytest

from understudy.dialects._anthropic_limits import limit_fields, overrun_message
from understudy.model.allowance import Allowance, Level, Overrun

WALL = 1_763_904_000.0  # 2025-11-23T13:20:00Z


def test_resets_are_moments_and_tokens_round_to_thousands():
    found = dict(limit_fields(Allowance(Level(4000, 3999, 0.015), None, Level(2_000_000, 1_234_567, 64.0)), WALL))
    assert found == {
        "anthropic-ratelimit-requests-limit": "4000",
        "anthropic-ratelimit-requests-remaining": "3999",
        "anthropic-ratelimit-requests-reset": "2025-11-23T13:20:01Z",
        "anthropic-ratelimit-input-tokens-limit": "2000000",
        "anthropic-ratelimit-input-tokens-remaining": "1235000",
        "anthropic-ratelimit-input-tokens-reset": "2025-11-23T13:21:04Z",
    }


def test_both_directions_are_summed_up_in_tokens():
    both = Allowance(input_tokens=Level(2_000_000, 2_000_000, 0.0), output_tokens=Level(400_000, 399_000, 9.0))
    found = dict(limit_fields(both, WALL))
    assert found["anthropic-ratelimit-tokens-limit"] == "2400000"
    assert found["anthropic-ratelimit-tokens-remaining"] == "2399000"
    assert found["anthropic-ratelimit-tokens-reset"] == "2025-11-23T13:20:09Z"


@pytest.mark.parametrize(("limit", "left", "told"), [(500, 123, "123"), (1400, 1400, "1000"), (1600, 1600, "1600")])
def test_small_limits_are_told_as_they_are(limit, left, told):
    assert dict(limit_fields(Allowance(tokens=Level(limit, left, 0.0)), WALL))["anthropic-ratelimit-tokens-remaining"] == told


def test_a_refusal_names_the_limit():
    said = overrun_message(Overrun("input-tokens", "minute", 40_000, 1, 2, organisation="org-x"))
    assert said.startswith(
        "This request would exceed the rate limit for your organization (org-x) of 40,000 input tokens per minute. For details"
    )
    assert "organization of 50 requests per minute." in overrun_message(Overrun("requests", "minute", 50, 50, 1))
    assert overrun_message(Overrun("concurrent", None, 2, 2, 1)).startswith("Number of concurrent connections has exceeded")
