"""A server that is down behind a port that is open: connections are accepted and closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from understudy.faults import Fault, Striking
from understudy.model.plan import Ending, Step


class Refuse(Fault, frozen=True):
    """Close new connections without a byte; a request on an open connection gets no answer but the end of it.

    A new connection is heard until its first line is there, for some tenths of a second at most: one that asks a control, or
    for health, is let in. With TLS all are closed at once.
    """

    name: ClassVar[str] = "refuse"
    help: ClassVar[str] = "connections are accepted and closed before anything is answered"
    places: ClassVar[tuple[str, ...]] = ()

    def on_accept(self, *, tls: bool) -> bytes:
        """Close it."""
        del tls
        return b""

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterator[Step]:
        """Answer nothing."""
        del steps, context
        yield Ending.CLOSE


FAULT = Refuse
