"""Who may ask for how much: which limits are said of a call, what it asks of each, and what becomes of it.

In: the limits of a script; a call with the head it came with, its prompt tokens, the books, the moment. Out: a `Grant`: the
failure to answer with, or the right to go on, and what is left for header fields. Until an answer is over its tokens are taken
to be those of the prompt and the most it was allowed; then they are counted. Knows no provider; keeps nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Final

from msgspec import Struct

from understudy.config.script import LimitSpec, Per
from understudy.engine.quota_grant import UNLIMITED, Grant, Metered, spent
from understudy.engine.quota_ledger import SECOND, Claim, Ledger, Meter, session_mark
from understudy.matching import Test, model_like, text_like
from understudy.model.allowance import Period, Resource
from understudy.model.call import UNRULED, Call, Operation

FREE: Final[frozenset[Operation]] = frozenset(UNRULED)
"""What is not limited: looking things up (wire.md 2.2: such answers carry no rate-limit fields)."""

_MINUTE, _DAY = 60 * SECOND, 86_400 * SECOND
_PERIODS: Final[dict[Period, int]] = {"minute": _MINUTE, "day": _DAY}
_METERS: Final[tuple[tuple[str, Resource, Period], ...]] = (
    ("rpm", "requests", "minute"),
    ("rpd", "requests", "day"),
    ("tpm", "tokens", "minute"),
    ("tpd", "tokens", "day"),
    ("input_tpm", "input-tokens", "minute"),
    ("output_tpm", "output-tokens", "minute"),
)
_ORDER: Final[tuple[Per, ...]] = ("session", "key", "organisation", "model")  # the ledger wants the session first
_LONGEST = 64  # characters of a name that stands in the books as it is


class Caller(Struct, frozen=True):
    """Who asks: API key, organisation and session, "" where none is named."""

    key: str
    organisation: str
    session: str


class _Limit(Struct, frozen=True):
    """A limit made ready: its name in the books, whose accounts it has, of whom it is said, what it counts."""

    name: str
    per: tuple[Per, ...]
    model: Test | None
    key: Test | None
    metered: tuple[Metered, ...]
    meters: tuple[Meter, ...]
    concurrent: int | None
    binding: bool


class Quota:
    """The limits of one script.

    A limit that a new script says again keeps its accounts; one that changed begins with full buckets.
    """

    def __init__(self, limits: Iterable[LimitSpec]) -> None:
        self._limits = tuple(_ready(limits))

    @classmethod
    def of(cls, limits: Sequence[LimitSpec]) -> Quota | None:
        """The quota of these limits; None when there are none, so that nobody asks."""
        return cls(limits) if limits else None

    def admit(self, call: Call, caller: Caller, prompt_tokens: int, ledger: Ledger, now: float) -> Grant:
        """Let a call pass every limit that is said of it, or refuse it; `UNLIMITED` when none is.

        Args:
            call: what is asked for.
            caller: who asks.
            prompt_tokens: how many tokens its prompt has.
            ledger: the books.
            now: seconds on the monotonic clock.
        """
        if call.operation in FREE:
            return UNLIMITED
        limits = [limit for limit in self._limits if _concerns(limit, call.model, caller.key)]
        if not limits:
            return UNLIMITED
        amounts = spent(prompt_tokens, (call.max_tokens or 0) * call.choices * (len(call.inputs) or 1))
        marks: dict[Per, str] = {
            "key": caller.key,
            "organisation": caller.organisation,
            "model": call.model,
            "session": caller.session,
        }
        claims = [_claim(limit, marks, amounts) for limit in limits]
        moment = nanoseconds(now)
        hold, short = ledger.take(claims, moment)
        readings = hold.readings if hold is not None else ledger.read(claims, moment)
        return Grant(hold, claims, [limit.metered for limit in limits], readings, short, call.model, caller.organisation)


def nanoseconds(seconds: float) -> int:
    """Seconds as the books count them."""
    return round(seconds * SECOND)


def _ready(limits: Iterable[LimitSpec]) -> Iterator[_Limit]:
    names: dict[str, int] = {}
    for spec in limits:
        told = repr(spec)
        names[told] = number = names.get(told, 0) + 1  # two limits that say the same have two accounts
        found = [(resource, period, getattr(spec, name)) for name, resource, period in _METERS if getattr(spec, name)]
        burst = _DAY if spec.burst is None else nanoseconds(spec.burst)
        yield _Limit(
            f"{told} {number}",
            tuple(word for word in _ORDER if word in spec.per),
            None if spec.model is None else model_like(spec.model),
            None if spec.key is None else text_like(spec.key),
            tuple(Metered(resource, period, limit) for resource, period, limit in found),
            tuple(Meter(limit, _PERIODS[period], burst) for _, period, limit in found),
            spec.concurrent,
            not spec.dry_run,
        )


def _concerns(limit: _Limit, model: str, key: str) -> bool:
    return (limit.model is None or limit.model(model)) and (limit.key is None or limit.key(key))


def _claim(limit: _Limit, marks: Mapping[Per, str], amounts: Mapping[Resource, int]) -> Claim:
    account = (limit.name, *(_mark(per, marks[per]) for per in limit.per))
    wanted = tuple(amounts[metered.resource] for metered in limit.metered)
    return Claim(account, limit.meters, wanted, limit.concurrent, limit.binding)


def _mark(per: Per, value: str) -> str:
    """Name an account; the books keep no secrets and no long names."""
    if per == "session":
        return session_mark(value)
    if per == "key" or len(value) > _LONGEST:
        value = blake2b(value.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{per} {value}"
