"""Everything that is measured, in one value, for those who print it: metrics pages and reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from understudy.histogram import Histogram
from understudy.observe.finished import Finished


class Counted(Protocol):
    """Times that are being counted, in seconds."""

    def histogram(self) -> Histogram:
        """Give the distribution of this moment."""
        ...


class Measured(Protocol):
    """What the player measures of itself, as of now."""

    @property
    def late(self) -> Counted:
        """Actual less planned, one value an event."""
        ...

    @property
    def lag(self) -> Counted:
        """How late wake-ups came."""
        ...

    @property
    def ttft_planned(self) -> Counted:
        """From the request to the first event, as planned."""
        ...

    @property
    def ttft_actual(self) -> Counted:
        """The same as it was."""
        ...

    @property
    def itl_planned(self) -> Counted:
        """From one event that carries a token to the next, as planned."""
        ...

    @property
    def itl_actual(self) -> Counted:
        """The same as it was."""
        ...

    @property
    def pauses(self) -> int:
        """How often a client did not take what was due."""
        ...

    @property
    def paused_seconds(self) -> float:
        """How long that took."""
        ...

    @property
    def streams(self) -> int:
        """How many streams are open."""
        ...

    @property
    def events(self) -> int:
        """How many events were sent at a moment of their own."""
        ...


class Timekeeping(Struct, frozen=True):
    """How late events and wake-ups were in a period, in seconds."""

    late: Histogram
    lag: Histogram


class Queue(Protocol):
    """What a simulated engine tells of itself: its queue, its batch, its cache."""

    @property
    def waiting(self) -> int:
        """Requests that wait for their turn."""
        ...

    @property
    def running(self) -> int:
        """Requests in the batch."""
        ...

    @property
    def kv_used(self) -> float:
        """The share of the cache that is in use, 0 to 1."""
        ...

    @property
    def preemptions(self) -> int:
        """Requests thrown out of the batch to make room, so far."""
        ...

    @property
    def prefix_queries(self) -> int:
        """Prompt tokens looked up in the cache, so far."""
        ...

    @property
    def prefix_hits(self) -> int:
        """Prompt tokens found in the cache, so far."""
        ...

    @property
    def rejected(self) -> int:
        """Requests turned away because the queue was full, so far."""
        ...

    @property
    def running_adapters(self) -> Sequence[str]:
        """Names of the adapters (LoRA) that requests in the batch have."""
        ...

    @property
    def waiting_adapters(self) -> Sequence[str]:
        """Names of those that waiting requests have."""
        ...

    @property
    def max_num_seqs(self) -> int:
        """Requests that are in the batch at most."""
        ...

    @property
    def block_size(self) -> int:
        """Tokens in a block of the cache."""
        ...

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        ...

    @property
    def prefix_cache(self) -> bool:
        """Whether prompts that begin alike share blocks."""
        ...


class Readings(Struct):
    """One look at all instruments.

    `served` is the model whose name is used where only one can be told; `counts` is `Counters.snapshot()`, `durations` are the
    good answers by model, `queues` the simulated engines by the name of their model, or by the glob that names many. `period`
    is how well time was kept since somebody began to look, or since the start. `cut` connections found no room, `wall` is
    its unix time.
    """

    version: str
    uptime: float
    served: str
    connections: int
    is_bottleneck: bool
    bound: float
    counts: Mapping[str, Any]
    durations: Mapping[str, Finished]
    measured: Measured
    period: Timekeeping
    queues: Mapping[str, Queue] = {}
    cut: int = 0
    wall: float = 0.0
