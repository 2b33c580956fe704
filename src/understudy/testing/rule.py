"""A rule that a test makes, step by step: each step puts the whole rule in force anew.

It is the rule of a script, read by the script's own readers, so that what it may say and how mistakes are told is the same.
What scripts have not is added here: replies that a function gives, and a number of calls after which the rule is spent.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self, get_args

from msgspec.structs import replace

from understudy.config.grammar.failure import ERROR, SPELLED_OUT
from understudy.config.grammar.fault import FAULT_OR_FAULTS
from understudy.config.grammar.readers import Scalar
from understudy.config.grammar.reply import ANY_REPLY
from understudy.config.grammar.rule import RULE_NAME
from understudy.config.grammar.timing import TIMING
from understudy.config.grammar.when import OF_RULES
from understudy.config.script import Generate, ReplySpec, Then
from understudy.engine.replies import Groups
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.model.reply import Failure
from understudy.runtime.nested import finished
from understudy.testing._house import House
from understudy.testing._ledger import Take, total
from understudy.testing._plain import hyphenated, plain, read
from understudy.testing._world import Function, LiveReply, OwnRule, gated, key_of
from understudy.testing.calls import SeenCall

_NAME = Scalar(RULE_NAME)
_MADE_UP = (ReplySpec(generate=Generate()),)  # what a rule says that only fails or takes time


class LiveRule:
    """One rule of a test. Every method returns the rule, so that steps can be chained; each adds to those before."""

    def __init__(
        self,
        house: House,
        conditions: Mapping[str, Any],
        title: str,
        name: str,
        place: tuple[str, int],
        session: str | None = None,
    ) -> None:
        self._house = house
        self._title = title
        self._most: int | None = None
        self._is_bare = True  # until a step was taken; one that refuses what it is told says so itself
        self._falls_through = False
        self._uses: Counter[str] = Counter()  # those of the rule of this name, as long as it is this one
        when = read(OF_RULES, plain(conditions), self._title, ("when",))
        self._rule = OwnRule(
            name=read(_NAME, name, self._title, ("name",)),
            when=gated(when, self._is_open),
            replies=(),
            source_file=place[0],
            line=place[1],
            session=session,
        )
        self.key = key_of(self._rule)
        self._decode = house.engine.read

    @property
    def name(self) -> str:
        """The name, as `x-understudy-rule` has it."""
        return self._rule.name

    @property
    def used(self) -> int:
        """How many calls it answered, until another rule of its name took its place."""
        return total(self._uses)

    def reply(self, said: Any = None, /, **more: Any) -> Self:
        """Answer so; a second reply answers the second call, and the last one all that follow.

        Args:
            said: a text; a mapping as a script's `reply`; or a function, `async` or not, that is given the call (a `SeenCall`)
                and returns either. Functions run on the server's thread, one at a time, and the server waits for them; what
                they raise is answered with a 500 and fails the test.
            more: keys of a script's `reply` beside a text or instead of it, such as `tool_calls`, `json`, `finish`.

        Raises:
            ScriptError: for what no script may say.
        """
        self._is_bare = False
        return self._add(self._spec(said, more))

    def replies(self, *said: Any, then: Then = "last") -> Self:
        """Answer the first call with the first, the second with the second; `then` follows the last: last, loop or error.

        Raises:
            ValueError: for another `then`.
            TypeError: without a reply.
            ScriptError: for what no script may say.
        """
        self._is_bare = False
        if then not in get_args(Then):
            raise ValueError(f"then {then!r}: expected {', '.join(get_args(Then))}")
        if not said:
            raise TypeError(f"{self._title}.replies(): expected one reply or more, got none")
        self._rule = replace(self._rule, then=then)
        return self._add(*[self._spec(one, {}) for one in said])

    def fail(self, error: int | str = 500, /, times: int | None = None, **more: Any) -> Self:
        """Answer an error in the provider's words.

        Args:
            error: a status from 400 to 599, or the name of an error such as `rate_limit`.
            times: for so many calls; then comes the next reply of this rule, or the next rule when it has none. Without it the
                error is one reply like others.
            more: `message`, `type`, `code`, `param`, `headers`, `retry_after` (with a unit, "20s").

        Raises:
            ScriptError: for an unknown name or a status that is none.
            ValueError: for `times` that are no number of calls, or 0.
        """
        self._is_bare = False
        if times is not None:
            _counted(times)
        failure: Failure = read(ERROR, error, self._title, ("fail",))
        if more:
            spelled = read(SPELLED_OUT, {"status": failure.status, **hyphenated(more)}, self._title, ("fail",))
            failure = replace(spelled, kind=failure.kind)
        self._add(*[ReplySpec(error=failure)] * (times or 1))
        self._falls_through = times is not None
        return self

    def fault(self, kind: str, /, **parameters: Any) -> Self:
        """Let its answers fail in transport or content, as a script's `fault`: `.fault("reset", at={"event": 3})`.

        Args:
            kind: the kind of the fault.
            parameters: its own, its place and its trigger; underscores stand for hyphens, `for_` for `for`.

        Raises:
            ScriptError: for what is no fault.
        """
        self._is_bare = False
        given = {"kind": kind, **hyphenated(parameters)}
        faults = read(FAULT_OR_FAULTS, given, self._title, ("fault",))
        return self._renew(faults=(*self._rule.faults, *faults))

    def timing(self, **timing: Any) -> Self:
        """Let its answers take time, as a script's `timing`: `.timing(ttft="2s", itl="50ms")`."""
        self._is_bare = False
        return self._renew(timing=read(TIMING, hyphenated(timing), self._title, ("timing",)))

    def times(self, count: int) -> Self:
        """Answer so many calls and no more; then the rule is passed over.

        Raises:
            ValueError: for what is no number of calls, or 0.
        """
        _counted(count)
        self._most = count
        return self

    def remove(self) -> None:
        """Take the rule back."""
        self._is_bare = False
        self._house.drop([self.key])

    def problem(self) -> str | None:
        """Say what is missing of a rule that is not in force, for it has nothing to answer with."""
        if not self._is_bare:
            return None
        where = f"{Path(self._rule.source_file).name}:{self._rule.line}"
        return f"{where}: {self._title}: expected a reply, got none. Add .reply(...), .fail(...), .fault(...) or .timing(...)."

    def _is_open(self, _request: Request) -> bool:
        most = self._most
        if most is None and self._falls_through:
            most = len(self._rule.replies)
        return most is None or self._house.ledger.has_room(self.key, most)

    def _spec(self, said: Any, more: Mapping[str, Any]) -> ReplySpec:
        if callable(said):
            if more:
                raise TypeError(
                    f"{self._title}.reply: expected a function alone, got {', '.join(more)} beside it. Return them."
                )
            return LiveReply(function=self._with_call(said))
        if more and said is not None:
            said = {**(said if isinstance(said, Mapping) else {"text": said}), **more}
        spec: ReplySpec = read(ANY_REPLY, plain(more if said is None and more else said), self._title, ("reply",))
        return spec

    def _with_call(self, function: Callable[[SeenCall], Any]) -> Function:
        def answer(take: Take, about: Call | None, groups: Groups) -> Any:
            said = function(SeenCall(take, self._decode, about, groups))
            return plain(finished(said) if inspect.iscoroutine(said) else said)

        return answer

    def _add(self, *specs: ReplySpec) -> Self:
        self._falls_through = False
        return self._renew(replies=(*self._rule.replies, *specs))

    def _renew(self, **changes: Any) -> Self:
        rule = replace(self._rule, **changes)
        self._uses = self._house.lead(rule if rule.replies else replace(rule, replies=_MADE_UP))
        self._rule = rule
        return self

    def __repr__(self) -> str:
        return f"<LiveRule {self.name!r} {self._title}>"


def _counted(times: int) -> None:
    """See that a number is one of calls."""
    if type(times) is not int or times < 1:
        raise ValueError(f"times {times!r}: expected a whole number from 1 up")
