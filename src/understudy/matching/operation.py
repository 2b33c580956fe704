"""`operation`: what is asked for: chat, completion, embedding, ..."""

from __future__ import annotations

from typing import get_args

from understudy.matching._text_matcher import TextMatcher, looking
from understudy.matching._views import single
from understudy.model.call import Operation

MATCHER = TextMatcher(
    "operation",
    f"What is asked for: {', '.join(get_args(Operation))}.",
    looking(lambda call, _request: call.operation, single),
    choices=get_args(Operation),
)
