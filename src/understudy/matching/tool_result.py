"""`tool_result`: the results of tools the conversation ends with."""

from __future__ import annotations

from collections.abc import Sequence

from understudy.matching._text_matcher import TextMatcher, looking
from understudy.model.call import Message


def _texts(messages: Sequence[Message]) -> tuple[str, ...]:
    results: list[str] = []
    for message in reversed(messages):
        if message.role not in ("tool", "function"):
            break
        results.append(message.text)
    return tuple(reversed(results))


MATCHER = TextMatcher(
    "tool_result",
    "The results of tools at the end of the conversation; of several, one must fit; true = any, false = none.",
    looking(lambda call, _request: call.messages, _texts),
    presence=True,
)
