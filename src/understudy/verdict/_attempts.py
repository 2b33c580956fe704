"""Attempts of one logical request, put together again from what came in.

A client that numbers its tries (`x-stainless-retry-count`, `amz-sdk-request`) or names its requests (`idempotency-key`,
`x-client-request-id`, `amz-sdk-invocation-id`) is believed. Of others a try belongs to the request before it with the same
session, key and body, if that one came to nothing. A body that many requests share, as in a load test, says nothing about who
is who: then every exchange stands for itself.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Generator, Iterable, Mapping

from msgspec import Struct

from understudy.model.exchange import Exchange
from understudy.verdict._conversation import Conversation, read
from understudy.verdict._outcome import Outcome, outcome
from understudy.wire.waiting import retry_asked, wait_asked

COUNT = "x-stainless-retry-count"
_NAMES = ("idempotency-key", "x-client-request-id", "amz-sdk-invocation-id")
_SIGNED = "AWS4-HMAC-SHA256 "
_DIGITS = 6
_LONG = 600.0  # seconds after which, unless it was asked to wait, the same body is another request
_KEYS = ("authorization", "x-api-key", "api-key", "x-goog-api-key")


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
        """The seconds that the server asked to wait before the next try."""
        told = self.exchange.particulars.retry_after
        return wait_asked(_fields_of(self.exchange), self.exchange.started) if told is None else told

    @property
    def retry_asked(self) -> bool | None:
        """Whether the server asked for another try, False where it forbade it, None where it did not say."""
        return retry_asked(_fields_of(self.exchange))

    @property
    def is_official(self) -> bool:
        """Say whether an official client says that it is one."""
        return self.number is not None


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


def grouped(attempts: Iterable[Attempt]) -> list[Logical]:
    """Put tries together; in and out in the order they began."""
    turns = grouping(attempts)
    while True:
        try:
            next(turns)
        except StopIteration as over:
            found: list[Logical] = over.value
            return found


def grouping(attempts: Iterable[Attempt]) -> Generator[None, None, list[Logical]]:
    """Do so a little at a time."""
    listed = list(attempts)
    shared = _shared(listed)
    found: list[Logical] = []
    named: dict[tuple[object, ...], Logical] = {}
    waiting: dict[tuple[object, ...], deque[Logical]] = {}
    running: dict[tuple[object, ...], list[Logical]] = {}
    for one in listed:
        yield
        key = identity_of(one)
        whole = named.get((*key, one.name)) if one.name else None
        if whole is None and not one.name and one.number != 0 and (one.number is not None or key not in shared):
            whole = _continued(one, waiting.get(key))
        if whole is None and one.number:
            whole = _overtaken(one, running.get(identity_of(one), []))
        if whole is None:
            whole = Logical([], bool(one.name) or one.number is not None)
            found.append(whole)
            if one.name:
                named[(*key, one.name)] = whole
        whole.attempts.append(one)
        if one.outcome != "good":
            waiting.setdefault(key, deque()).append(whole)
        elif one.number is not None:
            running.setdefault(key, []).append(whole)
    return found


def identity_of(one: Attempt) -> tuple[object, ...]:
    """Say what two tries of one request have in common."""
    return one.exchange.session, secret_of(one), one.exchange.request.head.path, one.said.identity


def secret_of(one: Attempt) -> str:
    """Give the key a try came with, scheme and all, "" for none; of a request that is signed, the name of the key."""
    headers = one.exchange.request.head.headers
    found = next((headers[name] for name in _KEYS if name in headers), "")
    return found.partition("/")[0] if found.startswith(_SIGNED) else found


def _continued(one: Attempt, waiting: deque[Logical] | None) -> Logical | None:
    """Find the request that came to nothing and goes on with this try."""
    while waiting:
        whole = _earlier(one, waiting)
        if whole is None:
            return None
        waiting.remove(whole)
        if one.start - whole.last.end <= _LONG + (whole.last.wait_asked or 0.0):
            return whole
    return None


def _earlier(one: Attempt, waiting: Iterable[Logical]) -> Logical | None:
    """Find whose try this may be. Numbers may be left out: a try that is lost on its way never comes here."""
    nearest: Logical | None = None
    for whole in waiting:
        last = whole.last
        if not one.number and one.start < last.end:
            continue  # it began while the other was under way, and does not say that it belongs to it
        if one.number is None or last.number == one.number - 1:
            return whole
        if (
            last.number is not None
            and last.number < one.number
            and (nearest is None or last.number > (nearest.last.number or 0))
        ):
            nearest = whole
    return nearest


def _overtaken(one: Attempt, running: list[Logical]) -> Logical | None:
    """Find the request whose last try is still being answered, well, when this one begins."""
    running[:] = [whole for whole in running if whole.last.end > one.start]
    return next((whole for whole in running if whole.last.number == (one.number or 0) - 1), None)


def _shared(attempts: list[Attempt]) -> set[tuple[object, ...]]:
    """Find bodies that cannot tell requests apart: answered well more than once, or under way twice at a time."""
    good: Counter[tuple[object, ...]] = Counter()
    until: dict[tuple[object, ...], float] = {}
    shared = set()
    for one in attempts:
        if one.number is not None or one.name:
            continue
        key = identity_of(one)
        good[key] += one.outcome == "good"
        if good[key] > 1 or one.start < until.get(key, one.start):
            shared.add(key)
        until[key] = max(until.get(key, one.end), one.end)
    return shared
