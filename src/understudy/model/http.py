"""HTTP requests as values.

A head is parsed once and shared by every request on a connection that repeats it byte for byte (Content-Length aside);
`memo` is where the application keeps what it derived from the head, so that work is done once too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct


class RequestHead(Struct):
    """Request line and header fields.

    `headers` has lower-case names; repeated fields are joined with ", " (RFC 9110 section 5.3). Values are decoded as
    latin-1. `path` is percent-decoded UTF-8 without the query; `query` is raw. `keep_alive` is what the request permits.
    """

    method: str
    target: str
    path: str
    query: str
    headers: dict[str, str]
    version: Literal["1.1", "1.0"] = "1.1"
    keep_alive: bool = True
    memo: Any = None


class Request(Struct, gc=False):
    """A whole request: its head, its body (already de-chunked), the monotonic time in seconds it was complete at.

    `prepared` carries what `App.prepare` made of a large body. `pauses` makes what the costly part of the work calls
    between its pieces: that may hold the work up, or stop it by an exception; None where nobody waits. `alone` says that it
    is answered aside, where nothing else happens but in its pauses.
    """

    head: RequestHead
    body: bytes
    at: float
    prepared: Any = None
    pauses: Callable[[], Callable[[], None]] | None = None
    alone: bool = False


RefusalStatus = Literal[400, 408, 413, 414, 417, 431, 501, 503, 505]
"""What the HTTP layer itself may answer."""


class Refusal(Struct, frozen=True):
    """A request the HTTP layer itself refuses: the status and one sentence for the client. The connection closes after."""

    status: RefusalStatus
    message: str
    head: RequestHead | None = None
