"""How far the end of a connection has come, and how much patience there is on the way."""

from __future__ import annotations

from enum import Enum
from typing import Final

HARD: Final = 256 * 1024
"""Bytes from which on a body is prepared aside, so that other clients do not wait for it. Others are tried first."""

TRIAL: Final = 0.001
"""Seconds for which they are tried."""

HALF_CLOSED_PATIENCE: Final = 1.5
"""Seconds of silence after which a client that has sent FIN is taken for gone.

FIN says that a client will send no more. Most that send it have left, some wait for their answer (`nc -N`), and TCP shows
the difference only when something is sent to them.
"""

DRAIN_TIME: Final = 5.0
"""Seconds a client may take to read the last answer and close."""

DRAIN_BYTES: Final = 256 * 1024 * 1024
"""Most bytes read and dropped meanwhile."""


class Life(Enum):
    """How far the end of a connection has come."""

    OPEN = "open"
    DRAINING = "draining"  # FIN is sent or will be once all is written; what the client still sends is dropped
    CLOSED = "closed"
