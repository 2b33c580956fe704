"""`messages`: the texts of all messages, whoever wrote them."""

from __future__ import annotations

from collections.abc import Sequence

from understudy.matching._text_matcher import TextMatcher, looking
from understudy.model.call import Message


def _texts(messages: Sequence[Message]) -> tuple[str, ...]:
    return tuple([message.text for message in messages])


MATCHER = TextMatcher(
    "messages",
    "The text of any message; `not` means that no message fits.",
    looking(lambda call, _request: call.messages, _texts),
)
