"""`model`: the name of the model asked for; a plain text with * or ? is a glob."""

from __future__ import annotations

from understudy.matching._text_matcher import TextMatcher, looking
from understudy.matching._views import single

MATCHER = TextMatcher(
    "model",
    "The name of the model; a plain text may hold * (any text) and ? (one character).",
    looking(lambda call, _request: call.model, single),
    wildcards=True,
)
