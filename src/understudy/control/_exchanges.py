"""The query parameters that choose among finished exchanges."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import get_args

from understudy.control._nouns import refused
from understudy.dialects import load
from understudy.errors import RequestError
from understudy.kinds import nearest
from understudy.model.call import Operation
from understudy.model.exchange import Exchange
from understudy.model.plan import Outcome
from understudy.observe.filters import HELP
from understudy.observe.filters import chooser as chooser_of

QUERY = dict(HELP)
"""The parameters that choose, each with its help."""


def wanted(query: Mapping[str, str]) -> dict[str, object]:
    """Read the values that exchanges must have.

    Raises:
        RequestError: 400 for a value that no exchange can have.
    """
    return {name: _wanted(name, value) for name, value in query.items()}


def chooser(query: Mapping[str, str]) -> Callable[[Exchange], bool]:
    """Make the test of whether an exchange has all these values.

    Raises:
        RequestError: 400 for a value that no exchange can have.
    """
    return chooser_of(wanted(query))


def _wanted(name: str, value: str) -> object:
    if name == "status":
        return whole_number(name, value)
    if name in ("since", "until"):
        return number(name, value)
    if name == "stream":
        if value not in ("true", "false"):
            raise _bad(name, value, "true or false")
        return value == "true"
    known = _closed().get(name)
    if known is not None and value not in known:
        raise _bad(name, value, f"one of {', '.join(known)}", nearest(value, known))
    return value


@cache
def _closed() -> Mapping[str, tuple[str, ...]]:
    """What may be asked for where all that an exchange can have is known; why a model ended (`finish`) scripts say freely."""
    dialects = tuple(load().names())
    return {"dialect": dialects, "operation": (*get_args(Operation), "none"), "outcome": get_args(Outcome)}


def whole_number(name: str, value: str) -> int:
    """Read a parameter that is a whole number.

    Raises:
        RequestError: 400 when it is none.
    """
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise _bad(name, value, "a whole number")
    return int(value)


def number(name: str, text: str) -> float:
    """Read a parameter that is a number from 0 up.

    Raises:
        RequestError: 400 when it is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not (math.isfinite(value) and value >= 0):
        raise _bad(name, text, "a number from 0 up")
    return value


def _bad(name: str, value: str, expected: str, hint: str = "") -> RequestError:
    return refused(f"query parameter {name} {value!r}: expected {expected}.{hint}")
