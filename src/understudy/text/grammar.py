"""The grammar of regular expressions as JSON Schemas write them (ECMA-262, and what Python and RE2 share with it).

In: a pattern. Out: a function that writes a text after the pattern, asking a draft for every choice. Look-around, Unicode
properties and what else cannot be written left to right are not understood. Knows nothing of schemas, nor of matching.
"""

from __future__ import annotations

from functools import lru_cache
from string import hexdigits

from understudy.text.draft import DIGITS, LOWER, ORDINARY, UPPER, Draft, Node, Ranges, nothing, one, repeat, within

_CLASSES: dict[str, tuple[Ranges, bool]] = {  # ranges, and whether everything else is meant
    "d": ([DIGITS], False),
    "D": ([DIGITS], True),
    "w": ([LOWER, UPPER, DIGITS, ("_", "_")], False),
    "W": ([LOWER, UPPER, DIGITS, ("_", "_")], True),
    "s": ([(" ", " ")], False),
    "S": ([("\t", "\r"), (" ", " ")], True),
}
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "0": "\0"}
_DEEPEST = 40


class NotUnderstood(Exception):  # noqa: N818  (a signal, not an error)
    """The pattern is broken, or uses something this module does not know."""


@lru_cache(maxsize=256)
def parse(pattern: str) -> Node:
    """Return the function that writes texts after the pattern.

    Raises:
        NotUnderstood: the pattern is broken, or uses something this module does not know.
    """
    return _Parser(pattern).parse()


class _Parser:
    """Turns a pattern into functions that write; recursive descent, one method for each rule of the grammar."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.depth = 0
        self.group = 0

    def parse(self) -> Node:
        node = self.alternation()
        if self.at < len(self.pattern):
            raise NotUnderstood
        return node

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self, wanted: str = "") -> bool:
        """Step over `wanted` if it comes next."""
        found = self.pattern.startswith(wanted, self.at)
        self.at += len(wanted) * found
        return found

    def next(self) -> str:
        mark = self.peek()
        if not mark:
            raise NotUnderstood
        self.at += 1
        return mark

    def alternation(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotUnderstood
        branches = [self.sequence()]
        while self.take("|"):
            branches.append(self.sequence())
        self.depth -= 1
        return branches[0] if len(branches) == 1 else lambda draft: branches[draft.choose(len(branches))](draft)

    def sequence(self) -> Node:
        nodes = []
        while self.peek() not in ("", "|", ")"):
            nodes.append(self.quantified(self.atom()))
        return lambda draft: "".join([node(draft) for node in nodes])

    def quantified(self, node: Node) -> Node:
        bounds = self.quantifier()
        if bounds is None:
            return node
        _ = self.take("?") or self.take("+")  # lazy or possessive: the same texts
        low, high = bounds
        return lambda draft: repeat(node, draft, low, high)

    def quantifier(self) -> tuple[int, int | None] | None:
        for mark, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(mark):
                return bounds
        start, end = self.at, self.pattern.find("}", self.at)
        if self.peek() != "{" or end < 0:
            return None
        low, comma, high = self.pattern[start + 1 : end].partition(",")
        if not (low.isdecimal() and len(low) < 6 and (not high or (high.isdecimal() and len(high) < 6))):
            return None  # a brace that is itself
        self.at = end + 1
        return int(low), int(high) if high else None if comma else int(low)

    def atom(self) -> Node:
        mark = self.next()
        if mark in "^$":
            return nothing
        if mark == ".":
            return one([LOWER], False)
        if mark == "(":
            return self.parenthesis()
        if mark == "[":
            return one(*self.bracket())
        if mark == "\\":
            return self.escape()
        if mark in "*+?":
            raise NotUnderstood
        return lambda _: mark

    def parenthesis(self) -> Node:
        number = 0
        if self.take("?"):
            self.kind_of_group()
        if self.pattern[self.at - 1] in "(>":
            self.group += 1
            number = self.group
        node = self.alternation()
        if not self.take(")"):
            raise NotUnderstood

        def write(draft: Draft) -> str:
            text = node(draft)
            draft.groups[number] = text
            return text

        return write

    def kind_of_group(self) -> None:
        if self.take(":"):
            return
        named = self.take("P<") or self.take("<")
        if not named or self.peek() in "=!":
            raise NotUnderstood
        end = self.pattern.find(">", self.at)
        if end < 0:
            raise NotUnderstood
        self.at = end + 1

    def escape(self) -> Node:
        mark = self.next()
        if mark in "bBAzZ":
            return nothing
        if mark in _CLASSES:
            return one(*_CLASSES[mark])
        if mark in "123456789":
            return lambda draft: draft.groups.get(int(mark), "")
        char = self.character(mark)
        return lambda _: char

    def character(self, mark: str) -> str:
        """Read the rest of an escape that stands for one character."""
        if mark in _CONTROLS:
            return _CONTROLS[mark]
        size = {"x": 2, "u": 4}.get(mark)
        if size is None:
            if mark.isalnum():
                raise NotUnderstood
            return mark
        digits = self.pattern[self.at : self.at + size]
        self.at += size
        if len(digits) < size or set(digits) - set(hexdigits):
            raise NotUnderstood
        char = chr(int(digits, 16))
        if "\ud800" <= char <= "\udfff":  # half a character cannot be sent
            raise NotUnderstood
        return char

    def bracket(self) -> tuple[Ranges, bool]:
        negated = self.take("^")
        ranges: Ranges = []
        first = True
        while first or self.peek() != "]":
            first = False
            low = self.member(ranges)
            if low is None:
                continue
            high: str | None = low
            if self.peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                high = self.member(ranges)
            if high is None or high < low:
                raise NotUnderstood
            ranges.append((low, high))
        self.at += 1
        return ranges, negated

    def member(self, ranges: Ranges) -> str | None:
        """Read a character; a class is added to the ranges and gives None."""
        mark = self.next()
        if mark != "\\":
            return mark
        mark = self.next()
        if mark not in _CLASSES:
            return "\b" if mark == "b" else self.character(mark)
        known, negated = _CLASSES[mark]
        if negated:
            ranges += [(char, char) for char in ORDINARY if not within(char, known)]
        else:
            ranges += known
        return None
