"""The faults of a script, by what they stand under, each under a name of its own.

What a fault draws and counts goes by that name, so that a fault that is added elsewhere changes none of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from understudy.config.script import Rule, Script
from understudy.faults import Armed, Fault
from understudy.matching import fold, is_glob, model_like

Labelled = tuple[str, Armed]


def labelled(source: str, faults: Iterable[Armed]) -> tuple[Labelled, ...]:
    """Name faults by where they stand: what they draw and count goes by that name."""
    return tuple((f"{source} {number}", armed) for number, armed in enumerate(faults, 1))


def of_replies(rule: Rule) -> tuple[tuple[Labelled, ...], ...]:
    """The faults of each reply of a rule, its own before those of the rule."""
    shared = labelled(f"rule {rule.name}", rule.faults)
    return tuple((*labelled(f"rule {rule.name} reply {n}", spec.faults), *shared) for n, spec in enumerate(rule.replies, 1))


def strikes_connections(entry: Labelled) -> bool:
    """Say whether a fault strikes connections: its kind can, and nothing of a request decides about it."""
    armed = entry[1]
    can = type(armed.fault).on_accept is not Fault.on_accept
    return can and armed.test is None and armed.trigger.per == "session"


def strikes_requests(entry: Labelled) -> bool:
    """Say whether a fault strikes requests: what it counts or draws for connections, it does not count or draw again."""
    return not strikes_connections(entry) or entry[1].trigger.is_of_time


class Faultbook:
    """All faults of one script but those of its replies.

    `any` is false when the script has none that strike requests, `connections` are those that strike connections.
    """

    def __init__(self, script: Script) -> None:
        everywhere = labelled("script", script.faults)
        self._everywhere = tuple(filter(strikes_requests, everywhere))
        self.connections = tuple(filter(strikes_connections, everywhere))
        own = [(model.id, labelled(f"model {model.id}", model.faults)) for model in script.models if model.faults]
        self._models = {fold(name): faults for name, faults in reversed(own) if not is_glob(name)}  # of equals the first one
        self._globs = [(model_like(name), faults) for name, faults in own if is_glob(name)]
        rules = (of_reply for rule in script.rules for of_reply in of_replies(rule))
        self.any = any((self._everywhere, own, *rules, *(phase.faults for phase in script.timeline.phases)))

    def of(self, model: str) -> Iterator[tuple[Labelled, ...]]:
        """The faults of a model; where none is named so, those of every glob that fits."""
        name = fold(model)
        if name in self._models:
            yield self._models[name]
        else:
            yield from (faults for fits, faults in self._globs if fits(model))

    def general(self) -> tuple[Labelled, ...]:
        """The faults of every call."""
        return self._everywhere
