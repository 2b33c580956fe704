"""`response_format`: the type of answer the client asks for; "text" when it does not say."""

from __future__ import annotations

from understudy.matching._text_matcher import TextMatcher, looking


def _texts(wanted: object) -> tuple[str, ...]:
    kind = wanted.get("type") if isinstance(wanted, dict) else getattr(wanted, "type", wanted)
    return (kind if isinstance(kind, str) else "text",)


MATCHER = TextMatcher(
    "response_format",
    "The type of the response format: text (also when none is given), json_object, json_schema, ...",
    looking(lambda call, _request: call.response_format, _texts),
)
