"""What a client may cost, and how the wire room says "too much".

`Limits` is one value for a whole server: sizes are checked while bytes arrive, times by the runtime. `RefusalError` carries a
`Refusal` out of the depths of parsing; it never leaves the wire room (the parser hands the refusal on as a value).
"""

from __future__ import annotations

from typing import NoReturn

from msgspec import Struct

from understudy.model.http import Refusal, RefusalStatus, RequestHead


class Limits(Struct, frozen=True):
    """Protection of one server. Sizes in bytes, times in seconds.

    `max_body` bounds what a body is after de-chunking and inflating. `max_header` bounds all fields of a request together,
    trailers and chunk extensions likewise. `header_timeout` runs from the first byte of a head, `body_timeout` is the
    window in which a body has to make progress, `idle_timeout` is the silence allowed between requests and
    `write_timeout` how long a client may leave an answer unread.
    """

    max_body: int = 64 * 1024 * 1024
    max_header: int = 64 * 1024
    max_target: int = 16 * 1024
    max_header_count: int = 200
    idle_timeout: float = 75.0
    header_timeout: float = 15.0
    body_timeout: float = 30.0
    write_timeout: float = 60.0
    max_connections: int = 65536


class RefusalError(Exception):
    """A request that breaks HTTP or a limit; only the parser catches it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def refuse(status: RefusalStatus, message: str, head: RequestHead | None = None) -> NoReturn:
    """Raise `RefusalError`.

    Raises:
        RefusalError: always.
    """
    raise RefusalError(Refusal(status, message, head))
