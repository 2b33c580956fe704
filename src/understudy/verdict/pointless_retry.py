"""What was refused for good was tried again."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._attempts import Attempt
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._clients import manners_of
from understudy.verdict._fleet import target
from understudy.verdict._history import History
from understudy.verdict._words import number

_TOO_MANY = 429
_SOON = 10.0  # seconds after which a try that is not numbered as one may be meant anew
_OFFICIAL = 2  # retries that official clients make of any 429, no credit left or not


def _look(history: History, _limits: Limits) -> Iterator[Seen]:
    for request in history.requests:
        allowed = manners_of(request.last.exchange).quota_retries
        vain = [
            (first, second)
            for retry, (first, second) in enumerate(request.pairs, 1)
            if _is_vain(first, second) and not _is_usual(first, retry, allowed)
        ]
        if vain:
            first = vain[0][0]
            what = first.exchange.particulars.failure.replace("_", " ") or "refusal"
            text = f"A {first.exchange.status} ({what}) was tried again {number(len(vain), 'time')}."
            yield Seen(text, request.exchanges)


def _is_usual(first: Attempt, retry: int, allowed: int) -> bool:
    """Say whether an official client does that by default: it takes any 429 for one that passes."""
    return first.exchange.status == _TOO_MANY and retry <= allowed


def _is_vain(first: Attempt, second: Attempt) -> bool:
    if first.outcome != "refused" or first.retry_asked or target(first) != target(second):
        return False
    if not second.number:  # it does not say that it is a retry
        return second.start - first.end < _SOON
    return first.exchange.status != _TOO_MANY or second.number > _OFFICIAL


CHECK = Check(
    name="pointless-retry",
    title="What must not be tried again is tried again",
    help=(
        "A try after 400, 401, 403, 404 or 422, a content filter, a prompt that is too long, or no "
        "credit left, with the same body, key and model; `x-should-retry: true` allows it."
    ),
    why=("The answer will be the same: it costs time and rate limit, hides the mistake, and looks like abuse to the provider."),
    fix=("Try again only after 408, 409, 429 (unless its code is `insufficient_quota`), 5xx and broken connections."),
    look=_look,
    severity="error",
)
