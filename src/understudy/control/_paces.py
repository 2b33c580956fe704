"""A pace as controls show it: in the words of a script, but laws by what they come to; times are in milliseconds."""

from __future__ import annotations

from typing import Any

from understudy.engine.pace import Pace
from understudy.timing import Law


def told(pace: Pace) -> dict[str, Any]:
    """Say what a pace says of itself, and nothing of what it leaves to others."""
    token, chunk = pace.per_prompt_token, pace.chunk_tokens
    return named(
        {
            **{name: _law(getattr(pace, name)) for name in ("latency", "ttft", "itl")},
            "per-prompt-token-ms": None if token is None else _milliseconds(token),
            "burstiness": pace.burstiness,
            "chunk-tokens": None if chunk is None else chunk[0] if chunk[0] == chunk[1] else {"min": chunk[0], "max": chunk[1]},
            "scale": pace.scale,
            "whole": pace.whole_answers,
        }
    )


def named(said: dict[str, Any]) -> dict[str, Any]:
    """Leave out what nobody named."""
    return {name: value for name, value in said.items() if value is not None}


def _law(law: Law | None) -> dict[str, Any] | None:
    if law is None:
        return None
    return {
        "law": law.name,
        "mean_ms": _milliseconds(law.mean),
        "p50_ms": _milliseconds(law.quantile(0.5)),
        "p99_ms": _milliseconds(law.quantile(0.99)),
    }


def _milliseconds(wait: float) -> float:
    return round(wait * 1000, 6)
