"""What the limits said to one request: refused, or let through, and what is left.

In: what the ledger found. Out: the failure to answer with, the header fields of the answer, and at its end the true amounts
back to the ledger. Spells nothing in a provider's words: that is the dialect's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from understudy.dialects import Dialect
from understudy.engine.quota_ledger import SECOND, Claim, Hold, Reading, Short
from understudy.model.allowance import Allowance, Level, Overrun, Period, Resource
from understudy.model.exchange import Exchange
from understudy.model.reply import Failure
from understudy.wire.response import field

DRY_RUN_FIELD: Final = "x-understudy-would-limit"
"""The header field that names the limits which would have refused the request, had they not been on trial."""

_MILLISECOND = SECOND // 1000


class Metered(Struct, frozen=True):
    """What a meter counts, and how much of it is allowed in which time."""

    resource: Resource
    period: Period
    limit: int


class Grant:
    """The answer of all limits that were said of a request.

    Attributes:
        failure: why it is refused; None when it may go on.
        would_limit: which limits on trial would have refused it, in words; "" when none.
        allowance: what the caller has left now.
    """

    __slots__ = ("_hold", "_metered", "allowance", "failure", "would_limit")

    def __init__(
        self,
        hold: Hold | None,
        claims: Sequence[Claim],
        metered: Sequence[tuple[Metered, ...]],
        readings: Sequence[Sequence[Reading]],
        short: Sequence[Short],
        model: str,
        organisation: str,
    ) -> None:
        self._hold = hold
        self._metered = metered
        overruns = [(claims[lack.claim].binding, _overrun(lack, claims, metered, model, organisation)) for lack in short]
        binding = [overrun for is_binding, overrun in overruns if is_binding]
        worst = max(binding, key=lambda overrun: (overrun.too_large, overrun.wait or 0.0), default=None)
        self.failure = None if worst is None else Failure(429, "rate_limit", retry_after=worst.wait, overrun=worst)
        self.would_limit = "; ".join(_told(overrun) for is_binding, overrun in overruns if not is_binding)
        self.allowance = _allowance(claims, metered, readings)

    def stamp(self, data: bytes, dialect: Dialect, wall: float) -> bytes:
        """Write what is left into the head that some bytes begin with, in the place of fields of the same names.

        Args:
            data: bytes that begin with a whole response head.
            dialect: who spells it.
            wall: unix time in seconds.
        """
        fields = dialect.allowance(self.allowance, wall)
        if self.would_limit:
            fields = (*fields, (DRY_RUN_FIELD, self.would_limit))
        return overwritten(data, fields) if fields else data

    def follow(self, exchange: Exchange) -> None:
        """Mark the exchange, and count what it really used when it has ended."""
        exchange.would_limit, exchange.settle = self.would_limit, self.settle

    def settle(self, exchange: Exchange) -> None:
        """Count what a finished exchange really used, and free its places; only the first time counts."""
        self._end(exchange.prompt_tokens, exchange.completion_tokens, exchange.request.at + exchange.duration)

    def withdraw(self, now: float) -> None:
        """Give back all but the request itself: nothing came of it. `now` is in seconds on the monotonic clock."""
        self._end(0, 0, now)

    def _end(self, prompt: int, completion: int, now: float) -> None:
        hold, self._hold = self._hold, None
        if hold is not None:
            amounts = spent(prompt, completion)
            hold.settle([[amounts[one.resource] for one in metered] for metered in self._metered], round(now * SECOND))


def spent(prompt_tokens: int, completion_tokens: int) -> dict[Resource, int]:
    """What one request uses of each resource."""
    return {
        "requests": 1,
        "tokens": prompt_tokens + completion_tokens,
        "input-tokens": prompt_tokens,
        "output-tokens": completion_tokens,
    }


def overwritten(data: bytes, fields: Sequence[tuple[str, str]]) -> bytes:
    """Put header fields into the head that some bytes begin with: fields of the same names give way, the others stay."""
    end = data.index(b"\r\n\r\n") + 2
    new = {name.encode("latin-1").lower() for name, _ in fields}
    lines = data[:end].splitlines(keepends=True)
    kept = [line for line in lines[1:] if line.partition(b":")[0].lower() not in new]
    return b"".join([lines[0], *kept, *(field(name, value) for name, value in fields), data[end:]])


def _overrun(
    lack: Short, claims: Sequence[Claim], metered: Sequence[tuple[Metered, ...]], model: str, organisation: str
) -> Overrun:
    claim = claims[lack.claim]
    if lack.meter is None:
        return Overrun("concurrent", None, claim.concurrent or 0, lack.used, 1, model=model, organisation=organisation)
    one = metered[lack.claim][lack.meter]
    wait = None if lack.wait is None else -(-lack.wait // _MILLISECOND) / 1000  # clients wait whole milliseconds: not too few
    requested = claim.amounts[lack.meter]
    return Overrun(one.resource, one.period, one.limit, lack.used, requested, wait, lack.never, model, organisation)


def _told(overrun: Overrun) -> str:
    what = overrun.resource if overrun.period is None else f"{overrun.resource} per {overrun.period}"
    return f"{what}: limit {overrun.limit}, used {overrun.used}, requested {overrun.requested}"


def _allowance(
    claims: Sequence[Claim], metered: Sequence[tuple[Metered, ...]], readings: Sequence[Sequence[Reading]]
) -> Allowance:
    """The tightest limit of each resource: the one that leaves least, of two such the one that takes longer to refill."""
    found: dict[Resource, Level] = {}
    for claim, several, read in zip(claims, metered, readings, strict=True):
        for one, reading in zip(several, read, strict=True) if claim.binding else ():
            level = Level(one.limit, reading.left, reading.reset)
            held = found.get(one.resource)
            if held is None or (level.remaining, -level.reset) < (held.remaining, -held.reset):
                found[one.resource] = level
    return Allowance(found.get("requests"), found.get("tokens"), found.get("input-tokens"), found.get("output-tokens"))


UNLIMITED: Final = Grant(None, (), (), (), (), "", "")
"""What a request is granted that no limit is said of."""
