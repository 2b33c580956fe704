"""Where readers tell what is wrong: one report for each document.

Also carries the checks that other rooms lend (the syntax of templates, the shapes of dialects), so that `check` finds
everything in one go and no reader needs to know who checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from understudy.config.source import Document, Place, path_of
from understudy.config.values import describe
from understudy.errors import Problem
from understudy.timing import ReadFile, no_files

if TYPE_CHECKING:
    from understudy.config.grammar.document import Part
    from understudy.config.script import Script, TimingSpec


class Checks(Struct, frozen=True):
    """What other rooms look at.

    `shapes` is given the `shapes` of a script and returns the mistakes: (path below `shapes`, message). `template` is given the
    text of a template and returns what is wrong with it, or None. `item` is given an item of a provider's own and returns the
    mistakes: (path below the item, message). `whole` is given a script and the parts it was merged of, and returns what does
    not go together.
    """

    shapes: Callable[[Mapping[str, Any]], Iterable[tuple[Place, str]]] | None = None
    template: Callable[[str], str | None] | None = None
    item: Callable[[dict[str, Any]], Iterable[tuple[Place, str]]] | None = None
    whole: Callable[[Script, Sequence[Part]], Iterable[Problem]] | None = None


class Timed(Struct, frozen=True):
    """A timing, and where it is written: `at` in a document."""

    timing: TimingSpec
    at: Place
    document: Document

    def problem(self, keys: Iterable[str], message: str) -> Problem:
        """Tell a mistake in some of its keys, at the first of them."""
        line = min(self.document.line((*self.at, key)) for key in keys)
        return Problem(self.document.file, line, message, path_of(self.at))


class Report:
    """Collects the problems of one document, and the timings in it.

    `read_file` gives the text of another file that the document names, by its name below the document's folder; it raises
    ValueError with a sentence when it cannot.
    """

    def __init__(self, document: Document, checks: Checks, *, preset: bool = False, read_file: ReadFile = no_files) -> None:
        self.document = document
        self.checks = checks
        self.preset = preset
        self.read_file = read_file
        self.problems: list[Problem] = []
        self.timings: list[Timed] = []

    @property
    def file(self) -> str:
        """The name of the document."""
        return self.document.file

    def line(self, at: Place) -> int:
        """The line of a place."""
        return self.document.line(at)

    def lines(self, at: Place) -> Mapping[str, int]:
        """The line of each entry of the mapping at a place."""
        return self.document.lines(at)

    def add(self, at: Place, message: str) -> None:
        """Note a mistake."""
        self.problems.append(Problem(self.file, self.line(at), message, path_of(at)))

    def mismatch(self, at: Place, expected: str, got: object, *, advice: str = "") -> None:
        """Note a value that is not what was expected."""
        self.add(at, f"expected {expected}, got {describe(got)}." + (f" {advice}" if advice else ""))
