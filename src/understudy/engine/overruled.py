"""Timing that a simulated engine overrules: it says itself when tokens come.

In: a script, or the parts it was merged of. Out: the timings that cannot have an effect, as problems where they are written,
and what is said of them. A timing is told where an engine makes all the answers it is of, as far as names and globs tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from understudy.capacity import Share
from understudy.config.script import ReplySpec, Script, TimingSpec
from understudy.engine.pace import Pace
from understudy.errors import Problem
from understudy.matching import model_like

if TYPE_CHECKING:
    from understudy.config.grammar.document import Part
    from understudy.config.source import Place

_SIGN: Final = "\0"  # stands for any, in a text that a glob means


def without_effect(script: Script, parts: Iterable[Part]) -> Iterator[Problem]:
    """Find the timings that an engine leaves without effect in the parts a script was merged of."""
    own = [model_like(model.id) for model in script.models if model.capacity is not None]
    for part in parts:
        for timed in part.timings:
            names = laws(timed.timing)
            if _is_scaled(part, timed.at):
                names = [name for name in names if name != "scale"]
            if names and _has_engine(script, part, timed.at, own):
                yield timed.problem(names, complaint(names))


def _has_engine(script: Script, part: Part, at: Place, own: Iterable[Callable[[str], bool]]) -> bool:
    """Say whether an engine makes all the answers that a timing of a part is of, unless it is of none."""
    if at[0] == "models":
        model = next(model for index, model in enumerate(part.models) if index == at[1])
        return model in script.models and (script.capacity is not None or _fits(own, model.id))
    if script.capacity is not None:
        return at[0] != "timeline" or part.timeline is script.timeline
    if at[:2] == ("timing", "overrides"):
        return _fits(own, next(each.model for index, each in enumerate(part.timing.overrides) if index == at[2]))
    return at[0] == "rules" and _fits(own, next(rule.when.model for index, rule in enumerate(part.rules) if index == at[1]))


def _is_scaled(part: Part, at: Place) -> bool:
    """Say whether a factor is heeded where a timing of a part stands: by engines, or by raw answers, which no engine makes."""
    if at[0] != "rules":
        return at == ("timing",) or at[0] == "timeline"
    replies = next(rule.replies for index, rule in enumerate(part.rules) if index == at[1])
    return _any_raw(reply for index, reply in enumerate(replies) if at[2] != "replies" or index == at[3])


def _any_raw(replies: Iterable[ReplySpec]) -> bool:
    return any(reply.raw is not None for reply in replies)


def _fits(own: Iterable[Callable[[str], bool]], models: str | None) -> bool:
    """Say whether one of the models with an engine is, or has among its own, all those that a name or a glob means.

    What a glob means, its shortest and its longer texts stand for.
    """
    spelled = [(models or "").replace("?", _SIGN).replace("*", more) for more in ("", 2 * _SIGN)]
    return bool(models) and any(all(map(fits, spelled)) for fits in own)


def left(script: Script, shares: Sequence[Share]) -> Iterator[tuple[str, list[str]]]:
    """List the timings that an engine leaves without effect in a script as amended: where each stands, and its keys."""
    for model in script.models if shares else ():
        if any(share.id == model.id or share.fits(model.id) for share in shares):
            yield f"models: {model.id}: timing", laws(model.timing)
    every, own = script.capacity is not None, [share.fits for share in shares]
    if every:  # else these are of models without an engine, too
        yield "timing", [name for name in laws(script.timing) if name != "scale"]
    for number, override in enumerate(script.timing.overrides):
        if every or _fits(own, override.model):
            yield f"timing.overrides[{number}]", laws(override.timing)
    for rule in script.rules:
        if every or _fits(own, rule.when.model):
            for timing, replies in ((rule.timing, rule.replies), *((reply.timing, (reply,)) for reply in rule.replies)):
                names = [name for name in laws(timing) if name != "scale" or not _any_raw(replies)]
                yield f"rule {rule.name} ({Path(rule.source_file).name}:{rule.line}): timing", names
    for phase in script.timeline.phases if every else ():
        yield f"timeline: {phase.name}: timing", laws(phase.timing)


def laws(timing: TimingSpec | Pace) -> list[str]:
    """Name the keys that say what an engine says itself: when tokens come."""
    told = {
        "ttft": timing.ttft,
        "itl": timing.itl,
        "per-prompt-token": timing.per_prompt_token,
        "burstiness": timing.burstiness,
        "whole": timing.whole_answers if isinstance(timing, Pace) else timing.whole,
        "scale": timing.scale,
    }
    return [name for name, value in told.items() if value is not None]


def complaint(names: Sequence[str]) -> str:
    """Say of such keys that they cannot have an effect."""
    return (
        f"expected no {', no '.join(names)} where `capacity` is said of the same models: a simulated engine says when tokens"
        " come. Leave it out, or the profile that has it, or the capacity; `scale` at the top of a script or in a phase counts."
    )
