"""GET, PUT and DELETE timing: how long answers take, for all that no model, rule or reply says otherwise of.

What scripts say is shown, and what is put over it. The settings that are about time stand below both and are shown as settings.
"""

from __future__ import annotations

from typing import Any

from understudy.config.script import TimingSpec
from understudy.control import Ask, Control, Route, Sight
from understudy.control._wishes import amend, changes, overlay, take_back
from understudy.timing import Law


def _show(_ask: Ask, sight: Sight) -> object:
    """Give what was put as it was written, and what it comes to with the script's."""
    return {"put": overlay(sight).written.get("timing"), "in_force": _told(changes(sight).script.timing)}


def _told(spec: TimingSpec) -> dict[str, Any]:
    """Say a timing in the words of a script, but laws by what they come to; times are in milliseconds."""
    token, chunk = spec.per_prompt_token, spec.chunk_tokens
    said = {
        **{name: _law(getattr(spec, name)) for name in ("latency", "ttft", "itl")},
        "per-prompt-token-ms": None if token is None else _milliseconds(token),
        "burstiness": spec.burstiness,
        "chunk-tokens": None if chunk is None else chunk[0] if chunk[0] == chunk[1] else {"min": chunk[0], "max": chunk[1]},
        "scale": spec.scale,
        "whole": spec.whole,
        "overrides": [_named({"model": each.model, "key": each.key}) | _told(each.timing) for each in spec.overrides] or None,
    }
    return _named(said)


def _named(said: dict[str, Any]) -> dict[str, Any]:
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


def _put(ask: Ask, sight: Sight) -> object:
    amend(ask, sight, "PUT", "timing")
    return _show(ask, sight)


def _drop(ask: Ask, sight: Sight) -> object:
    take_back(sight, "timing")
    return _show(ask, sight)


CONTROL = Control(
    "timing",
    "How long answers take.",
    (
        Route("GET", "timing", "Show the script's timing with what was put over it; settings like latency are apart.", _show),
        Route("PUT", "timing", "Replace keys of the script's timing (overrides whole); the body is a script's `timing`.", _put),
        Route("DELETE", "timing", "Go back to the script's timing.", _drop),
    ),
)
