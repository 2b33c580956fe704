"""How an answer of aimock breaks, as faults (types.ts and chaos.ts, 1.43)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from understudy.importing.pace import shown
from understudy.importing.words import meant

Warn = Callable[[str, str], None]

_CHAOS: Final[dict[str, list[dict[str, Any]]]] = {
    "dropRate": [
        {"kind": "status", "status": 500, "message": "Chaos: request dropped", "type": "server_error", "code": "chaos_drop"}
    ],
    "malformedRate": [{"kind": "truncated-json"}],
    "rateLimitRate": [
        {
            "kind": "status",
            "status": 429,
            "message": "Chaos: rate limit exceeded",
            "type": "rate_limit_error",
            "code": "chaos_ratelimit",
            "retry-after": "1s",
        }
    ],
    "disconnectRate": [{"kind": "close"}],
}
"""What breaks, in the order in which it is drawn."""

_MEMBERS: Final = {*_CHAOS, "latencyMs"}

_ALWAYS_MALFORMED: Final[list[dict[str, Any]]] = [{"kind": "whole-for-stream"}, {"kind": "truncated-json"}]
"""A document in place of a stream, and cut: two faults, which strike together only where they always strike."""


def broken(fixture: dict[str, Any], warn: Warn) -> list[dict[str, Any]]:
    """Say how an answer breaks off."""
    faults: list[dict[str, Any]] = []
    count, wait = fixture.get("truncateAfterChunks"), fixture.get("disconnectAfterMs")
    if count is not None:
        faults.append({"kind": "close", "at": {"event": count + 1}, "when": {"stream": True}})
    if wait is not None:
        faults.append({"kind": "close", "at": {"time": shown(wait)}, "when": {"stream": True}})
    return faults + chaos(fixture.get("chaos") or {}, warn)


def chaos(rates: dict[str, Any], warn: Warn) -> list[dict[str, Any]]:
    """Say how many answers break at random, and how late all of them come.

    `warn` is called with the member that nobody reads and what is wrong with it.
    """
    for name in rates.keys() - _MEMBERS:
        warn(name, f"{name!r} of chaos has no counterpart here. It is left out.{meant(name, _MEMBERS)}")
    found: list[dict[str, Any]] = [{"kind": "late-headers", "for": shown(rates["latencyMs"])}] if rates.get("latencyMs") else []
    for name, kinds in _CHAOS.items():
        rate = rates.get(name)
        if rate and rate >= 1:
            found += _ALWAYS_MALFORMED if name == "malformedRate" else kinds
        elif rate:
            found += [{**kind, "probability": rate} for kind in kinds]
    return found
