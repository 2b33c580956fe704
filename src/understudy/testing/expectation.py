"""What a test expects to have been asked, and the text when it was not: the nearest call, and how it differs.

In: conditions as `when` has them, and calls. Out: None, or a text that says what is wrong. Raises nothing itself.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, Self

from understudy.config.grammar.when import Conditions
from understudy.matching import When
from understudy.testing._ledger import NO_CALLS
from understudy.testing._plain import plain, read, told
from understudy.testing.calls import SeenCall

_OF_CALLS = Conditions(calls="that asks a model", without=NO_CALLS)
_SHOWN = 5
_DIFFED = ("user", "system", "model", "tool_result")
_ALIKE = 0.4  # below which a diff of two texts tells less than the two texts


class Pending(str):
    """A problem that is none any more once a call comes that fits."""

    __slots__ = ()


def number(count: int, noun: str = "call") -> str:
    """Write a number of things."""
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


class Expectation:
    """Calls that must have come by the end of the test: at least one, unless `times` or `never` says otherwise."""

    def __init__(self, conditions: Mapping[str, Any], name: str = "expect") -> None:
        self._wanted = plain(conditions)
        self.title = told(name, conditions)
        self._when: When = read(_OF_CALLS, self._wanted, self.title)
        self._times: int | None = None

    def times(self, count: int) -> Self:
        """Expect exactly so many.

        Raises:
            ValueError: for what is no number of calls.
        """
        if type(count) is not int or count < 0:
            raise ValueError(f"times {count!r}: expected a whole number from 0 up")
        self._times = count
        return self

    def never(self) -> Self:
        """Expect none."""
        return self.times(0)

    def fitting(self, calls: Sequence[SeenCall]) -> list[SeenCall]:
        """The calls that fit."""
        return [call for call in calls if call.understood and self._when.test(call.understood, call.request) is not None]

    def problem(self, calls: Sequence[SeenCall]) -> str | None:
        """Say what is wrong with the calls so far, or nothing; too few of them is `Pending`."""
        found = self.fitting(calls)
        if (found and self._times is None) or len(found) == self._times:
            return None
        least = "at least one call" if self._times is None else number(self._times)
        head = f"expected {least} with {self._when.describe()}, got {number(len(found)) if found else 'none'} of {len(calls)}."
        if len(found) > (self._times or 0):
            return "\n".join([head.rstrip(".") + ":", *_listed(found)])
        others = [call for call in calls if call not in found]
        return Pending(f"{head}\n{self._nearest(others, calls)}" if others else head)

    def _nearest(self, others: Sequence[SeenCall], calls: Sequence[SeenCall]) -> str:
        """Show the call that comes nearest, and the difference."""
        parts = [(call, part, inner) for call in others for part in call.parts if (inner := part.understood) is not None]
        if not parts:
            return "\n".join(["None of them was understood:", *_listed(others)])
        call, part, inner = min(parts, key=lambda one: self._when.distance(one[2], one[1].request))
        lines = [f"Nearest is call {list(calls).index(call) + 1} of {len(calls)} ({call.title}):"]
        for reason in self._when.explain(inner, call.request)[1]:
            lines += [f"    {reason}", *self._diff(reason.partition(":")[0], part)]
        if len(call.parts) > 1:
            lines.append(f"    its inputs: {_shortened([one.user for one in call.parts])}")
        return "\n".join(lines)

    def _diff(self, key: str, call: SeenCall) -> list[str]:
        """Set what was wanted against what came, where both are texts that have something in common."""
        wanted = self._wanted.get(key) if key in _DIFFED else None
        if isinstance(wanted, Mapping):
            wanted = wanted.get("equals")
        if not isinstance(wanted, str):
            return []
        got = str(getattr(call, key))
        if difflib.SequenceMatcher(None, wanted, got).ratio() < _ALIKE:
            return []
        return [f"      {line.rstrip()}" for line in difflib.ndiff(wanted.strip().splitlines(), got.strip().splitlines())]


def _shortened(texts: Sequence[str]) -> str:
    rest = [f"and {len(texts) - _SHOWN} more"] if len(texts) > _SHOWN else []
    return ", ".join([*(repr(text[:80]) for text in texts[:_SHOWN]), *rest])


def _listed(calls: Sequence[SeenCall]) -> list[str]:
    lines = [f"    {call.title}: {call.user[:80]!r}" for call in calls[:_SHOWN]]
    return lines if len(calls) <= _SHOWN else [*lines, f"    and {len(calls) - _SHOWN} more"]
