"""What a test does with a server and with one session of it alike: make rules, look at calls, expect calls."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

from understudy.runtime.awaited import holds_in_time, is_on_a_loop
from understudy.testing._house import House
from understudy.testing._ledger import RuleKey, Take
from understudy.testing._plain import told
from understudy.testing.calls import SeenCall
from understudy.testing.expectation import Expectation, number
from understudy.testing.rule import LiveRule

if TYPE_CHECKING:
    from understudy.verdict import Limits, Verdict

_STOOD_STILL = " The event loop of this thread stood still meanwhile: use `await ....async_wait_for_calls(...)`."


class Bench:
    """A server as a test uses it. `session` None means all sessions."""

    _house: House
    _numbers: count[int]
    _session: str | None = None

    def __init__(self) -> None:
        self._expectations: list[Expectation] = []
        self._rules: dict[RuleKey, LiveRule] = {}  # of those of one name the last

    def on(self, conditions: Mapping[str, Any] | None = None, /, *, name: str | None = None, **when: Any) -> LiveRule:
        """Begin a rule: when a call fits, what is said next answers it.

        Rules of a test are tried in the order they were made, before those of the scripts; the first that fits answers.

        Args:
            conditions: conditions as a mapping, instead of keywords or beside them.
            name: the name of the rule; a rule of that name is replaced.
            when: the keys of a script's `when`: `user`, `system`, `model`, `tools` and so on; a `re.Pattern` is a regex.

        Raises:
            ScriptError: for conditions that no script may have.

        Example:
            >>> server.on(user="ping").reply("pong")
            >>> server.on(model="flaky-*").fail(429, times=2).reply("ok")
        """
        caller = sys._getframe(1)
        place = caller.f_code.co_filename, caller.f_lineno
        wanted = _both("on", conditions, when)
        called = f"on {next(self._numbers)}" if name is None else name
        rule = LiveRule(self._house, self._own(wanted), told("on", wanted), called, place, self._session)
        self._rules[rule.key] = rule
        self._house.expecting[self] = None
        return rule

    @property
    def calls(self) -> list[SeenCall]:
        """Every call so far, in the order they came in; those under way too."""
        self._house.catch_up()
        return [self._seen(take) for take in self._house.ledger.takes(self._session)]

    def wait_for_calls(self, count: int, timeout: float = 5.0) -> list[SeenCall]:
        """Wait until so many calls have come in, and return all there are. An event loop on this thread stands still meanwhile.

        Args:
            count: how many.
            timeout: seconds of real time to wait.

        Raises:
            AssertionError: when they did not come in time.
        """
        if not self._house.ledger.wait(lambda: self._have_come(count), timeout):
            raise AssertionError(self._too_few(count, timeout) + (_STOOD_STILL if is_on_a_loop() else ""))
        return self.calls

    async def async_wait_for_calls(self, count: int, timeout: float = 5.0) -> list[SeenCall]:  # noqa: ASYNC109  # as the other
        """The same for a client on the same event loop (of asyncio), which goes on meanwhile.

        Args:
            count: how many.
            timeout: seconds of real time to wait.

        Raises:
            AssertionError: when they did not come in time.

        Example:
            >>> async def test_it(understudy):
            ...     task = asyncio.create_task(agent.run("hello"))
            ...     await understudy.async_wait_for_calls(1)
        """
        if not await holds_in_time(lambda: self._have_come(count), self._house.ledger.heard, timeout):
            raise AssertionError(self._too_few(count, timeout))
        return self.calls

    def export(self, path: str | os.PathLike[str], form: str | None = None) -> int:
        """Write every call that is over to a file, secrets masked, and return how many there were.

        Args:
            path: the file; its name says the form, unless that is given.
            form: `jsonl`, an exchange a line as `GET /_understudy/requests` shows it; or `har`, an archive for browsers and
                other tools.

        Raises:
            ValueError: for a form that is none.

        Example:
            >>> server.export("failed.har")
        """
        from understudy.testing._export import write  # few tests need it

        self._house.catch_up()
        return write(self._house, self._house.ledger.takes(self._session), path, form)

    def expect(self, conditions: Mapping[str, Any] | None = None, /, **when: Any) -> Expectation:
        """Expect that by the end of the test a call has come that fits; `.times(n)` and `.never()` say how many.

        Args:
            conditions: conditions as a mapping, instead of keywords or beside them.
            when: as `on` takes them.
        """
        expectation = Expectation(_both("expect", conditions, when))
        self._expectations.append(expectation)
        self._house.expecting[self] = None
        return expectation

    def assert_called(
        self, conditions: Mapping[str, Any] | None = None, /, *, times: int | None = None, **when: Any
    ) -> list[SeenCall]:
        """Check that a call has come that fits, and return all that do. One with several inputs fits when one of them does.

        Args:
            conditions: conditions as a mapping, instead of keywords or beside them.
            times: how many must have come; None is at least one.
            when: as `on` takes them.

        Raises:
            AssertionError: naming the nearest call and how it differs.
        """
        expectation = Expectation(_both("assert_called", conditions, when), "assert_called")
        calls = list(_as_meant(expectation, self.calls))
        if times is not None:
            expectation.times(times)
        problem = expectation.problem(calls)
        if problem is not None:
            raise AssertionError(problem)
        return expectation.fitting(calls)

    def assert_not_called(self, conditions: Mapping[str, Any] | None = None, /, **when: Any) -> None:
        """Check that no call has come that fits.

        Raises:
            AssertionError: listing those that did.
        """
        self.assert_called(conditions, times=0, **when)

    def assert_resilient(self, limits: Limits | None = None, *, ignore: Iterable[str] = ()) -> Verdict:
        """Check that the client made no mistake in any call so far, those under way too, and return the verdict.

        Args:
            limits: what is still good manners; an `understudy.verdict.Limits`.
            ignore: names of checks that are not made.

        Raises:
            AssertionError: with every finding: what was seen, why it hurts, how to mend it.
            ValueError: when there is no check of a name.

        Example:
            >>> server.on().fail(503, times=1).reply("ok")
            >>> agent.run("hello")
            >>> server.assert_resilient()
        """
        from understudy.verdict import assert_resilient  # few tests need it

        return assert_resilient(self, limits, ignore=ignore, now=self._house.clock.monotonic())

    def _own(self, conditions: dict[str, Any]) -> dict[str, Any]:
        """Conditions, and what every rule made here must hold beside."""
        return conditions

    def _seen(self, take: Take) -> SeenCall:
        return SeenCall(take, self._house.engine.read)

    def _have_come(self, count: int) -> bool:
        return len(self._house.ledger.takes(self._session)) >= count

    def _too_few(self, count: int, timeout: float) -> str:
        return f"expected {number(count)} within {timeout:g} s, got {number(len(self.calls))}."

    def unmet(self) -> list[str]:
        """Say which rules here have no reply, and what was expected here and has not come."""
        calls = self.calls if self._expectations else []
        problems = [rule.problem() for rule in list(self._rules.values())]
        problems += [expectation.problem(list(_as_meant(expectation, calls))) for expectation in self._expectations]
        return [problem for problem in problems if problem is not None]


def _as_meant(expectation: Expectation, calls: Iterable[SeenCall]) -> Iterator[SeenCall]:
    """Each call, about the first of its inputs that fits."""
    for call in calls:
        yield next(iter(expectation.fitting(call.parts)), call)


def _both(name: str, conditions: Mapping[str, Any] | None, when: Mapping[str, Any]) -> dict[str, Any]:
    """Put conditions given as a mapping and as keywords together."""
    if isinstance(conditions, str):
        raise TypeError(f"{name}({conditions!r}): expected conditions by name. Say what it is to equal: user={conditions!r}.")
    return {**(conditions or {}), **when}
