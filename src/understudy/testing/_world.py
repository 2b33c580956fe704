"""A world that is watched: every choice is taken down, and replies may be functions of the test.

The engine knows nothing of it; it asks the rulebook as ever. A function that raises is answered with a server error and taken
down, never thrown into the server.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from copy import copy
from typing import Any

from msgspec import structs

from understudy.config.grammar.reply import ANY_REPLY
from understudy.config.script import NO_TIMING, ReplySpec, Rule, Script
from understudy.config.settings import Settings
from understudy.dialects import Dialect
from understudy.engine.choice import embeds
from understudy.engine.decision import Decision
from understudy.engine.replies import Groups, Maker, compile_reply
from understudy.engine.select import Chosen, Rulebook, Ruling
from understudy.engine.sessions import HEADER
from understudy.engine.state import State
from understudy.engine.world import World
from understudy.matching import When
from understudy.model.call import Call
from understudy.model.http import Request, RequestHead
from understudy.model.reply import Failure, Reply
from understudy.testing._ledger import Ledger, RuleKey, Take
from understudy.testing._plain import read

_NOBODY = Chosen("", Reply())  # an embedding is its text's own where a rule that fits says something else
_SESSION = HEADER.lower()

Function = Callable[[Take, Call | None, Groups], Any]
"""Is given what was asked, which of several inputs it is about (None: there is one), and the groups of the rule."""


class LiveReply(ReplySpec, frozen=True, kw_only=True):
    """A reply that a function gives, for each call anew."""

    function: Function


class OwnRule(Rule, frozen=True, kw_only=True):
    """A rule that a test makes, for everybody or for one session."""

    session: str | None = None


def key_of(rule: Rule) -> RuleKey:
    """Whose a rule is, and its name."""
    return (rule.session if isinstance(rule, OwnRule) else None), rule.name


def session_of(request: Request) -> str:
    """The session that a request names."""
    return request.head.headers.get(_SESSION, "")


class WatchedRulebook(Rulebook):
    """A rulebook that tells a ledger what it chose. `explains` wants to know why nothing fitted."""

    def __init__(self, book: Rulebook, rules: tuple[Rule, ...], ledger: Ledger, *, explains: bool) -> None:
        vars(self).update(vars(book))  # all that the other one holds; building the index a second time would cost as much again
        self._of_sessions = frozenset(key for rule in rules if (key := key_of(rule))[0] is not None)
        self._ledger = ledger
        self._explains = explains

    def choose(
        self, call: Call, request: Request, session: str, forced: str | None, decision: Decision, state: State
    ) -> Chosen:
        """Choose the reply of a call."""
        take = self._ledger.open(call, request, session)
        chosen = super().choose(call, request, session, forced, decision, state)
        answered = chosen if call.operation != "embedding" or embeds(chosen.reply) else _NOBODY
        key = session_of(request), answered.rule
        self._ledger.chose(take, key[0] if key in self._of_sessions else None, answered.rule, answered.reply)
        if self._explains and self._ledger.has_missed:
            take.miss = self.miss(call, request)
        return chosen


class WatchedWorld(World):
    """A world whose rulebook is watched."""

    def __init__(
        self, settings: Settings, script: Script, dialects: tuple[Dialect, ...], ledger: Ledger, *, explains: bool
    ) -> None:
        self._ledger = ledger
        self._explains = explains
        super().__init__(settings, script, dialects)

    def _rulebook(self) -> Rulebook:
        return WatchedRulebook(super()._rulebook(), self._script.rules, self._ledger, explains=self._explains)

    def _ruling(self, rule: Rule) -> Ruling:
        ruling = super()._ruling(rule)
        if any(isinstance(spec, LiveReply) for spec in rule.replies):
            makers = zip(rule.replies, ruling.makers, strict=True)
            live = tuple(self._live(rule, spec.function) if isinstance(spec, LiveReply) else old for spec, old in makers)
            ruling = structs.replace(ruling, makers=live, only=None, may_embed=True)
        return ruling

    def _live(self, rule: Rule, function: Function) -> Maker:
        def make(call: Call, groups: Groups, decision: Decision) -> Reply:
            take = self._ledger.current or Take(0, Request(RequestHead("POST", "/", "/", "", {}), call.body, 0.0), call)
            if not take.replies:
                take.groups = groups
            try:
                spec = checked(function(take, call if call.inputs else None, groups), f"reply of rule {rule.name!r}")
                return compile_reply(spec, self.pool, self.lengths, rule.name)(call, groups, decision)
            except BaseException as error:  # even pytest.fail(), which is none of Exception: it must not end the server
                self._ledger.errors.append((f"the reply of rule {rule.name!r}", error))
                message = f"the reply of rule {rule.name!r} failed: {type(error).__name__}: {error}"
                return Reply(failure=Failure(500, "server_error", message))

        return make

    def _fallback(self, call: Call, decision: Decision) -> Chosen:
        self._ledger.miss()
        return super()._fallback(call, decision)


def checked(said: Any, title: str) -> ReplySpec:
    """Read what a function gave as the reply of a script.

    Raises:
        ScriptError: with the words of `check`.
        TypeError: for what no function can ask for.
    """
    if inspect.isgenerator(said) or inspect.isasyncgen(said):
        raise TypeError(f"{title}: expected a function that returns the reply, got one that yields. Use return, not yield.")
    spec: ReplySpec = read(ANY_REPLY, said, title)
    if spec.timing is not NO_TIMING or spec.faults:
        raise TypeError(f"{title}: timing and fault are the rule's, not its function's. Use .timing(...) or .fault(...).")
    return spec


def gated(when: When, is_open: Callable[[Request], bool]) -> When:
    """The same conditions, which hold only for requests that a gate lets pass."""
    test, rest, when = when.test, when.test_rest, copy(when)
    when.test = lambda call, request: test(call, request) if is_open(request) else None
    when.test_rest = lambda call, request: rest(call, request) if is_open(request) else None
    return when
