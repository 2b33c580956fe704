"""How an engine stands: what metrics show."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import astuple, replace


class Counts(Struct):
    """What is counted since an engine began.

    `prefix_queries` are the prompt tokens looked up in the prefix cache, `prefix_hits` those found. `produced` are tokens of
    answers.
    """

    preemptions: int = 0
    prefix_hits: int = 0
    prefix_queries: int = 0
    rejected: int = 0
    steps: int = 0
    produced: int = 0


class Snapshot(Counts):
    """An engine at one moment, with what it has counted. `kv_used` is the part of the blocks that is held, from 0 to 1.

    The adapters are those of the sequences that run, and of those that wait.
    """

    waiting: int = 0
    running: int = 0
    kv_used: float = 0.0
    running_adapters: tuple[str, ...] = ()
    waiting_adapters: tuple[str, ...] = ()

    def beside(self, other: Snapshot) -> Snapshot:
        """Count two engines as one, which has as much of its memory in use as the fuller of them."""
        both = Snapshot(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))
        return replace(both, kv_used=max(self.kv_used, other.kv_used))
