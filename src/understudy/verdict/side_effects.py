"""A tool was run twice for one call."""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby

from understudy.verdict._attempts import Attempt
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._conversation import Said
from understudy.verdict._history import History
from understudy.verdict._words import number

_LONG = 600.0  # seconds


def _look(history: History, _limits: Limits) -> Iterator[Seen]:
    for one in history.attempts:
        twice = _twice(one.said.messages)
        if twice:
            yield Seen(f"One request holds {number(len(twice), 'tool call')} with more than one result.", (one.exchange,))
    for before, one in run_again(history):
        say = "After a request that failed the same tool call came with another result: the tool was run again."
        yield Seen(say, (before.exchange, one.exchange))


def run_again(history: History) -> Iterator[tuple[Attempt, Attempt]]:
    """Find tries that failed, each with the one after it that carries another result of the same tool call."""
    seen: dict[tuple[object, ...], tuple[Attempt, list[str]]] = {}
    for one in history.attempts:
        said = one.said.messages
        asked = next((at for at in range(len(said), 0, -1) if not said[at - 1].results), 0)
        talk = tuple(message.digest for message in said[:asked])
        for name, texts in _by_call(said[asked:]).items():
            key = (one.exchange.session, name, talk)
            before, told = seen.get(key, (one, texts))
            if told != texts and before.outcome != "good" and one.start - before.end < _LONG:
                yield before, one
            seen[key] = one, texts


def _by_call(round_of_results: tuple[Said, ...]) -> dict[tuple[str, str], list[str]]:
    """Put the results of a round to their calls; those without an id are told by the name of the tool, all of it together."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for message in round_of_results:
        for result in message.results:
            insort(found[result.id, "" if result.id else result.name], result.text)
    return found


def _twice(said: tuple[Said, ...]) -> list[str]:
    """Find calls that have two results side by side; scripted ids may well come again in a later round."""
    rounds = (list(group) for is_result, group in groupby(said, lambda message: bool(message.results)) if is_result)
    counts = (Counter(result.id for message in each for result in message.results if result.id) for each in rounds)
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
