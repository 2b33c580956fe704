"""Over all requests, tries are too many."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._fleet import hardest
from understudy.verdict._history import History

_LEAST = 10  # requests


def _look(history: History, limits: Limits) -> Iterator[Seen]:
    tried = [hardest(request) for request in history.requests if request.attempts[0].outcome == "failed"]
    tries = sum(map(len, tried))
    if len(tried) >= _LEAST and tries > limits.amplification * len(tried):
        text = f"{len(tried)} requests that failed at first became {tries} tries, {tries / len(tried):.1f} for each."
        yield Seen(text, tuple(one.exchange for request in tried for one in request))


CHECK = Check(
    name="amplification",
    title="Retries multiply the load",
    help=(
        "At least ten requests that failed at first and came to more tries each, on average, than `amplification`, at one model"
        " with one key."
    ),
    why="In an outage the provider gets a multiple of the normal load, which is what keeps it down.",
    fix=("Bound the tries of each request, try again in one layer only, and share a retry budget between requests."),
    look=_look,
)
