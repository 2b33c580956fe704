"""Asks another server and tells what it answers as it comes: the HTTP client of the house, for who stands between two.

In: where to connect, and requests. Out: trips, which tell what comes back. Nothing is followed, retried or unpacked; what is
not wanted yet is not read, so nothing piles up. Knows no provider.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from typing import Final

from msgspec import Struct

from understudy.model.ports import Clock
from understudy.runtime.trip import Hear, Letter, Trip

CONNECT: Final = 60.0
"""Seconds in which a connection must be there, TLS included."""


class Address(Struct, frozen=True):
    """Where a server is."""

    host: str
    port: int
    tls: bool = False


class Courier:
    """Delivers letters to one address, each on a connection of its own.

    Args:
        address: the only server it talks to.
        clock: gives the moments.
        patience: seconds a server may be silent.
        connect: seconds in which a connection must be there.
    """

    def __init__(self, address: Address, clock: Clock, patience: float = 600.0, connect: float = CONNECT) -> None:
        self._address = address
        self._now = clock.monotonic
        self._patience = patience
        self._connect = connect
        self._context = ssl.create_default_context() if address.tls else None

    def deliver(self, letter: Letter, hear: Hear) -> Trip:
        """Deliver a letter; what comes back is heard on the running loop, at last an `End`."""
        trip = Trip(letter, hear, self._now, self._patience)
        trip.begin(asyncio.get_running_loop().create_task(self._carry(trip), name="courier"))
        return trip

    async def _carry(self, trip: Trip) -> None:
        """Connect; where that fails nobody was there, whatever the reason."""
        address, loop = self._address, asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._connect):
                await loop.create_connection(lambda: trip, address.host, address.port, ssl=self._context)
        except TimeoutError:
            trip.fail(f"no connection to {address.host}:{address.port} within {self._connect:g} s")
        except (OSError, ValueError) as error:
            trip.fail(f"no connection to {address.host}:{address.port}: {_reason(error)}")


def _reason(error: Exception) -> str:
    """Say why, in the system's words where the error has but a number for them."""
    return os.strerror(error.errno).lower() if isinstance(error, ConnectionError) and error.errno else str(error)
