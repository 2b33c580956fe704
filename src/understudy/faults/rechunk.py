"""A body arrives in pieces of any size, cut without regard to events and characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar

from msgspec import Meta

from understudy.faults import Fault, Seconds, Striking
from understudy.faults._legal import Legal
from understudy.faults._sent import framed, payload
from understudy.faults._steps import at_byte
from understudy.model.plan import Counted, Step
from understudy.model.ports import Random


class Rechunk(Legal, Fault, frozen=True):
    """Send a body in pieces of `size` bytes (64) with a `pause` (1ms) between two of them; in a chunked body each is a chunk.

    What is due at once is cut as one; a wait ends a piece.
    """

    name: ClassVar[str] = "rechunk"
    help: ClassVar[str] = "the body arrives in pieces of `size` bytes (64), a `pause` (1ms) between them"
    needs_events: ClassVar[bool] = True
    places: ClassVar[tuple[str, ...]] = ()
    stage: ClassVar[int] = 2
    size: Annotated[int, Meta(ge=1)] = 64
    pause: Seconds = Seconds(0.001)

    @classmethod
    def drawn(cls, random: Random) -> Rechunk:
        """Cut pieces of seven bytes to a thousand."""
        return cls(size=random.integer("rechunk/size", 7, 1000), pause=Seconds(0.0001))

    def finds(self, context: Striking) -> bool:
        """Say whether there is a body."""
        return super().finds(context) and context.size != 0

    def on_steps(self, steps: Iterable[Step], context: Striking) -> Iterator[Step]:
        """Cut what lies between two waits anew."""
        rest = yield from at_byte(iter(steps), context.head_bytes)
        kept, begun = bytearray(), False
        counts = list[Step]()  # what counts those that are not all sent
        for step in rest or ():
            if isinstance(step, Counted):
                counts.append(step)
            data = payload(step, context) if isinstance(step, bytes) else None
            if data is not None:
                kept += data
            for piece in self._pieces(kept, whole=data is not None or isinstance(step, Counted)):
                if begun and self.pause:
                    yield float(self.pause)
                begun = True
                yield framed(piece, context)
            if not kept:
                yield from counts
                counts.clear()
            if data is None and not isinstance(step, Counted):
                yield step
                begun = False
        for piece in self._pieces(kept, whole=False):
            if begun and self.pause:
                yield float(self.pause)
            begun = True
            yield framed(piece, context)
        yield from counts

    def _pieces(self, kept: bytearray, *, whole: bool) -> Iterator[bytes]:
        """Take pieces off the front: whole ones, or all there is."""
        while len(kept) >= (self.size if whole else 1):
            piece = bytes(kept[: self.size])
            del kept[: self.size]
            yield piece


FAULT = Rechunk
