"""A connection that is kept alive is closed as the next request arrives on it: the race every pool of connections loses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from understudy.faults import Fault, Striking
from understudy.model.plan import Ending, Step


class CloseNext(Fault, frozen=True):
    """Answer in full, then close the connection without an answer when the next request arrives on it."""

    name: ClassVar[str] = "close-next"
    help: ClassVar[str] = "the connection is closed as the next request arrives on it"
    places: ClassVar[tuple[str, ...]] = ()

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterator[Step]:
        """Leave the connection to its fate."""
        del context
        yield from steps
        yield Ending.NEXT


FAULT = CloseNext
