"""A recorded script: rules whose replies carry the times that were measured when they were recorded.

A reply's or a rule's `timing` counts as one request: `ttft` a duration, `itl` a duration or the law `trace` with the gaps of
that stream, `usage` the tokens of the prompt where it is given. Other laws are no measurements. A gap stands before each token
that came: what else `usage` counts in an answer (thoughts that nobody sees, tokens of another tokenizer) took no time there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from understudy.config.source import TextError, read_text
from understudy.config.values import describe
from understudy.durations import seconds
from understudy.fitting import FormatError, Measured, Request
from understudy.fitting.numbers import at, number
from understudy.fitting.source import Source
from understudy.timing.trace import Trace

NAME = "script"


def recognises(source: Source) -> bool:
    """Whether the file is of this format."""
    return source.is_yaml or isinstance(at(source.document, "rules"), list)


def read(source: Source, run: int) -> Measured:
    """Read the rules.

    Raises:
        FormatError: saying what was expected where.
    """
    if run != 1:
        raise FormatError(f"run {run}: expected 1, a script holds one run")
    source.require_script()
    rules = at(source.script.data, "rules")
    if not isinstance(rules, list):
        raise FormatError(
            f"$.rules: expected a list of rules, got {describe(rules)}. Fit a recorded script or what a load tool wrote"
        )
    found = [_request(timing, reply, source.path.parent) for timing, reply in _timed(rules)]
    good = tuple(request for request in found if request is not None)
    return Measured("recorded script", requests=good, left_out=len(found) - len(good))


def _timed(rules: list[Any]) -> Iterator[tuple[dict[str, Any], Any]]:
    """Every timing and the reply it belongs to."""
    for rule in rules:
        several = at(rule, "replies")
        for reply in several if isinstance(several, list) else [at(rule, "reply")]:
            timing = at(reply, "timing") or at(rule, "timing")
            if isinstance(timing, dict):
                yield timing, reply


def _request(timing: dict[str, Any], reply: Any, folder: Path) -> Request | None:
    try:
        ttft = seconds(timing["ttft"]) if "ttft" in timing else None
        gaps = _gaps(timing.get("itl"), folder)
    except FormatError:
        raise
    except ValueError:
        return None
    if ttft is None and not gaps:
        return None
    return Request(ttft, number(at(reply, "usage", "prompt_tokens")), len(gaps) + 1, sum(gaps) if gaps else None, gaps)


def _gaps(itl: Any, folder: Path) -> tuple[float, ...]:
    if itl is None:
        return ()
    if not isinstance(itl, dict) or "trace" not in itl:
        return (seconds(itl),)

    def read_beside(name: str) -> str:
        try:
            return read_text(folder / name)
        except TextError as error:
            raise ValueError(f"trace {name!r}: {error.message.rstrip('.')}") from None

    try:
        return Trace.build(itl["trace"], read_beside).gaps
    except ValueError as error:
        raise FormatError(f"itl: {str(error).rstrip('.')}") from None
