"""A service under test: rules that come and go in no time, sessions by path, and a ledger of everything.

Rules of a test stand before those of the scripts, in the order they were made. Errors that are nobody's request are kept for
whoever judges the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from understudy import dialects
from understudy.app import Renewed, Service
from understudy.config.overlay import Overlay
from understudy.config.script import Rule, Script
from understudy.model.http import Request
from understudy.model.ports import Clock
from understudy.runtime.clock import VirtualClock
from understudy.sources import Sources, settle
from understudy.testing._ledger import Ledger
from understudy.testing._world import WatchedWorld


class House(Service):
    """The service that `Understudy` runs. `explains` says why calls are not scripted, which costs a little each time.

    `catch_up` lets the server take down what it has just sent: clients may hear of it first.
    """

    def __init__(self, sources: Sources, clock: Clock | None = None, *, explains: bool = False) -> None:
        self.ledger = Ledger()
        self._explains = explains
        self.catch_up: Callable[[], object] = int  # nothing, as long as no thread serves
        self._own: dict[str, Rule] = {}
        super().__init__(sources, clock=clock)
        self.engine.sinks = (*self.engine.sinks, self.ledger)
        self._swap(self._make(self._base, None))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule in force, in the order they are tried."""
        return self.script.rules

    def is_own(self, rule: Rule) -> bool:
        """Say whether the test made a rule."""
        return rule.name in self._own

    def lead(self, rule: Rule) -> None:
        """Put a rule in force (any thread), in place of the test's rule of that name or behind its others."""
        self._change(lambda: self._own.__setitem__(rule.name, rule))

    def drop(self, names: Iterable[str]) -> None:
        """Take rules of the test back."""
        going = [name for name in names if name in self._own]
        if going:
            self._change(lambda: [self._own.pop(name) for name in going])

    def clear(self) -> None:
        """Take back what the test or its client changed, and forget what happened."""
        self._own.clear()
        if self.overlay is not None or self.rules != self._base.rules:
            with self._changing:
                self._swap(self._make(self._base, None))
        self.forget()

    def forget(self, session: str | None = None) -> None:
        """Forget sequences, counters and calls, of one session or of all."""
        self.engine.state.reset(session)
        self.journal.clear(session)
        self.ledger.clear(session)

    def _change(self, change: Callable[[], object]) -> None:
        with self._changing:
            change()
            self._swap(self._make(self._base, self.overlay))

    def _make(self, base: Script, overlay: Overlay | None) -> Renewed:
        settings, script = settle(self.sources, base, overlay)
        if self._own:
            posted = len(overlay.rules) if overlay is not None else 0  # the control API lists these as the first ones
            others = tuple(rule for rule in script.rules[posted:] if rule.name not in self._own)
            script = replace(script, rules=(*script.rules[:posted], *self._own.values(), *others))
        world = WatchedWorld(settings, script, dialects.served(settings.only), self.ledger, explains=self._explains)
        return Renewed(base, overlay, settings, script, world)

    def _look_at_time(self) -> None:
        """Judge how well time is kept, unless it is the test that moves it: an hour of it has thousands of looks."""
        if not isinstance(self.clock, VirtualClock):
            super()._look_at_time()

    def report(self, error: BaseException) -> None:
        """Keep an error that is ours and belongs to no request."""
        self.ledger.errors.append(("the server", error))

    def _failed(self, error: BaseException, request: Request) -> None:
        self.ledger.errors.append((f"the answer to {request.head.method} {request.head.path}", error))
