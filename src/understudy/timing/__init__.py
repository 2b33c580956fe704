"""Laws of time, one file each: how long to wait, as a function of a draw.

A law is data; it never reads a clock and never waits. `build` makes one from what a script says: a bare duration (fixed) or a
mapping with the law's name. Every law has an exact inverse of its distribution function (`quantile`), and hands out waits in
rows, which are looked up in a table (`_tabled`) because hundreds of thousands are wanted every second.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, ClassVar, Protocol

from understudy.kinds import Registry
from understudy.model.ports import Random

__all__ = [
    "Law",
    "ReadFile",
    "build",
    "laws",
    "no_files",
]

ReadFile = Callable[[str], str]
"""Gives the text of a file that a law names; raises ValueError with a sentence when it cannot."""


class Law(Protocol):
    """How long a wait is.

    Draws are functions of the decision and the purpose. They agree with `quantile` in law, not draw by draw.
    """

    name: ClassVar[str]

    @classmethod
    def build(cls, value: Any, read: ReadFile) -> Law:
        """Make the law from its parameters; `read` gives the files they name.

        Raises:
            ValueError: saying what was expected.
        """
        ...

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of the parameters."""
        ...

    @property
    def mean(self) -> float:
        """Seconds a wait takes on average."""
        ...

    def quantile(self, p: float) -> float:
        """Seconds that the part `p` of all waits does not exceed, 0 < p < 1: the inverse of the distribution function."""
        ...

    def prepare(self) -> None:
        """Make now what the first wait would have to wait for."""
        ...

    def draw(self, random: Random, purpose: str) -> float:
        """Seconds of a single wait."""
        ...

    def waits(self, random: Random, purpose: str, count: int, first: int = 0) -> Sequence[float]:
        """Seconds of the waits number `first` to `first + count - 1` of a row, the same in whatever portions."""
        ...


@cache
def laws() -> Registry[type[Law]]:
    """The laws there are, scanned once."""
    import understudy.timing as package

    return Registry("timing law", package, "LAW")


def no_files(name: str) -> str:
    """Read no file: what is not in a script's folder may name none.

    Raises:
        ValueError: always.
    """
    raise ValueError(f"file {name!r}: expected the values themselves, for only scripts that are files can name files")


def build(value: object, read: ReadFile = no_files) -> Law:
    """Make a law: a duration is fixed, a mapping `{NAME: parameters}` is that law.

    Raises:
        ValueError: saying what was expected.
    """
    known = laws()
    if isinstance(value, dict):
        if len(value) != 1:
            raise ValueError(f"timing {value!r}: expected a duration or one of {', '.join(known.names())} with its parameters")
        name, parameters = next(iter(value.items()))
        try:
            law = known.get(name)
        except KeyError as error:
            raise ValueError(error.args[0]) from None
        return law.build(parameters, read)
    return known.get("fixed").build(value, read)
