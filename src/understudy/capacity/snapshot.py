"""How an engine stands: what metrics show."""

from __future__ import annotations

from msgspec import Struct


class Snapshot(Struct, frozen=True):
    """An engine at one moment; what is counted is counted since it began.

    `kv_used` is the part of the blocks that is held, from 0 to 1. `prefix_queries` are the prompt tokens looked up in the
    prefix cache, `prefix_hits` those found. `produced` are tokens of answers.
    """

    waiting: int = 0
    running: int = 0
    kv_used: float = 0.0
    preemptions: int = 0
    prefix_hits: int = 0
    prefix_queries: int = 0
    rejected: int = 0
    steps: int = 0
    produced: int = 0
