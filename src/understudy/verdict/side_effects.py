"""A tool was run twice for one call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from understudy.verdict._attempts import Attempt
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._conversation import Said
from understudy.verdict._history import History
from understudy.verdict._words import number

_LONG = 600.0  # seconds


def _look(history: History, _limits: Limits) -> Iterator[Seen]:
    seen: dict[tuple[str, str, bytes], tuple[Attempt, str]] = {}
    for one in history.attempts:
        said = one.said.messages
        twice = _twice(said)
        if twice:
            yield Seen(f"One request holds {number(len(twice), 'tool call')} with more than one result.", (one.exchange,))
        if not said or not said[-1].results:
            continue
        asked = next((message.digest for message in reversed(said) if not message.results), b"")
        for name, text in said[-1].results:
            key = (one.exchange.session, name, asked)
            before, told = seen.get(key, (one, text))
            if told != text and before.outcome != "good" and one.start - before.end < _LONG:
                say = "After a request that failed the same tool call came with another result: the tool was run again."
                yield Seen(say, (before.exchange, one.exchange))
            seen[key] = one, text


def _twice(said: tuple[Said, ...]) -> list[str]:
    """Find calls that have two results side by side; scripted ids may well come again in a later round."""
    rounds = (list(group) for is_result, group in groupby(said, lambda message: bool(message.results)) if is_result)
    counts = (Counter(name for message in each for name, _ in message.results if name) for each in rounds)
    return [name for each in counts for name, count in each.items() if count > 1]


CHECK = Check(
    name="duplicate-side-effects",
    title="A tool is run again by a retry",
    help=(
        "A tool call that has two results in one request, or comes with another result after the "
        "request that carried the first one failed."
    ),
    why="What the tool does (a payment, a mail, an order) is done twice for one decision of the model.",
    fix=(
        "Keep the results of tools and try only the request again; give tools the id of the call, so "
        "that they can tell a repetition."
    ),
    look=_look,
    severity="error",
)
