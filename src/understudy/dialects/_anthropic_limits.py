"""Limits in the Anthropic API's words: the `anthropic-ratelimit-*` fields, and what a refused request is told.

Formats come from recorded traffic (wire.md 11.5, 11.6).
Stands beside the dialect's package so that both may change at their own pace; pure functions of neutral values.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil

from understudy.model.allowance import Allowance, Level, Overrun
from understudy.model.reply import Failure

_DETAILS = (
    "For details, refer to: https://docs.anthropic.com/en/api/rate-limits. You can see the response headers for current usage. "
    "Please reduce the prompt length or the maximum tokens requested, or try again later."
)
_REQUESTS = "4000"  # a minute, of an account without limits of its own
_CONCURRENT = "Number of concurrent connections has exceeded your rate limit. Please try again later."


def limit_fields(allowance: Allowance, wall: float) -> tuple[tuple[str, str], ...]:
    """Spell what is left.

    Limits on both directions are summed up in `tokens` where no limit is on both together; the tokens that are left are rounded
    to thousands, unless the limit itself is smaller than that.

    Args:
        allowance: the tightest limits.
        wall: unix time in seconds; resets are moments.
    """
    given, taken = allowance.input_tokens, allowance.output_tokens
    tokens = allowance.tokens
    if tokens is None and given is not None and taken is not None:
        tokens = Level(given.limit + taken.limit, given.remaining + taken.remaining, max(given.reset, taken.reset))
    return (
        *_fields("requests", allowance.requests, wall, 1),
        *_fields("tokens", tokens, wall, 1000),
        *_fields("input-tokens", given, wall, 1000),
        *_fields("output-tokens", taken, wall, 1000),
    )


def _fields(name: str, level: Level | None, wall: float, grain: int) -> list[tuple[str, str]]:
    if level is None:
        return []
    remaining = level.remaining if level.limit < grain else (level.remaining + grain // 2) // grain * grain
    return [
        (f"anthropic-ratelimit-{name}-limit", str(level.limit)),
        (f"anthropic-ratelimit-{name}-remaining", str(min(remaining, level.limit))),
        (f"anthropic-ratelimit-{name}-reset", _moment(wall + level.reset)),
    ]


def _moment(unix: float) -> str:
    """Spell a moment by RFC 3339, to the second it is reached by."""
    return datetime.fromtimestamp(ceil(unix - 1e-6), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def used_up(failure: Failure) -> tuple[tuple[str, str], ...]:
    """The fields of an account that has no requests left, but for those the failure itself names."""
    named = {name.lower() for name, _ in failure.headers}
    found = {
        "anthropic-ratelimit-requests-limit": _REQUESTS,
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": "{reset_at}",
    }
    return tuple((name, value) for name, value in found.items() if name not in named)


def overrun_message(overrun: Overrun) -> str:
    """Say which limit a request is over."""
    if overrun.period is None:
        return _CONCURRENT
    what = f"{overrun.limit:,} {overrun.resource.replace('-', ' ')} per {overrun.period}"
    whose = f" ({overrun.organisation})" if overrun.organisation else ""
    return f"This request would exceed the rate limit for your organization{whose} of {what}. {_DETAILS}"
