"""Exchanges as tries of requests, and what clients say of them.

Some number their tries (`x-stainless-retry-count`, `amz-sdk-request`), some name their requests (`idempotency-key`,
`x-client-request-id`, `amz-sdk-invocation-id`).
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from understudy.model.exchange import Exchange
from understudy.verdict._conversation import Conversation, read
from understudy.verdict._outcome import Outcome, outcome
from understudy.wire.credentials import api_key
from understudy.wire.waiting import retry_asked, wait_asked

COUNT = "x-stainless-retry-count"
_NAMES = ("idempotency-key", "x-client-request-id", "amz-sdk-invocation-id")
_DIGITS = 6


class Attempt(Struct, gc=False):
    """One exchange as a try. Times are seconds on the server's monotonic clock."""

    exchange: Exchange
    said: Conversation
    start: float
    end: float
    outcome: Outcome
    number: int | None
    name: str

    @property
    def wait_asked(self) -> float | None:
        """The seconds that the server asked to wait before the next try, the fewest where it told them in several ways."""
        told = self.exchange.particulars.retry_after
        return wait_asked(_fields_of(self.exchange), self.exchange.started) if told is None else told

    @property
    def is_served(self) -> bool:
        """Say whether the client got what it came for: all of the answer, or of a sound stream as much as it liked."""
        told = self.exchange.delivery
        is_enough = self.outcome == "left" and self.exchange.stream and not self.exchange.particulars.faults
        return self.outcome == "good" or (is_enough and told is not None and told.events > 0)

    @property
    def retry_asked(self) -> bool | None:
        """Whether the server asked for another try, False where it forbade it, None where it did not say."""
        return retry_asked(_fields_of(self.exchange))


class Logical(Struct):
    """A request as the application meant it, and its tries in the order they began. `is_sure`: the client itself told."""

    attempts: list[Attempt]
    is_sure: bool = False

    @property
    def last(self) -> Attempt:
        """The last try."""
        return self.attempts[-1]

    @property
    def pairs(self) -> list[tuple[Attempt, Attempt]]:
        """Each try but the last, with the one after it."""
        return list(zip(self.attempts, self.attempts[1:], strict=False))

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """What the server has of it."""
        return tuple(attempt.exchange for attempt in self.attempts)


def _fields_of(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    """Give the header fields that a script or a fault gave the answer, of an error or spelled byte by byte."""
    reply = exchange.reply
    told = None if reply is None else reply.failure or reply.raw
    return () if told is None else told.headers


def attempt(exchange: Exchange, said: Conversation | None = None) -> Attempt:
    """Look at an exchange as a try."""
    headers, start = exchange.request.head.headers, exchange.request.at
    name = next((f"{name} {headers[name]}" for name in _NAMES if headers.get(name)), "")
    return Attempt(
        exchange,
        said or read(exchange.request.body),
        start,
        start + exchange.duration,
        outcome(exchange),
        _number(headers),
        name,
    )


def _number(headers: Mapping[str, str]) -> int | None:
    """Read the number that a client gives a try, from 0; None when it gives none."""
    count, first = headers.get(COUNT, ""), 0
    if not count and "amz-sdk-request" in headers:  # "attempt=2; max=3"
        count, first = headers["amz-sdk-request"].partition("attempt=")[2].partition(";")[0].strip(), 1
    return max(0, int(count) - first) if count.isascii() and count.isdigit() and len(count) < _DIGITS else None


def identity_of(one: Attempt) -> tuple[object, ...]:
    """Say what two tries of one request have in common."""
    return one.exchange.session, secret_of(one), one.exchange.request.head.path, one.said.identity


def secret_of(one: Attempt) -> str:
    """Give the key a try came with, of another scheme the whole field, "" for none."""
    head = one.exchange.request.head
    return api_key(head) or head.headers.get("authorization", "")
