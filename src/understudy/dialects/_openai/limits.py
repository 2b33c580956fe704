"""Limits in the OpenAI API's words: the `x-ratelimit-*` fields, and what a refused request is told (wire.md 2.3, 2.4)."""

from __future__ import annotations

from understudy.model.allowance import Allowance, Level, Overrun, Resource

ACCOUNT = "Visit https://platform.openai.com/account/rate-limits to learn more."
_CODE = "rate_limit_exceeded"
_UNITS: dict[Resource, tuple[str, str]] = {
    "requests": ("requests", "RP"),
    "tokens": ("tokens", "TP"),
    "input-tokens": ("input tokens", "ITP"),
    "output-tokens": ("output tokens", "OTP"),
    "concurrent": ("concurrent requests", ""),
}
NOBODY = "user-understudy"
"""The organisation of a client that names none; answers carry it, too."""


def go_duration(seconds: float) -> str:
    """Spell a duration as the API's headers and messages do (wire.md 2.3): 174ms, 8.64s, 6m0s."""
    if seconds < 1:
        return f"{round(seconds * 1000)}ms" if seconds else "0s"
    minutes, rest = divmod(round(seconds, 3), 60)
    hours, minutes = divmod(int(minutes), 60)
    spelled = f"{rest:.3f}".rstrip("0").rstrip(".") + "s"
    return (f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else "") + spelled


def limit_fields(allowance: Allowance) -> tuple[tuple[str, str], ...]:
    """Spell what is left; of limits on one direction the tighter one stands for tokens where no limit is on both."""
    tokens = allowance.tokens
    if tokens is None:
        levels = [level for level in (allowance.input_tokens, allowance.output_tokens) if level is not None]
        tokens = min(levels, key=lambda level: level.remaining, default=None)
    return (*_fields("requests", allowance.requests), *_fields("tokens", tokens))


def _fields(name: str, level: Level | None) -> list[tuple[str, str]]:
    if level is None:
        return []
    milliseconds = int(level.reset * 1000 + 1e-6)  # rounded down, as recorded answers are
    return [
        (f"x-ratelimit-limit-{name}", str(level.limit)),
        (f"x-ratelimit-remaining-{name}", str(level.remaining)),
        (f"x-ratelimit-reset-{name}", go_duration(milliseconds / 1000)),
    ]


def overrun_words(overrun: Overrun) -> tuple[str, str | None, str]:
    """Say which limit a request is over: type, code and message."""
    unit, short = _UNITS[overrun.resource]
    kind = "tokens" if "tokens" in overrun.resource else "requests"
    what = unit if overrun.period is None else f"{unit} per {overrun.period[:3]} ({short}{overrun.period[0].upper()})"
    where = f"for {overrun.model} in organization {overrun.organisation or NOBODY} on {what}: Limit {overrun.limit}"
    if overrun.too_large:
        advice = "The input or output tokens must be reduced in order to run successfully."
        return kind, _CODE, f"Request too large {where}, Requested {overrun.requested}. {advice} {ACCOUNT}"
    wait = "later" if overrun.wait is None else f"in {go_duration(overrun.wait)}"
    used = f"Used {overrun.used}, Requested {overrun.requested}"
    return kind, _CODE, f"Rate limit reached {where}, {used}. Please try again {wait}. {ACCOUNT}"
