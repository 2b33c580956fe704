"""The compiled forms of a text condition: comparisons, and what combines them.

Each node tests a `View`, measures how far off it is and says what it wants. The tests are closures made once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from understudy.matching._conditions import NO_GROUPS, Groups
from understudy.matching._excerpts import listed, pattern_shown
from understudy.matching._operators import Leaf, Operator
from understudy.matching._views import View

Show = Callable[[str], str]

_NEAREST_MISS = 0.05  # a condition that fails is never at distance 0


class Node(Protocol):
    """A compiled text condition."""

    @property
    def test(self) -> Leaf:
        """The regex groups, or None when the view's texts do not satisfy it."""
        ...

    def distance(self, view: View) -> float:
        """How far off: 0 holds, 1 has nothing in common."""
        ...

    def phrase(self, show: Show) -> str:
        """Say what is wanted; `show` quotes a text."""
        ...


class Comparison:
    """One operator with its words; holds when one of the words fits one of the texts."""

    __slots__ = ("_sketches", "operator", "test", "words")

    def __init__(self, operator: Operator, words: tuple[str, ...]) -> None:
        self.operator = operator
        self.words = words
        self.test: Leaf = operator.compile(words)
        self._sketches: tuple[int, ...] | None = None

    def distance(self, view: View) -> float:
        """How far off: 0 holds, 1 has nothing in common."""
        if self.test(view) is not None:
            return 0.0
        nearness = self.operator.nearness
        if nearness is None:
            return 1.0
        if self._sketches is None:
            self._sketches = tuple(map(self.operator.sketch, self.words))
        near = max([nearness(wanted, got) for wanted in self._sketches for got in view.sketches], default=0.0)
        return max(_NEAREST_MISS, 1.0 - near)

    def phrase(self, show: Show) -> str:
        """Say what is wanted."""
        show = pattern_shown if self.operator.name == "regex" else show
        return self.operator.phrase + listed([show(word) for word in self.words])


class Every:
    """Nodes that must all hold; their groups are joined, the first of the same name wins."""

    __slots__ = ("nodes", "test")

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = tuple(nodes)
        leaves = tuple(node.test for node in nodes)

        def leaf(view: View) -> Groups | None:
            groups = NO_GROUPS
            for test in leaves:
                found = test(view)
                if found is None:
                    return None
                if found:
                    groups = {**found, **groups}
            return groups

        self.test: Leaf = leaf

    def distance(self, view: View) -> float:
        """The mean of the nodes' distances."""
        return sum(node.distance(view) for node in self.nodes) / len(self.nodes)

    def phrase(self, show: Show) -> str:
        """Say what is wanted."""
        return f"({' and '.join(node.phrase(show) for node in self.nodes)})"


class Some:
    """Nodes of which one must hold; the first that does gives the groups."""

    __slots__ = ("nodes", "test")

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = tuple(nodes)
        leaves = tuple(node.test for node in nodes)

        def leaf(view: View) -> Groups | None:
            for test in leaves:
                found = test(view)
                if found is not None:
                    return found
            return None

        self.test: Leaf = leaf

    def distance(self, view: View) -> float:
        """The smallest of the nodes' distances."""
        return min(node.distance(view) for node in self.nodes)

    def phrase(self, show: Show) -> str:
        """Say what is wanted."""
        return f"({' or '.join(node.phrase(show) for node in self.nodes)})"


class Never:
    """A node that must not hold."""

    __slots__ = ("node", "test")

    def __init__(self, node: Node) -> None:
        self.node = node
        inner = node.test
        self.test: Leaf = lambda view: NO_GROUPS if inner(view) is None else None

    def distance(self, view: View) -> float:
        """0 or 1: what must not be has no degrees."""
        return 0.0 if self.test(view) is not None else 1.0

    def phrase(self, show: Show) -> str:
        """Say what is wanted."""
        return f"not {self.node.phrase(show)}"
