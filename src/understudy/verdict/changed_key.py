"""Tries of one request carry different idempotency keys."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._attempts import Attempt, identity_of
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._history import History

_NAME = "idempotency-key"
_SOON = 30.0  # seconds


def _look(history: History, _limits: Limits) -> Iterator[Seen]:
    before: dict[tuple[object, ...], Attempt] = {}
    known: set[tuple[object, ...]] = set()
    for one in history.attempts:
        key, identity = one.exchange.request.head.headers.get(_NAME), identity_of(one)
        first = before.get(identity)
        if key and first is not None and _is_retry(first, one) and (*identity, key) not in known:
            yield Seen("A request that failed was tried again under another idempotency key.", (first.exchange, one.exchange))
        if key:
            before[identity] = one
            known.add((*identity, key))


def _is_retry(first: Attempt, second: Attempt) -> bool:
    follows = first.number is None or second.number == first.number + 1
    return follows and first.outcome in ("failed", "broken", "left") and 0 <= second.start - first.end < _SOON


CHECK = Check(
    name="idempotency-key-changed",
    title="A retry has another idempotency key",
    help="The same body, after a failure, with another `idempotency-key` than before.",
    why=("The key is what lets the other side know a repetition; with a new one the work is done, and paid for, twice."),
    fix="Make the key once for each request of the application, outside the loop that tries it.",
    look=_look,
)
