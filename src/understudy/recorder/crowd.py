"""All requests that rules are written for, and whom a condition holds for among them.

In: requests; one key of `when` with what it wants. Out: the places of those it holds for. What a condition compares with a
plain value is looked up, and whatever else it looks at is tested once for each value: a thousand requests with the same text
are told apart in the time that a thousand take, not a million.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from collections.abc import Set as AbstractSet
from typing import Any, Final

import msgspec

from understudy.matching import ConditionErrors, When, fold
from understudy.recorder.asked import Asked, results_of, systems_of, turn_of

Members = AbstractSet[int]
View = tuple[Hashable, ...]
_NOBODY: Final[frozenset[int]] = frozenset()

_VIEWS: Final[dict[str, Callable[[Asked], Iterable[Any]]]] = {
    "tool_result": results_of,
    "turn": lambda asked: [turn_of(asked)],
    "operation": lambda asked: [asked.call.operation],
    "system": systems_of,
    "tools": lambda asked: [tool.name for tool in asked.call.tools],
    "response_format": lambda asked: [msgspec.json.encode(asked.call.response_format)],
    "model": lambda asked: [asked.call.model],
    "stream": lambda asked: [asked.call.stream],
    "dialect": lambda asked: [asked.call.dialect],
    "json": lambda asked: [asked.call.body],
}
_PLAIN: Final = frozenset({"tool_result", "turn", "operation", "system", "model", "dialect"})
"""Keys that hold when one of the values looked at is the one wanted, letters' case and white space around aside."""


class Crowd:
    """Requests by their places; a condition is a key of `when` with what it wants."""

    def __init__(self, everybody: list[Asked]) -> None:
        self.everybody = everybody
        self.users: dict[str, set[int]] = {}
        for place, asked in enumerate(everybody):
            self.users.setdefault(asked.user, set()).add(place)
        self._views: dict[str, dict[View, list[int]]] = {}
        self._values: dict[str, dict[Hashable, set[int]]] = {}
        self._held: dict[tuple[str, bytes], Members] = {}
        self._paths: dict[str, dict[Hashable, set[int]]] = {}

    def held(self, name: str, wanted: Any) -> Members:
        """Whom a condition holds for."""
        if name in _PLAIN and isinstance(wanted, str | int) and not isinstance(wanted, bool):
            return self._by_value(name).get(_key(wanted), _NOBODY)
        known = (name, msgspec.json.encode(wanted, order="sorted"))
        held = self._held.get(known)
        if held is None:
            test = fits({name: wanted})
            views = self._by_view(name).values()
            held = _NOBODY.union(*(places for places in views if test(self.everybody[places[0]])))
            self._held[known] = held
        return held

    def held_at(self, path: str, wanted: Any, among: Iterable[int]) -> set[int]:
        """Whom among some a condition on the body holds for: what stands at a path is what is wanted."""
        if isinstance(wanted, dict | list):
            test = fits({"json": {path: wanted}})
            return {place for place in among if test(self.everybody[place])}
        return self._at(path).get(_key(wanted), set()) & set(among)

    def _by_view(self, name: str) -> dict[View, list[int]]:
        found = self._views.get(name)
        if found is None:
            found = self._views[name] = {}
            for place, asked in enumerate(self.everybody):
                found.setdefault(tuple(_VIEWS[name](asked)), []).append(place)
        return found

    def _by_value(self, name: str) -> dict[Hashable, set[int]]:
        found = self._values.get(name)
        if found is None:
            found = self._values[name] = {}
            for view, places in self._by_view(name).items():
                for value in view:
                    found.setdefault(_key(value), set()).update(places)
        return found

    def _at(self, path: str) -> dict[Hashable, set[int]]:
        found = self._paths.get(path)
        if found is None:
            import jmespath
            from jmespath.exceptions import JMESPathError

            found = self._paths[path] = {}
            search = jmespath.compile(path).search
            for place, asked in enumerate(self.everybody):
                try:
                    value = search(asked.body)
                except JMESPathError:
                    continue
                for one in value if isinstance(value, list) else [value]:
                    if not isinstance(one, dict | list):
                        found.setdefault(_key(one), set()).add(place)
        return found


def fits(conditions: dict[str, Any]) -> Callable[[Asked], bool]:
    """Make the test of conditions; of such as cannot be written nothing passes it."""
    try:
        test = When.build(conditions).test
    except ConditionErrors:
        return lambda _: False
    return lambda asked: test(asked.call, asked.request) is not None


def _key(value: Any) -> Hashable:
    """Equal for values that a condition takes for the same."""
    return fold(value) if isinstance(value, str) else (isinstance(value, bool), value)
