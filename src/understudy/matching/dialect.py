"""`dialect`: the protocol the request came in."""

from __future__ import annotations

from understudy.matching._text_matcher import TextMatcher, looking
from understudy.matching._views import single

MATCHER = TextMatcher(
    "dialect",
    "The protocol the request came in, by its name.",
    looking(lambda call, _request: call.dialect, single),
)
