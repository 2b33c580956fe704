"""Everything the checks look at: exchanges in the order they began, the requests they were tries of, and how talks went on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable
from functools import cached_property

from understudy.model.exchange import Exchange
from understudy.verdict._attempts import Attempt, Logical, attempt
from understudy.verdict._grouping import grouping

_NO_CALLS = ("none", "models", "model", "health")


class History:
    """What a client did: its tries and the logical requests, in the order they began.

    `now` is the moment of the verdict on the clock of the exchanges.
    """

    def __init__(self, attempts: list[Attempt], requests: list[Logical], now: float) -> None:
        self.attempts = attempts
        self.requests = requests
        self.now = now

    @classmethod
    def read(cls, exchanges: Iterable[Exchange], now: float | None = None) -> Generator[None, None, History]:
        """Read exchanges a little at a time: reading is most of the work.

        Args:
            exchanges: all of them, in any order; those that are no calls of a model are left out.
            now: the moment of the verdict; None is the end of the last of them.
        """
        attempts: list[Attempt] = []
        for exchange in exchanges:
            if exchange.operation not in _NO_CALLS:
                attempts.append(attempt(exchange))
                yield
        attempts.sort(key=lambda one: one.start)
        requests = yield from grouping(attempts)
        return cls(attempts, requests, max((one.end for one in attempts), default=0.0) if now is None else now)

    @cached_property
    def _by_length(self) -> dict[tuple[str, int, tuple[bytes, ...]], list[Attempt]]:
        """Tries by what their talk begins with, up to each message of the assistant."""
        found: dict[tuple[str, int, tuple[bytes, ...]], list[Attempt]] = defaultdict(list)
        for one in self.attempts:
            said = one.said.messages
            for at, message in enumerate(said):
                if message.role == "assistant" and at:
                    found[one.exchange.session, at, tuple(each.digest for each in said[max(0, at - 2) : at])].append(one)
        return found

    def continued(self, one: Attempt) -> Attempt | None:
        """Find the first later try whose talk is that of this one and goes on with an answer of the assistant."""
        said = one.said.messages
        if not said:
            return None
        digests = tuple(message.digest for message in said)
        later = self._by_length.get((one.exchange.session, len(said), digests[-2:]), ())
        for other in later:
            if other.start >= one.start and tuple(m.digest for m in other.said.messages[: len(said)]) == digests:
                return other
        return None
