"""Laws of time, one file each: how long to wait, as a function of a draw.

A law is data; it never reads a clock and never waits. `build` makes one from what a script says: a bare duration (fixed) or a
mapping with the law's name.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Protocol

from understudy.kinds import Registry, nearest
from understudy.model.ports import Random

_DURATION = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(ms|s|m|h)?\s*\Z")
_PER_UNIT = {"s": 1.0, "m": 60.0, "h": 3600.0}
_LONGEST = 1e9  # about thirty years


class Law(Protocol):
    """How long a wait is."""

    name: ClassVar[str]

    @classmethod
    def build(cls, value: Any) -> Law:
        """Make the law from its parameters.

        Raises:
            ValueError: saying what was expected.
        """
        ...

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of the parameters."""
        ...

    def draw(self, random: Random, purpose: str) -> float:
        """Seconds to wait: a function of the decision and the purpose."""
        ...


def seconds(value: object) -> float:
    """Read a duration: milliseconds when bare, or `250ms`, `1.5s`, `2m`.

    Raises:
        ValueError: saying what was expected.
    """
    found = None
    if isinstance(value, int | float) and not isinstance(value, bool):
        found = value / 1000
    elif isinstance(value, str) and (match := _DURATION.match(value)):
        amount, unit = float(match[1]), match[2] or "ms"
        found = amount / 1000 if unit == "ms" else amount * _PER_UNIT[unit]  # dividing keeps 9ms at 0.009
    if found is not None and 0 <= found <= _LONGEST:
        return found
    raise ValueError(f"duration {value!r}: expected milliseconds, or a number with ms, s, m or h such as 250ms or 1.5s")


def laws() -> Registry[type[Law]]:
    """Scan this package for laws."""
    import understudy.timing as package

    return Registry("timing law", package, "LAW")


def build(value: object) -> Law:
    """Make a law: a duration is fixed, a mapping `{NAME: parameters}` is that law.

    Raises:
        ValueError: saying what was expected.
    """
    known = laws()
    if isinstance(value, dict):
        if len(value) != 1:
            raise ValueError(f"timing {value!r}: expected a duration or one of {', '.join(known.names())} with its parameters")
        name, parameters = next(iter(value.items()))
        if name not in known.names():
            raise ValueError(f"unknown timing law {name!r}.{nearest(str(name), known.names())}")
        return known.get(name).build(parameters)
    return known.get("fixed").build(value)
