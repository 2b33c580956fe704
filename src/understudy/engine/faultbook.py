"""The faults of a script, by what they stand under, each under a name of its own.

What a fault draws and counts goes by that name, so that a fault that is added elsewhere changes none of the others. Another
fault in the place of one draws alike and begins to count anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from understudy.config.script import Rule, Script
from understudy.engine.decision import decide
from understudy.faults import Armed, told
from understudy.matching import fold, is_glob, model_like

Labelled = tuple[str, Armed]


def labelled(source: str, faults: Iterable[Armed]) -> tuple[Labelled, ...]:
    """Name faults by where they stand: what they draw and count goes by that name."""
    return tuple((f"{source} {number}", _tallied(armed)) for number, armed in enumerate(faults, 1))


def _tallied(armed: Armed) -> Armed:
    """Tell the counters of a fault by what is said of it."""
    return replace(armed, tally=decide(told(armed).encode(), 0).token) if armed.trigger.counts else armed


def in_round(faults: tuple[Labelled, ...], number: int) -> tuple[Labelled, ...]:
    """The faults of a round of the timeline: each round counts for itself."""
    return tuple((label, replace(armed, tally=f"{armed.tally} round {number}")) for label, armed in faults)


def counter_of(label: str) -> str:
    """Name the counters of a fault."""
    return f"fault {label}"


def counts_of(source: str) -> Callable[[str, str], bool]:
    """Tell the counters, by session and name, of the faults that stand under a source (as `script`, `rule NAME`)."""
    name = re.compile(re.escape(counter_of(source)) + r" (reply \d+ )?\d+[ /]")
    return lambda _session, key: name.match(key) is not None


def of_replies(rule: Rule) -> tuple[tuple[Labelled, ...], ...]:
    """The faults of each reply of a rule, its own before those of the rule."""
    shared = labelled(f"rule {rule.name}", rule.faults)
    return tuple((*labelled(f"rule {rule.name} reply {n}", spec.faults), *shared) for n, spec in enumerate(rule.replies, 1))


def strikes_connections(entry: Labelled) -> bool:
    """Say whether a fault strikes connections: its kind can, and nothing of a request decides about it."""
    armed = entry[1]
    return armed.fault.acts("on_accept") and armed.test is None and armed.trigger.per == "session"


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
        rules = (rule.faults or any(reply.faults for reply in rule.replies) for rule in script.rules)
        self.any = bool(self._everywhere or own or any(rules) or any(phase.faults for phase in script.timeline.phases))

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
