"""Bytes with holes: a template made once, completed for each answer by a single `%`.

The values of an answer come as one tuple whose order the maker of the form and its user agree on; each hole says how its value
is written and where in the tuple it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple


class Hole(NamedTuple):
    """How a value is written (`%b`, `%d`, with literal text around them if need be) and which values it takes."""

    form: bytes
    places: tuple[int, ...]


def _nothing(_values: tuple[Any, ...]) -> tuple[()]:
    return ()


def _one(place: int) -> Callable[[tuple[Any, ...]], tuple[Any]]:
    return lambda values: (values[place],)


Fill = Callable[[tuple[Any, ...]], tuple[Any, ...]]
"""Gives values in another order, some of them several times."""


class Form:
    """Literal parts with a named hole between each two."""

    __slots__ = ("_fill", "_form", "_holes", "_literals", "_size", "names")

    def __init__(self, literals: Sequence[bytes], names: Sequence[str], holes: Mapping[str, Hole]) -> None:
        self.names = tuple(names)
        self._literals, self._holes = literals, holes
        parts = [literals[0].replace(b"%", b"%%")]
        places: list[int] = []
        for name, literal in zip(names, literals[1:], strict=True):
            parts += [holes[name].form, literal.replace(b"%", b"%%")]
            places += holes[name].places
        self._form = b"".join(parts)
        fill: Fill | None = None
        if places != list(range(len(places))) or not places:
            fill = itemgetter(*places) if len(places) > 1 else _one(places[0]) if places else _nothing
        self._fill = fill
        self._size = len(places)

    def render(self, values: tuple[Any, ...]) -> bytes:
        """Fill the holes."""
        if self._fill is not None:
            return self._form % self._fill(values)
        return self._form % (values if len(values) == self._size else values[: self._size])

    @property
    def size(self) -> int:
        """Bytes of the form itself."""
        return len(self._form)

    @property
    def template(self) -> tuple[bytes, Fill | None]:
        """The `%` template, and what orders the values for it: None where it takes all of them as they come."""
        return self._form, self._fill

    def parts(self, values: tuple[Any, ...], left: Container[str]) -> tuple[list[bytes], list[str]]:
        """Fill all holes but some: the literals around those that are left, and their names."""
        literals, names = [self._literals[0]], []
        for name, literal in zip(self.names, self._literals[1:], strict=True):
            if name in left:
                names.append(name)
                literals.append(literal)
            else:
                hole = self._holes[name]
                literals[-1] += hole.form % tuple(values[place] for place in hole.places) + literal
        return literals, names
