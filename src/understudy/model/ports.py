"""The ports: what thinking needs from the world, and what the world needs from thinking."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from msgspec import Struct

from understudy.model.exchange import Context, Exchange
from understudy.model.http import Refusal, Request
from understudy.model.plan import Plan

OnError = Callable[[BaseException], None]
"""Hears of an exception that is a bug of ours, or of whoever was called."""


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
    keep-alive wish), or a plan when it takes time or comes in parts. It raises nothing but what a request's pauses raise, and
    `TakesLong` where there are such pauses. Then the request was not answered: it can be prepared, and be asked for once more,
    or it is asked for as one that is `alone`.
    """

    def respond(self, request: Request) -> bytes | Plan:
        """Answer a request."""
        ...

    def refuse(self, refusal: Refusal) -> bytes:
        """Answer a request that broke HTTP itself; the answer carries `connection: close`."""
        ...

    def prepare(self, request: Request) -> None:
        """Do the costly pure part for a large body (called on another thread): fill `request.prepared`."""
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
    """A sink that only counts: whoever gives plain answers may count in its row instead of handing exchanges in."""

    def row(self, context: Context, model: str, prompt_tokens: int, completion_tokens: int) -> list[float]:
        """The numbers of plain good answers with so many tokens, to be added to in place: how many, tokens of both, seconds."""
        ...


@runtime_checkable
class Tallied(Protocol):
    """A sink that learns of plain answers from one that counts them."""

    tallied_by: Tallying


class Store(Protocol):
    """What a provider keeps for its clients from one request to the next: bytes by kind and name, of one session.

    The store is bounded: what has not been used for long is forgotten first.
    """

    def get(self, kind: str, name: str) -> bytes | None:
        """What is kept under a name; None when there is nothing (any more)."""
        ...

    def put(self, kind: str, name: str, value: bytes) -> None:
        """Keep a value, in place of what was there."""
        ...

    def drop(self, kind: str, name: str) -> bool:
        """Forget a value; False when there was none."""
        ...

    def names(self, kind: str) -> list[str]:
        """All names of a kind, the first made first."""
        ...

    def claim(self, name: str) -> int:
        """Return how often a name was claimed before, and count this time: what is made of one decision twice is two things."""
        ...


class Told(Struct, frozen=True):
    """What the server answered to a request of its own: status, identifier of the request, body."""

    status: int
    request_id: str
    body: bytes


class Agent(Protocol):
    """Asks the server itself, on behalf of the client of a request: how a batch has its requests answered."""

    def ask(self, path: str, body: bytes) -> Told:
        """Have a request answered, without waiting for the time that its answer takes."""
        ...

    def later(self, job: Iterator[float]) -> None:
        """Do a job after this answer, in turns: it yields the seconds to wait before it goes on."""
        ...

    def wall(self) -> float:
        """Unix time in seconds."""
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

    def words(self, purpose: str, count: int) -> Sequence[int]:
        """That many whole numbers in [0, 65536); asking for more continues the same sequence."""
        ...
