"""One finished exchange, as the sinks see it."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from understudy.model.http import Request


class Exchange(Struct):
    """Request in, answer out: what the journal keeps, the metrics count and the log prints.

    `started` is wall time in unix seconds, `duration` seconds from the whole request to the last byte handed to the socket.
    `secret_free` is the request's header mapping with secrets masked (made once for each distinct head).
    """

    started: float
    request: Request
    secret_free: dict[str, str]
    dialect: str
    operation: str
    session: str = "default"
    model: str = ""
    rule: str = ""
    decision: str = ""
    status: int = 200
    stream: bool = False
    prompt_tokens: int = 0
    completion_tokens: int = 0
    duration: float = 0.0
    sent: int = 0
    outcome: str = "done"
    request_id: str = ""
    call: Any = None
