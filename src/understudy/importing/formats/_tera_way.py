"""One way through a Tera template: what it asks, what it says, what stands in the holes of its text."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from understudy.importing.formats._tera_asked import Conditions, denied
from understudy.importing.formats._tera_values import TeraError
from understudy.importing.holes import Holes

Choices = tuple[tuple[str, bool], ...]
"""Which branches hold, by what they ask."""


class Hole(Struct, frozen=True):
    """What stands in a hole: for people, as a template of ours, as what it is in every answer; None where nothing says it."""

    told: str
    line: int
    template: str | None = None
    plain: Any = None
    is_drawn: bool = False


class Choice(Struct):
    """A branch that was taken, or not."""

    key: str
    asked: Conditions
    held: bool = True


class Way(Struct):
    """One way through a template.

    `choices` are the branches it passed, `unsaid` those that no condition says and that were taken not to hold, with lines.
    """

    choices: Choices
    asked: list[Conditions]
    unsaid: list[tuple[str, int]]
    text: str
    holes: Holes
    filled: list[Hole]
    problem: TeraError | None = None

    def conditions(self, lost: set[Choices]) -> list[Conditions]:
        """What it asks; that a branch does not hold goes without saying where all ways on which it does come before."""
        found = []
        for at, (asked, (key, held)) in enumerate(zip(self.asked, self.choices, strict=True)):
            if held:
                found.append(asked)
            elif (*self.choices[:at], (key, True)) in lost:
                found.append(denied(asked))
        return found
