"""`key`: the API key of the request, wherever the provider's clients put it."""

from __future__ import annotations

from understudy.matching._text_matcher import TextMatcher, looking
from understudy.model.http import RequestHead

_HEADERS = ("x-api-key", "api-key", "x-goog-api-key")


def _texts(head: RequestHead) -> tuple[str, ...]:
    headers = head.headers
    scheme, _, token = headers.get("authorization", "").strip().partition(" ")
    if token.strip() and scheme.lower() == "bearer":
        return (token.strip(),)
    return next(((headers[name].strip(),) for name in _HEADERS if headers.get(name, "").strip()), ())


MATCHER = TextMatcher(
    "key",
    "The API key: the bearer token, or x-api-key, api-key or x-goog-api-key; true = any, false = none.",
    looking(lambda _call, request: request.head, _texts),
    presence=True,
    hidden=True,
)
