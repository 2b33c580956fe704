"""The operators of a text condition: one row each in a table.

A row says how its words are shown, how they compile to a test of a `View`, and how near a miss was. Over several texts an
operator holds when one of them satisfies it. All but regex ignore case and surrounding white space.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from understudy.matching._conditions import NO_GROUPS, Groups
from understudy.matching._regex import compile_glob, compile_regex
from understudy.matching._similarity import alike, covered, sketch
from understudy.matching._views import View, fold

Leaf = Callable[[View], Groups | None]
Test = Callable[[str], bool]


class Operator(Struct, frozen=True):
    """One operator: help, the words of its phrase, its compiler and its measure of nearness."""

    name: str
    summary: str
    phrase: str
    compile: Callable[[Sequence[str]], Leaf]
    nearness: Callable[[int, int], float] | None
    whole: bool = True
    empty_allowed: bool = True

    def sketch(self, word: str) -> int:
        """Sketch a word the way it is compared."""
        return sketch(fold(word).replace("*", "").replace("?", "") if self.name == "glob" else fold(word), whole=self.whole)


def _equals(words: Sequence[str]) -> Leaf:
    if len(words) == 1:
        wanted = fold(words[0])
        return lambda view: NO_GROUPS if wanted in view.folded else None
    absent = frozenset(map(fold, words)).isdisjoint
    return lambda view: None if absent(view.folded) else NO_GROUPS


def _contains(words: Sequence[str]) -> Leaf:
    wanted = tuple(map(fold, words))
    if len(wanted) == 1:
        word = wanted[0]

        def one(view: View) -> Groups | None:
            for text in view.folded:
                if word in text:
                    return NO_GROUPS
            return None

        return one
    return lambda view: NO_GROUPS if any(word in text for text in view.folded for word in wanted) else None


def _prefix(words: Sequence[str]) -> Leaf:
    wanted = tuple(map(fold, words))

    def leaf(view: View) -> Groups | None:
        for text in view.folded:
            if text.startswith(wanted):
                return NO_GROUPS
        return None

    return leaf


def _regex(words: Sequence[str]) -> Leaf:
    searches = [compile_regex(word).search for word in words]

    def leaf(view: View) -> Groups | None:
        for encoded in view.encoded:
            for search in searches:
                groups = search(encoded)
                if groups is not None:
                    return groups
        return None

    return leaf


def _glob(words: Sequence[str]) -> Leaf:
    plain = [word for word in words if not is_glob(word)]
    starts = [word for word in words if word.endswith("*") and not is_glob(word[:-1])]
    searches = [compile_glob(fold(word)).search for word in words if word not in plain and word not in starts]
    equal, prefixes = frozenset(map(fold, plain)), tuple(fold(word)[:-1] for word in starts)

    def leaf(view: View) -> Groups | None:
        for text in view.folded:
            if text in equal or text.startswith(prefixes):
                return NO_GROUPS
            for search in searches:
                if search(text.encode("utf-8", "replace")) is not None:
                    return NO_GROUPS
        return None

    return leaf


def is_glob(text: str) -> bool:
    """Whether a text has glob wildcards."""
    return "*" in text or "?" in text


def text_like(glob: str) -> Test:
    """Make a test of texts for a glob, in its case."""
    search = compile_glob(glob).search
    return lambda text: search(text.encode("utf-8", "replace")) is not None


def model_like(glob: str) -> Test:
    """Make a test of models for a name or a glob, whatever its case, as rules test them."""
    fits = text_like(fold(glob))
    return lambda model: fits(fold(model))


_REGEX_HELP = "an RE2 regular expression, found anywhere; case counts unless (?i); \\w, \\d and \\b know ASCII only"

OPERATORS = {
    operator.name: operator
    for operator in (
        Operator("equals", "the whole text", "", _equals, alike),
        Operator("contains", "a part of the text", "text containing ", _contains, covered, whole=False, empty_allowed=False),
        Operator("prefix", "how the text begins", "text starting with ", _prefix, covered, whole=False, empty_allowed=False),
        Operator("regex", _REGEX_HELP, "text matching ", _regex, None),
        Operator("glob", "the whole text; * is any text, ? any character", "text like ", _glob, covered, whole=False),
    )
}
"""The operators of a text condition that compare words; any, all and not combine them."""
