"""`key`: the API key of the request, wherever the provider's clients put it."""

from __future__ import annotations

from understudy.matching._text_matcher import TextMatcher, looking
from understudy.model.http import RequestHead
from understudy.wire.credentials import api_key


def _texts(head: RequestHead) -> tuple[str, ...]:
    found = api_key(head)
    return () if found is None else (found,)


MATCHER = TextMatcher(
    "key",
    "The API key: the bearer token, the access key id of AWS, x-api-key, api-key, x-goog-api-key or `?key=`; true = any, "
    "false = none.",
    looking(lambda _call, request: request.head, _texts),
    presence=True,
    hidden=True,
)
