"""`system`: the texts of the system (or developer) messages."""

from __future__ import annotations

from collections.abc import Sequence

from understudy.matching._text_matcher import TextMatcher, looking
from understudy.model.call import Message


def _texts(messages: Sequence[Message]) -> tuple[str, ...]:
    return tuple([message.text for message in messages if message.role in ("system", "developer")])


MATCHER = TextMatcher(
    "system",
    "The text of the system or developer message; of several, one must fit.",
    looking(lambda call, _request: call.messages, _texts),
)
