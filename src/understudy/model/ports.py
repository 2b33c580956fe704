"""The ports: what thinking needs from the world, and what the world needs from thinking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from understudy.model.exchange import Context, Exchange
from understudy.model.http import Refusal, Request
from understudy.model.plan import Plan


class Clock(Protocol):
    """Time, real or virtual."""

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        ...

    def wall(self) -> float:
        """Unix time in seconds."""
        ...


class App(Protocol):
    """The application behind the socket: pure, synchronous, one call a request.

    `respond` returns the whole HTTP answer as bytes (head and body, framed for the request's version, method and
    keep-alive wish), or a plan when it takes time or comes in parts. It never raises.
    """

    def respond(self, request: Request) -> bytes | Plan:
        """Answer a request."""
        ...

    def refuse(self, refusal: Refusal) -> bytes:
        """Answer a request that broke HTTP itself; the answer carries `connection: close`."""
        ...

    def prepare(self, request: Request) -> None:
        """Do the costly pure part for a large body (called on a worker thread): fill `request.prepared`."""
        ...


class Sink(Protocol):
    """Somewhere finished exchanges go: journal, metrics, log."""

    def record(self, exchange: Exchange) -> None:
        """Take note of an exchange."""
        ...


@runtime_checkable
class Settling(Protocol):
    """A sink that only gathers what it is given until it is told to work it in."""

    def settle(self) -> None:
        """Work in what was recorded."""
        ...


@runtime_checkable
class Tallying(Protocol):
    """A sink that only counts: whoever answers most may count in its row instead of handing exchanges in."""

    def row(self, context: Context, status: int) -> list[int]:
        """The numbers of such exchanges, to be added to in place: exchanges, prompt tokens, completion tokens."""
        ...


class Random(Protocol):
    """Reproducible draws: each is a function of the decision and the purpose named."""

    def uniform(self, purpose: str) -> float:
        """A number in [0, 1)."""
        ...

    def normal(self, purpose: str) -> float:
        """A draw from the standard normal law."""
        ...

    def integer(self, purpose: str, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        ...


TokenCount = Callable[[str], int]
