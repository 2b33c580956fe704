"""What a check is, and what it may know."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import isfinite
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from understudy.model.exchange import Exchange
from understudy.verdict._finding import Severity

if TYPE_CHECKING:
    from understudy.verdict._history import History


class Limits(Struct, frozen=True):
    """What is still good manners; the defaults let the official clients' defaults pass.

    Attributes:
        patience: seconds of silence after which a client should have hung up; official clients wait 600.
        attempts: tries of one request that are too many.
        amplification: tries for each request, over many requests, that are too many; official clients make 3 at most.
        tool_rounds: calls of tools in a row, without the user saying anything, that are too many.
        failover: seconds in which a fleet should have answered from another model.
        recovery: seconds after the last failure in which a fleet should use a model again.
        grace: a failure younger than so many seconds may still be tried again, so the client has not given up yet.

    Raises:
        ValueError: for a limit that is no number from 0 up.
    """

    patience: float = 610.0
    attempts: float = 10
    amplification: float = 3.0
    tool_rounds: float = 25
    failover: float = 30.0
    recovery: float = 60.0
    grace: float = 0.0

    def __post_init__(self) -> None:
        for name, value in structs.asdict(self).items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value < 0:
                raise ValueError(f"limit {name} {value!r}: expected a number from 0 up")


class Seen(Struct, frozen=True):
    """Something a check saw: a sentence with numbers, and the exchanges."""

    text: str
    exchanges: tuple[Exchange, ...]


class Check(Struct, frozen=True):
    """One thing that clients do wrong.

    Attributes:
        name: the id of its findings.
        title: the fault in a few words.
        help: what is looked for, in one sentence.
        why: why it hurts.
        fix: how to mend it.
        look: finds it; everything seen becomes one finding together. None is nothing: the check may be interrupted there.
        severity: how bad it is.
    """

    name: str
    title: str
    help: str
    why: str
    fix: str
    look: Callable[[History, Limits], Iterable[Seen | None]]
    severity: Severity = "warning"
