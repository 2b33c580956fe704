"""A service under test: rules that come and go in no time, sessions by path, and a ledger of everything.

Rules of a test stand before those of the scripts, in the order they were made. One takes the place of others of its name; that
of a session does so in its session. Errors that are nobody's request are kept for whoever judges the test.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from understudy.app import Service
from understudy.config.overlay import Overlay
from understudy.config.script import Rule, Script
from understudy.config.settings import Settings
from understudy.control import Sight
from understudy.control.reset import forget
from understudy.engine.faultbook import counter_of, counts_of
from understudy.engine.state import State
from understudy.engine.world import World
from understudy.errors import UnderstudyError
from understudy.model.http import Request
from understudy.model.ports import Clock
from understudy.runtime.clock import VirtualClock
from understudy.sources import Renewed, Sources, make_world
from understudy.testing._ledger import Ledger, RuleKey
from understudy.testing._world import OwnRule, WatchedWorld, gated, key_of, session_of
from understudy.testing.clock import at_once

if TYPE_CHECKING:
    from understudy.testing._bench import Bench

_TOLD: Final = ("script refused", "settings refused", "setting needs a restart")


class Memory:
    """What behaviour remembers, and how often rules answered: whoever begins anew begins both anew."""

    def __init__(self, state: State, ledger: Ledger) -> None:
        self._state = state
        self._ledger = ledger
        self.forget = state.forget

    def reset(self, session: str | None = None) -> None:
        """Forget one session, or everything."""
        self._state.reset(session)
        self._ledger.restart(session)


class House(Service):
    """The service that `Understudy` runs. `explains` says why calls are not scripted, which costs a little each time.

    `in_turn` calls a function on the server's thread, between two requests. `expecting` are those who expect calls or replies.
    """

    def __init__(self, sources: Sources, clock: Clock | None = None, *, explains: bool = False) -> None:
        self.ledger = Ledger()
        self._explains = explains
        self.in_turn: Callable[..., Any] = at_once  # as long as no thread serves
        self.expecting: dict[Bench, None] = {}
        self._own: dict[RuleKey, OwnRule] = {}
        super().__init__(sources, clock=clock)
        if self.journal in self.engine.sinks:
            self.ledger.journal = self.journal
        self.engine.sinks = (*(sink for sink in self.engine.sinks if sink is not self.journal), self.ledger)
        self.journal.on_clear = self.ledger.clear

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule in force, in the order they are tried."""
        return self.script.rules

    @property
    def scripted(self) -> tuple[Rule, ...]:
        """Those of the scripts: neither the test made them nor its client."""
        return tuple(rule for rule in self.rules[_posted(self.overlay) :] if not isinstance(rule, OwnRule))

    def catch_up(self) -> None:
        """Let the server take down what it has just sent: clients may hear of it first."""
        self.in_turn(int)

    def lead(self, rule: OwnRule) -> Counter[str]:
        """Put a rule in force (any thread), in place of the test's rule of that name or behind its others; return its uses.

        The steps of one rule share its conditions; another rule of that name begins to count anew.
        """
        key = key_of(rule)
        before = self._own.get(key)
        self._change(lambda: self._own.__setitem__(key, rule))
        if before is None or before.when is not rule.when:
            self._begin_anew(key)
            self.ledger.unuse(key)
        return self.ledger.uses(key)

    def drop(self, rules: Iterable[RuleKey]) -> None:
        """Take rules of the test back."""
        going = [key for key in dict.fromkeys(rules) if key in self._own]
        for key in going:
            self._begin_anew(key)  # a script may have one of its name
        if going:
            self._change(lambda: [self._own.pop(key, None) for key in going])
        for key in going:
            self.ledger.unuse(key)

    def clear(self) -> None:
        """Take back what the test or its client changed, and forget what happened; all that is counted begins anew."""
        with self._changing:
            gone, self._own = self._own, {}
            if self.overlay is not None or self.rules != self._base.rules:
                self._swap(self._make(self._base, None, later=self.overlay is None))
        self._try_again()
        self._count_anew()
        self.engine.begin_anew()
        self._whole.course = self.engine.course
        self.forget()
        for key in gone:
            self.ledger.unuse(key)

    def _count_anew(self) -> None:
        """Put fresh counters in the place of those there are, and let go of what counts in those."""
        old = self.counters, self.durations
        self.counters, self.durations = self._whole.counters, self._whole.durations = self._counting()
        others = (sink for sink in self.engine.sinks if sink not in old)
        self.engine.sinks = (self.counters, self.durations, *others)
        self.engine.world.forget_ready()
        self.lateness.clear()

    def forget(self, session: str | None = None) -> None:
        """Forget what `POST reset` forgets, of one session or of all."""
        forget(self._whole, session)

    def _sight(self) -> Sight:
        self._whole = replace(super()._sight(), state=Memory(self.engine.state, self.ledger))
        return self._whole

    def _begin_anew(self, rule: RuleKey) -> None:
        """Forget what a rule has counted, in the sessions where it is the one of its name."""
        owner, name = rule
        source = f"rule {name}"

        def counts(session: str, key: str) -> bool:
            its = key == name or (key.startswith(counter_of(source)) and counts_of(source)(session, key))
            return its and owner == (session if (session, name) in self._own else None)

        self.engine.state.forget(counts)

    def _change(self, change: Callable[[], object]) -> None:
        with self._changing:
            before = self._own.copy()
            change()
            try:
                self._swap(self._make(self._base, self.overlay, later=True))
            except UnderstudyError:
                self._own = before
                raise
        self._try_again()

    def _try_again(self) -> None:
        """Have scripts that were refused read again: perhaps what was taken back stood in their way."""
        if self._refused:
            self.watcher.want()

    def _settled(self, base: Script, overlay: Overlay | None) -> tuple[Settings, Script]:
        settings, script = super()._settled(base, overlay)
        if own := self._own.copy():  # other threads may change it while scripts are read
            posted = _posted(overlay)
            others = (rule for rule in script.rules[posted:] if (None, rule.name) not in own)
            ours = _sparing((*own.values(), *others), own)
            script = replace(script, rules=(*script.rules[:posted], *ours))
        return settings, script

    def _world(self, settings: Settings, script: Script) -> World:
        return make_world(settings, script, partial(WatchedWorld, ledger=self.ledger, explains=self._explains))

    @property
    def has_refused(self) -> bool:
        """Whether the scripts as they are cannot be used, and those in force are older."""
        return bool(self._refused)

    def adopt(self, renewed: Renewed) -> None:
        """Swap a renewed world in, with the rules that the test made while the scripts were read."""
        super().adopt(renewed)
        self._change(int)

    def _look_at_time(self) -> None:
        """Judge how well time is kept, unless it is the test that moves it: an hour of it has thousands of looks."""
        if not isinstance(self.clock, VirtualClock):
            super()._look_at_time()

    def report(self, error: BaseException) -> None:
        """Keep an error that is ours and belongs to no request."""
        self.ledger.errors.append(("the server", error))

    def _failed(self, error: BaseException, request: Request) -> None:
        self.ledger.errors.append((f"the answer to {request.head.method} {request.head.path}", error))

    def _say(
        self,
        level: str,  # noqa: ARG002  # a test is warned of some events, of whatever level
        event: str,
        error: BaseException | None = None,  # noqa: ARG002  # `report` and `_failed` keep errors
        **fields: object,
    ) -> None:
        """Warn of what keeps scripts that changed from being used."""
        if event in _TOLD:
            warnings.warn(f"{event}: {', '.join(map(str, fields.values()))}", RuntimeWarning, stacklevel=2)


def _posted(overlay: Overlay | None) -> int:
    """How many rules came by HTTP; the control API lists them as the first ones."""
    return 0 if overlay is None else len(overlay.rules)


def _sparing(rules: Iterable[Rule], own: Iterable[RuleKey]) -> Iterator[Rule]:
    """The same rules; those of everybody pass over the sessions that have one of their name."""
    owners: dict[str, set[str]] = {}
    for session, name in own:
        if session is not None:
            owners.setdefault(name, set()).add(session)
    for rule in rules:
        spared = owners.get(rule.name) if key_of(rule)[0] is None else None
        yield rule if spared is None else replace(rule, when=gated(rule.when, partial(_is_of_others, spared)))


def _is_of_others(sessions: set[str], request: Request) -> bool:
    return session_of(request) not in sessions
