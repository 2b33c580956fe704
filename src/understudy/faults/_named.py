"""Errors by name: what a provider, or the proxy before it, answers when it fails in one of the usual ways.

A name stands for a status and a kind of failure; the words are the dialect's, or those of the proxy's page.
"""

from __future__ import annotations

from typing import Final

from understudy.kinds import nearest
from understudy.model.reply import FailureKind, kind_of

NAMED: Final[dict[str, tuple[int, FailureKind, str]]] = {
    "bad_request": (400, "invalid_request", "the request is refused"),
    "content_filter": (400, "content_filter", "the safety system refuses the prompt"),
    "unauthorized": (401, "unauthorized", "the key is wrong"),
    "forbidden": (403, "forbidden", "the key may not do this"),
    "not_found": (404, "not_found", "there is no such path"),
    "model_not_found": (404, "model_not_found", "there is no such model"),
    "request_timeout": (408, "timeout", "the request took too long to come"),
    "conflict": (409, "conflict", "another request is at work on the same thing"),
    "too_large": (413, "too_large", "the request is too large"),
    "unprocessable": (422, "unprocessable", "the request is well formed and makes no sense"),
    "rate_limit": (429, "rate_limit", "too many requests; come back after `retry-after`"),
    "insufficient_quota": (429, "insufficient_quota", "no credit left; coming back does not help"),
    "server_error": (500, "server_error", "the provider broke"),
    "bad_gateway": (502, "bad_gateway", "a proxy could not reach the provider: an HTML page"),
    "unavailable": (503, "unavailable", "the model is not ready"),
    "overloaded": (503, "overloaded", "too much to do; `status: 529` as Anthropic says it"),
    "gateway_timeout": (504, "gateway_timeout", "a proxy waited too long for the provider: an HTML page"),
}
"""Name: status, kind of failure, what it is."""


def failure_named(name: str | None, status: int | None) -> tuple[int, FailureKind]:
    """Give status and kind of an error by name, by status, or by name with another status.

    Raises:
        ValueError: naming the nearest known name, or saying that neither was given.
    """
    if name is None:
        if status is None:
            raise ValueError("expected the key 'status' or 'error', got neither")
        return status, kind_of(status)
    if name not in NAMED:
        raise ValueError(f"error {name!r}: expected one of {', '.join(NAMED)}.{nearest(name, NAMED)}")
    usual, kind, _ = NAMED[name]
    return status or usual, kind
