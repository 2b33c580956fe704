"""`tool_result`: the results of tools the conversation ends with."""

from __future__ import annotations

from collections.abc import Sequence

from understudy.matching._conditions import Groups, Test
from understudy.matching._nodes import Comparison, Node
from understudy.matching._text_matcher import TextMatcher, looking
from understudy.model.call import Call, Message
from understudy.model.http import Request


def _texts(messages: Sequence[Message]) -> tuple[str, ...]:
    results: list[str] = []
    for message in reversed(messages):
        if message.role not in ("tool", "function"):
            break
        results.append(message.text)
    return tuple(reversed(results))


def _quick(node: Node, test: Test) -> Test | None:
    """Most calls do not end with a result; then no comparison holds."""
    if not isinstance(node, Comparison):
        return None

    def ends_with_result(call: Call, request: Request) -> Groups | None:
        messages = call.messages
        return test(call, request) if messages and messages[-1].role in ("tool", "function") else None

    return ends_with_result


MATCHER = TextMatcher(
    "tool_result",
    "The results of tools at the end of the conversation; of several, one must fit; true = any, false = none.",
    looking(lambda call, _request: call.messages, _texts),
    presence=True,
    quick=_quick,
)
