"""Where the API key of a request stands: one law for rules, limits, `api-keys` and whoever else asks."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from understudy.model.http import RequestHead

_HEADERS: Final = ("x-api-key", "api-key", "x-goog-api-key")


def api_key(head: RequestHead) -> str | None:
    """Find the API key of a request, None when it has none; one of white space is none.

    It is the bearer token or the access key id of AWS, else x-api-key, api-key or x-goog-api-key, else `?key=`.
    """
    headers = head.headers
    scheme, _, token = headers.get("authorization", "").strip().partition(" ")
    token = token.strip()
    if scheme.lower() == "bearer" and token:
        return token
    if scheme == "AWS4-HMAC-SHA256" and "Credential=" in token:
        return token.partition("Credential=")[2].partition("/")[0] or None
    for name in _HEADERS:
        if found := headers.get(name, "").strip():
            return found
    if "key=" in head.query:
        return dict(parse_qsl(head.query)).get("key", "").strip() or None
    return None
