"""When the parts of an answer are due: a delay before it, a delay before each event that carries text.

`latency` comes before the answer, whole or streamed. `ttft` comes before the first text event of a stream, `itl` before each
further one; the role travels with the first text, the finish with the last, as from a real model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from understudy.model.ports import Random
from understudy.timing import Law
from understudy.timing.fixed import Fixed


class Pace(Struct, frozen=True):
    """The laws in force; None = no wait."""

    latency: Law | None = None
    ttft: Law | None = None
    itl: Law | None = None

    def over(self, other: Pace | None) -> Pace:
        """Fill what this pace leaves open from another."""
        if other is None:
            return self
        return Pace(self.latency or other.latency, self.ttft or other.ttft, self.itl or other.itl)

    def before(self, random: Random) -> float:
        """Seconds before the answer."""
        return 0.0 if self.latency is None else max(0.0, self.latency.draw(random, "latency"))

    @property
    def streams(self) -> bool:
        """Say whether the events of a stream are spread in time."""
        return self.ttft is not None or self.itl is not None

    def waits(self, tokens: Sequence[int], random: Random) -> Iterable[float]:
        """Seconds before each frame, given how many tokens each carries (0: role, finish)."""
        if not isinstance(self.itl, Fixed | None):
            return self._drawn(tokens, random)
        itl, texts = self.itl.wait if self.itl else 0.0, 0
        waits = [0.0] * len(tokens)
        for i, count in enumerate(tokens):
            if count:
                waits[i] = itl if texts else 0.0
                texts += 1
        if waits and self.ttft is not None:
            waits[0] = self.ttft.draw(random, "ttft-0")
        return waits

    def _drawn(self, tokens: Sequence[int], random: Random) -> Iterator[float]:
        texts = 0
        for i, count in enumerate(tokens):
            law, purpose = (self.ttft, "ttft") if i == 0 else (self.itl, "itl") if count and texts else (None, "")
            yield 0.0 if law is None else law.draw(random, f"{purpose}-{texts}")
            texts += count > 0


NO_PACE = Pace()


def fixed(seconds: float) -> Law | None:
    """A fixed wait, None for none."""
    return Fixed(seconds) if seconds else None
