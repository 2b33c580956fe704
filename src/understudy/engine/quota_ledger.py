"""The books of the quotas: how much each account has used, in token buckets that refill continuously.

In: claims of one request on several accounts, and the moment in nanoseconds. Out: a hold on all of them, or what is short. All
or nothing, in one step, so that a store shared by several processes can keep the same books. Counts in whole numbers, so that
nothing is lost or won by rounding. Knows no clock, no call and no header.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from msgspec import Struct

SECOND: Final = 1_000_000_000
"""Nanoseconds in a second."""

_ACCOUNTS = 50_000  # kept at a time; clients choose the names of keys, models and sessions

Account = tuple[str, ...]
"""Whose account: the name of a limit and what tells its accounts apart, a session first when that is among them."""


class Meter(Struct, frozen=True):
    """A bucket: `limit` units flow in, in `period` nanoseconds; it holds what flows in in `burst` nanoseconds, or one unit."""

    limit: int
    period: int
    burst: int

    @property
    def room(self) -> int:
        """What it holds, in units times `period`."""
        return max(self.limit * min(self.burst, self.period), self.period)


class Claim(Struct, frozen=True):
    """What a request asks of one account: an amount of each meter, and one of `concurrent` places.

    A claim that is not `binding` never stops a request; what is short is told, and then nothing is taken from that account.
    """

    account: Account
    meters: tuple[Meter, ...] = ()
    amounts: tuple[int, ...] = ()
    concurrent: int | None = None
    binding: bool = True


class Reading(Struct, frozen=True):
    """A meter at a moment: whole units left, units used (more than the limit when overdrawn), seconds until it is full."""

    left: int
    used: int
    reset: float


class Short(Struct, frozen=True):
    """What a claim lacks: the claim and its meter by number (None: a place), units used, nanoseconds until there is enough.

    `wait` is None when nobody knows, `never` says that the meter never holds so much.
    """

    claim: int
    meter: int | None
    used: int
    wait: int | None = None
    never: bool = False


class Hold(Protocol):
    """Claims that were met."""

    @property
    def readings(self) -> Sequence[Sequence[Reading]]:
        """The meters of each claim once the amounts were taken."""
        ...

    def settle(self, amounts: Sequence[Sequence[int]], now: int) -> None:
        """Put the true amounts in the place of those claimed, and give the places back; only the first time counts."""
        ...


class Ledger(Protocol):
    """Keeps accounts."""

    def take(self, claims: Sequence[Claim], now: int) -> tuple[Hold | None, list[Short]]:
        """Meet all binding claims, or none: then there is no hold. What is short is told either way."""
        ...

    def read(self, claims: Sequence[Claim], now: int) -> Sequence[Sequence[Reading]]:
        """Read the meters of claims."""
        ...

    def reset(self, session: str | None = None) -> None:
        """Forget the accounts of one session, or all."""
        ...


class _Balance:
    """One account: when each meter will be full, in nanoseconds times its limit, and how many places are taken."""

    __slots__ = ("full", "places")

    def __init__(self, meters: int) -> None:
        self.full = [0] * meters
        self.places = 0

    def charge(self, number: int, meter: Meter, amount: int, now: int) -> None:
        """Take an amount, or give it back when it is negative; nothing can be given back to a meter that is full."""
        at = now * meter.limit
        full = max(self.full[number], at) + amount * meter.period
        self.full[number] = max(full, at)

    def reading(self, number: int, meter: Meter, now: int) -> Reading:
        debt = max(0, self.full[number] - now * meter.limit)
        left = max(0, meter.room - debt) // meter.period
        return Reading(left, -(-debt // meter.period), debt / meter.limit / SECOND)


class _Held:
    """Claims that were met, with the balances they were met from; implements `Hold`."""

    __slots__ = ("_claims", "_open", "readings")

    def __init__(self, claims: list[tuple[Claim, _Balance, bool]], readings: Sequence[Sequence[Reading]]) -> None:
        self._claims = claims
        self._open = True
        self.readings = readings

    def settle(self, amounts: Sequence[Sequence[int]], now: int) -> None:
        """Correct what was taken."""
        if not self._open:
            return
        self._open = False
        for (claim, balance, taken), true in zip(self._claims, amounts, strict=True):
            if not taken:
                continue
            for number, (meter, claimed, spent) in enumerate(zip(claim.meters, claim.amounts, true, strict=True)):
                if spent != claimed:
                    balance.charge(number, meter, spent - claimed, now)
            if claim.concurrent is not None:
                balance.places -= 1


class MemoryLedger:
    """The books of one process. Of too many accounts the one unused for longest is forgotten, unless its places are taken.

    Args:
        most: how many accounts are kept.
    """

    def __init__(self, most: int = _ACCOUNTS) -> None:
        self._most = most
        self._balances: dict[Account, _Balance] = {}

    def __len__(self) -> int:
        return len(self._balances)

    def take(self, claims: Sequence[Claim], now: int) -> tuple[Hold | None, list[Short]]:
        """Meet the claims."""
        balances = [self._balance(claim) for claim in claims]
        short = [lack for i, claim in enumerate(claims) for lack in _lacks(i, claim, balances[i], now)]
        if any(claims[lack.claim].binding for lack in short):
            return None, short
        lacking = {lack.claim for lack in short}
        held = [(claim, balances[i], i not in lacking) for i, claim in enumerate(claims)]
        for claim, balance, taken in held:
            if taken:
                for number, (meter, amount) in enumerate(zip(claim.meters, claim.amounts, strict=True)):
                    balance.charge(number, meter, amount, now)
                balance.places += claim.concurrent is not None
        return _Held(held, _readings(claims, balances, now)), short

    def read(self, claims: Sequence[Claim], now: int) -> Sequence[Sequence[Reading]]:
        """Read the meters."""
        return _readings(claims, [self._balance(claim) for claim in claims], now)

    def reset(self, session: str | None = None) -> None:
        """Forget accounts; places that are taken there are given back to nobody."""
        if session is None:
            self._balances.clear()
        else:
            mark = session_mark(session)
            self._balances = {account: found for account, found in self._balances.items() if mark not in account[1:2]}

    def _balance(self, claim: Claim) -> _Balance:
        found = self._balances.pop(claim.account, None)
        if found is None:
            self._make_room()
            found = _Balance(len(claim.meters))
        self._balances[claim.account] = found
        return found

    def _make_room(self) -> None:
        """Forget the account unused for longest; those with taken places go to the end of the queue."""
        for _ in range(len(self._balances) if len(self._balances) >= self._most else 0):
            account = next(iter(self._balances))
            balance = self._balances.pop(account)
            if not balance.places:
                return
            self._balances[account] = balance


def session_mark(session: str) -> str:
    """The part of an account that says whose session it is of."""
    return f"session {session}"


def _lacks(claim_number: int, claim: Claim, balance: _Balance, now: int) -> list[Short]:
    """What an account lacks for a claim: even a claim of nothing needs one unit that is not used."""
    found = []
    for number, (meter, amount) in enumerate(zip(claim.meters, claim.amounts, strict=True)):
        needed = max(amount, 1) * meter.period
        debt = max(0, balance.full[number] - now * meter.limit)
        if debt + needed > meter.room:
            never = needed > meter.room
            wait = None if never else -(-(debt + needed - meter.room) // meter.limit)
            found.append(Short(claim_number, number, -(-debt // meter.period), wait, never))
    if claim.concurrent is not None and balance.places >= claim.concurrent:
        found.append(Short(claim_number, None, balance.places))
    return found


def _readings(claims: Sequence[Claim], balances: Sequence[_Balance], now: int) -> list[list[Reading]]:
    pairs = zip(claims, balances, strict=True)
    return [[balance.reading(i, meter, now) for i, meter in enumerate(claim.meters)] for claim, balance in pairs]
