"""The script and the calls as the capacity room needs them: whose engine is whose, and which prompts begin alike.

In: a script; a call. Out: shares in the order they are tried; the names of a prompt's blocks. Plays nothing and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from understudy.capacity import CapacitySpec, Share, chain
from understudy.config.script import Script, TimingSpec
from understudy.engine.pace import Pace
from understudy.errors import Problem, UsageError
from understudy.matching import is_glob, model_like
from understudy.model.call import Call, Message
from understudy.text.tokens import encoding_for

if TYPE_CHECKING:
    from understudy.config.grammar.document import Part
    from understudy.config.source import Place

EVERY: Final = "*"
"""The id of the share that is everybody's who has none."""

_MARK = "\x1e%s\x1f"  # stands between messages, with the role; neither character is likely in a text

_plain = msgspec.json.Encoder(enc_hook=repr, order="sorted").encode


def shares(script: Script) -> tuple[Share, ...]:
    """List the capacities of a script: those of models named so, then those of globs in order, then the one of all others.

    Raises:
        UsageError: for timing that cannot have an effect, since an engine makes what it is said of; scripts whose own files
            have some are refused before.
    """
    own = [(model.id, model.capacity) for model in script.models if model.capacity is not None]
    found = [
        *(Share(name, model_like(name), spec) for name, spec in own if not is_glob(name)),
        *(Share(name, model_like(name), spec) for name, spec in own if is_glob(name)),
    ]
    if script.capacity is not None:
        found.append(Share(EVERY, _any, script.capacity))
    mistakes = [f"{place}: {complaint(names)}" for place, names in _left(script, found) if names]
    if mistakes:
        raise UsageError("\n".join(mistakes))
    return tuple(found)


def without_effect(script: Script, parts: Iterable[Part]) -> Iterator[Problem]:
    """Find the timings that an engine leaves without effect in the parts a script was merged of."""
    own = [model_like(model.id) for model in script.models if model.capacity is not None]
    for part in parts:
        for timed in part.timings:
            names = laws(timed.timing)
            if timed.at == ("timing",) or timed.at[0] == "timeline":
                names = [name for name in names if name != "scale"]
            if names and _has_engine(script, part, timed.at, own):
                yield timed.problem(names, complaint(names))


def _has_engine(script: Script, part: Part, at: Place, own: Iterable[Callable[[str], bool]]) -> bool:
    """Say whether an engine makes all the answers that a timing of a part is of, unless it is of none."""
    if at[0] == "models":
        model = next(model for index, model in enumerate(part.models) if index == at[1])
        return model in script.models and (script.capacity is not None or any(fits(model.id) for fits in own))
    return script.capacity is not None and (at[0] != "timeline" or part.timeline is script.timeline)


def _left(script: Script, shares: Sequence[Share]) -> Iterator[tuple[str, list[str]]]:
    """List the timings that an engine leaves without effect in a script as amended: where each stands, and its keys."""
    for model in script.models if shares else ():
        if any(share.id == model.id or share.fits(model.id) for share in shares):
            yield f"models: {model.id}: timing", laws(model.timing)
    if script.capacity is None:
        return  # the others are of models without an engine, too
    yield "timing", [name for name in laws(script.timing) if name != "scale"]
    for number, override in enumerate(script.timing.overrides):
        yield f"timing.overrides[{number}]", laws(override.timing)
    for rule in script.rules:
        for timing in (rule.timing, *(reply.timing for reply in rule.replies)):
            yield f"rule {rule.name} ({Path(rule.source_file).name}:{rule.line}): timing", laws(timing)
    for phase in script.timeline.phases:
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


def _any(_model: str) -> bool:
    return True


class Prompt(NamedTuple):
    """A prompt as an engine sees it: how many tokens it has, and the names of its blocks."""

    tokens: int
    names: Sequence[int]


def prompts_of(call: Call, tokens: int, spec: CapacitySpec) -> list[Prompt]:
    """Tell the prompts of a call apart: a chat has one, a completion may have several.

    Blocks of another model or with other tools have other names.

    Args:
        call: whose prompts.
        tokens: how many tokens they were counted to have together.
        spec: the engine's; without a prefix cache there is nothing to name.
    """
    salt = call.model.encode("utf-8", "replace") + (_plain(call.tools) if call.tools else b"")
    given = _given(call)
    counts = [tokens] if len(given) == 1 else [_count(prompt, call.model) for prompt in given]
    return [
        Prompt(count, chain(prompt, count, spec.block_size, salt) if spec.prefix_cache and count >= spec.block_size else ())
        for prompt, count in zip(given, counts, strict=True)
    ]


def _given(call: Call) -> list[bytes | Sequence[int]]:
    """The prompts, as UTF-8 or as tokens; a dialect that reads tokens has them, as they came, in the `prompts` of its extra."""
    prompts = (getattr(call.extra, "prompts", ()) or call.inputs) if call.operation == "completion" else ()
    if not prompts and call.messages:
        return ["".join(_said(call)).encode("utf-8", "replace")]
    return [prompt if _are_tokens(prompt) else _text(prompt).encode("utf-8", "replace") for prompt in prompts or (call.user,)]


def _are_tokens(prompt: Any) -> bool:
    return isinstance(prompt, list | tuple) and all(isinstance(token, int) and 0 <= token < 1 << 64 for token in prompt)


def _count(prompt: bytes | Sequence[int], model: str) -> int:
    return encoding_for(model).count(prompt.decode()) if isinstance(prompt, bytes) else len(prompt)


def _said(call: Call) -> Iterator[str]:
    for message in call.messages:
        yield _MARK % message.role
        yield from _content(message)


def _content(message: Message) -> Iterator[str]:
    if isinstance(message.content, str):
        yield message.content
    elif message.content:
        yield from map(_text, message.content)
    if message.tool_calls:
        yield _text(message.tool_calls)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        return str(value["text"])
    return _plain(value).decode()
