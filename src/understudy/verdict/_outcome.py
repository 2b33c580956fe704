"""How an exchange ended, as a client meets it: answered, refused for good, failed for now, broken off, or left."""

from __future__ import annotations

from typing import Literal

from understudy.model.exchange import Exchange

Outcome = Literal["good", "refused", "failed", "broken", "left"]

_FINAL_KINDS = ("insufficient_quota", "content_filter", "context_length")
_AGAIN = (408, 409, 425, 429)
_CUTTING = {"close", "invalid-utf8", "malformed", "reset", "truncated-json", "wrong-length"}
_CUTTING_STREAMS = {"bad-chunk", "early-end", "error-event"}  # these leave whole answers alone


def outcome(exchange: Exchange) -> Outcome:
    """Say how an exchange ended.

    `failed` may be tried again, `refused` may not. `broken` began as a good answer and came to harm on the way; `left` is an
    answer that the client did not wait for.
    """
    if exchange.outcome in ("client_gone", "open", "server_stopped"):
        return "left"
    if exchange.status >= 400:
        again = exchange.status in _AGAIN or exchange.status >= 500
        return "failed" if again and exchange.particulars.failure not in _FINAL_KINDS else "refused"
    if exchange.outcome in ("aborted", "closed") or cut_by(exchange):
        return "broken" if exchange.sent else "failed"
    return "good"


def cut_by(exchange: Exchange) -> str | None:
    """Give the fault that kept the answer from being whole, as it was spelled."""
    return struck_by(exchange, _CUTTING | _CUTTING_STREAMS if exchange.stream else _CUTTING)


def struck_by(exchange: Exchange, kinds: set[str]) -> str | None:
    """Give the first fault of these kinds that struck, as it was spelled."""
    return next((fault for fault in exchange.particulars.faults if fault.partition(";")[0] in kinds), None)
