"""A loop of tool calls has no end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from understudy.verdict._attempts import Attempt
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._conversation import Said, ToolUse
from understudy.verdict._history import History

_SAME = 5  # times the same call in a row


def _look(history: History, limits: Limits) -> Iterator[Seen]:
    longest: dict[tuple[str, bytes], tuple[Attempt, str]] = {}
    for one in history.attempts:
        said = one.said.messages
        last = max((at for at, message in enumerate(said) if message.role == "user"), default=-1)
        calls = _rounds(said[last + 1 :])
        same = _same(calls)
        if len(calls) > limits.tool_rounds:
            text = f"{len(calls)} rounds of tool calls in a row, without a word of the user."
        elif same >= _SAME:
            text = f"The same tool call was made {same} times in a row."
        else:
            continue
        longest[one.exchange.session, said[max(last, 0)].digest] = one, text
    for one, text in longest.values():
        yield Seen(text, (one.exchange,))


def _rounds(said: tuple[Said, ...]) -> list[tuple[ToolUse, ...]]:
    """Put together the calls that were made before a result came, in one message or several."""
    found = []
    for is_result, messages in groupby(said, lambda message: message.role == "tool"):
        calls = tuple(call for message in messages for call in message.calls)
        found += [calls] if calls and not is_result else []
    return found


def _same(rounds: list[tuple[ToolUse, ...]]) -> int:
    """Count how often the last round was made in a row."""
    return next((n for n, each in enumerate(reversed(rounds)) if each != rounds[-1]), len(rounds))


CHECK = Check(
    name="tool-loop",
    title="A tool loop is not bounded",
    help=(
        "More rounds of tool calls in a row than `tool_rounds`, or the same call with the same arguments five times in a row."
    ),
    why=("A model that does not come to an end runs until the money does; each round sends the whole talk again."),
    fix=("Bound the rounds, stop when a call repeats itself, and then ask for an answer with `tool_choice: none`."),
    look=_look,
)
