"""A loop of tool calls has no end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from understudy.verdict._attempts import Attempt
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._conversation import Said, ToolUse
from understudy.verdict._history import History

_SAME = 5  # times the same call in a row, with the same result

_Round = tuple[tuple[ToolUse, ...], tuple[str, ...]]


def _look(history: History, limits: Limits) -> Iterator[Seen]:
    longest: dict[tuple[str, bytes], tuple[Attempt, str]] = {}
    for one in history.attempts:
        said = one.said.messages
        last = max((at for at, message in enumerate(said) if message.role == "user"), default=-1)
        rounds = _rounds(said[last + 1 :])
        same = _same(rounds)
        if len(rounds) > limits.tool_rounds:
            text = f"{len(rounds)} rounds of tool calls in a row, without a word of the user."
        elif same >= _SAME:
            text = f"The same tool call was made {same} times in a row, with the same result."
        else:
            continue
        longest[one.exchange.session, said[max(last, 0)].digest] = one, text
    for one, text in longest.values():
        yield Seen(text, (one.exchange,))


def _rounds(said: tuple[Said, ...]) -> list[_Round]:
    """Put together the calls that were made before a result came, in one message or several, and the results that came."""
    found: list[_Round] = []
    for is_result, group in groupby(said, lambda message: message.role == "tool"):
        messages = list(group)
        calls = tuple(call for message in messages for call in message.calls)
        if is_result and found:
            found[-1] = found[-1][0], tuple(result.text for message in messages for result in message.results)
        elif calls and not is_result:
            found.append((calls, ()))
    return found


def _same(rounds: list[_Round]) -> int:
    """Count how often the last round was made in a row, and came to the same."""
    return next((n for n, each in enumerate(reversed(rounds)) if each != rounds[-1]), len(rounds))


CHECK = Check(
    name="tool-loop",
    title="A tool loop is not bounded",
    help=(
        "More rounds of tool calls in a row than `tool_rounds`, or the same call with the same arguments and the same result"
        " five times in a row."
    ),
    why=("A model that does not come to an end runs until the money does; each round sends the whole talk again."),
    fix=("Bound the rounds, stop when a call repeats itself, and then ask for an answer with `tool_choice: none`."),
    look=_look,
)
