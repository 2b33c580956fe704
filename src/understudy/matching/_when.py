"""The `when` of a rule: the conditions written under its keys, compiled to one test.

`When.build` finds the matcher of each key in the registry of this room. Cheap conditions are asked first, those on texts in
the order they are written. Asking never raises, whatever the request.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import cache
from typing import Any

from understudy.kinds import Registry
from understudy.matching._conditions import (
    NO_GROUPS,
    Condition,
    ConditionErrors,
    Groups,
    Matcher,
    Path,
    Problems,
    Test,
)
from understudy.matching._text import text_schema
from understudy.matching._text_matcher import TextCondition
from understudy.model.call import Call
from understudy.model.http import Request


@cache
def matchers() -> Registry[Matcher]:
    """The matchers by key."""
    return Registry("matcher", importlib.import_module("understudy.matching"), "MATCHER")


class When:
    """The conditions of a rule, all of which must hold; no condition holds always.

    Attributes:
        test: `test(call, request)` gives the regex groups (numbered from "1", and named), usually the shared empty dict
            `NO_GROUPS`, never to be changed; None when the call does not match. A group named twice has the value of the
            condition that was written first.
        test_rest: the same without an exact condition on `user` (see `exact_user`), for a rule found by that text.
        exact_user: the folded text `user` must be equal to, when that is its whole condition.
        user_patterns: the regular expressions of which `user` must match one, when that is its whole condition.
    """

    __slots__ = ("_conditions", "exact_user", "test", "test_rest", "user_patterns")

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self._conditions = tuple(conditions)
        user = next((c for c in conditions if c.key == "user" and isinstance(c, TextCondition)), None)
        self.exact_user: str | None = None if user is None else user.exact
        self.user_patterns: tuple[str, ...] = () if user is None else user.patterns
        self.test: Test = _all_of(conditions)
        self.test_rest: Test = self.test if self.exact_user is None else _all_of([c for c in conditions if c is not user])

    @classmethod
    def build(cls, value: object) -> When:
        """Compile the value of `when`.

        Raises:
            ConditionErrors: with every mistake and its path below `when`.
        """
        errors: list[tuple[Path, str]] = []
        conditions = _conditions(value, Problems(errors))
        if errors:
            raise ConditionErrors(errors)
        return cls(conditions)

    @property
    def model(self) -> str:
        """The folded name that the model must have, when that is the whole condition on it; else ""."""
        return next((c.exact or "" for c in self._conditions if c.key == "model" and isinstance(c, TextCondition)), "")

    def names(self, key: str) -> bool:
        """Say whether there is a condition under a key."""
        return any(c.key.partition(".")[0] == key for c in self._conditions)

    def only(self, *keys: str) -> When:
        """The same without what stands under other keys."""
        return When([c for c in self._conditions if c.key.partition(".")[0] in keys])

    def distance(self, call: Call, request: Request) -> float:
        """How far off the call is: 0 matches, 1 has nothing in common; the mean over all conditions."""
        conditions = self._conditions
        return sum([c.distance(call, request) for c in conditions]) / len(conditions) if conditions else 0.0

    def explain(self, call: Call, request: Request) -> tuple[float, list[str]]:
        """Say how far off the call is (0 to 1), and for each condition that does not hold what was wanted and what came."""
        missed = [c.miss(call, request) for c in self._conditions if c.test(call, request) is None]
        return self.distance(call, request), missed

    def describe(self) -> str:
        """Say in one line what is wanted."""
        return "; ".join([c.describe() for c in self._conditions]) or "any call"

    def __repr__(self) -> str:
        return f"<When {self.describe()}>"


def _conditions(value: object, problems: Problems) -> list[Condition]:
    if not isinstance(value, dict):
        advice = f"Write {{user: {value[:60]!r}}}." if isinstance(value, str) else ""
        problems.expected("a mapping of conditions", value, advice)
        return []
    registry = matchers()
    conditions: list[Condition] = []
    for key, wanted in value.items():
        if isinstance(key, str) and key in registry.names():
            conditions += registry.get(key).build(wanted, problems.at(key))
        else:
            problems.unknown("condition", key, registry.names())
    return conditions


# Flags and numbers cost less than texts, texts less than queries over the body.
_COST = {"stream": 0, "turn": 1, "json": 3}


def _all_of(conditions: Sequence[Condition]) -> Test:
    """Join conditions into one test, the cheap ones first."""
    ordered = sorted(conditions, key=lambda condition: _COST.get(condition.key.partition(".")[0], 2))
    tests = tuple([condition.test for condition in ordered])
    if not tests:
        return lambda _call, _request: NO_GROUPS
    if len(tests) == 1:
        return tests[0]

    def test(call: Call, request: Request) -> Groups | None:
        groups = NO_GROUPS
        for one in tests:
            found = one(call, request)
            if found is None:
                return None
            if found:
                groups = {**found, **groups}
        return groups

    return test


def when_schema() -> dict[str, Any]:
    """Give the JSON Schema of `when`; its `$defs` belong at the root of the schema it becomes part of."""
    return {
        "description": "The conditions of a rule; all must hold.",
        "type": "object",
        "properties": {matcher.name: matcher.schema() for matcher in matchers()},
        "additionalProperties": False,
        "$defs": {"text_condition": text_schema()},
    }
