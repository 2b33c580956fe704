"""The client waited for ever."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._history import History
from understudy.verdict._words import seconds

_SILENT = {"hang", "late-headers", "stall", "timeout"}
_FOR = re.compile(r";(?:for|after)=(\d+(?:\.\d+)?)s(?=;|$)")
_USUAL = 30.0  # seconds of a silence that does not say for how long


def _look(history: History, limits: Limits) -> Iterator[Seen]:
    for one in history.attempts:
        faults = [fault for fault in one.exchange.particulars.faults if fault.partition(";")[0] in _SILENT]
        fault = max(faults, key=_longest, default=None)
        waited = min(one.exchange.duration, math.inf if fault is None else _longest(fault))
        if waited <= limits.patience or (fault is None and one.exchange.outcome != "open"):
            continue
        still = "is still waiting after" if one.exchange.outcome == "open" else "waited"
        yield Seen(f"The client {still} {seconds(waited)} ({fault or 'no answer yet'}).", (one.exchange,))


def _longest(fault: str) -> float:
    """Say how long a fault can have kept silent."""
    if fault.startswith("hang"):
        return math.inf
    if ";ping=" in fault:
        return 0.0
    length = _FOR.search(fault)
    return float(length[1]) if length else _USUAL


CHECK = Check(
    name="no-read-timeout",
    title="No read time-out",
    help="A client that waits longer than `patience` for an answer that hangs or stalls.",
    why=(
        "A connection that died without a word holds a worker, a user and a slot of the pool for "
        "ever; a few of them stop a service."
    ),
    fix=(
        "Set a time-out between two reads (the official clients have 600 s; 60 s is kinder to users),"
        " and one for the whole request."
    ),
    look=_look,
    severity="error",
)
