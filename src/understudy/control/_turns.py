"""Long work of a control in turns: a little of it, then everybody else, then a little more, so that no stream is late for it.

In: work that says where it may be interrupted. Out: a plan. Where time stands still until a test moves it, the work is done at
once. Knows no control.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from understudy.control._heads import opened, whole
from understudy.control._nouns import Ask, Page
from understudy.control._sight import Sight
from understudy.model.plan import Ending, Plan, Step
from understudy.model.ports import Clock
from understudy.runtime.clock import VirtualClock
from understudy.wire.response import LAST_CHUNK, chunk

TURN: Final = 0.002
"""Seconds of work after which others have their turn."""

_REST = 0.001  # seconds that others have, at least


def page_in_turns(ask: Ask, sight: Sight, work: Iterable[Page | None]) -> Plan:
    """Answer with a page once it is made; the work yields None where it may be interrupted, and at last the page."""

    def made() -> Iterator[bytes]:
        for page in work:
            yield b"" if page is None else whole(ask.request.head, sight.clock, page)

    return Plan(_in_turns(made(), sight.clock))


def stream_in_turns(ask: Ask, sight: Sight, kind: str, name: str, parts: Iterable[bytes]) -> Plan:
    """Answer with a document that is sent as it is made.

    Args:
        ask: the request.
        sight: whose clock it is.
        kind: the content type.
        name: what a browser would call the file.
        parts: the document; it may be interrupted between any two.
    """
    request = ask.request.head
    chunked = request.version == "1.1"
    start = opened(request, sight.clock, kind, [("content-disposition", f'attachment; filename="{name}"')])
    if request.method == "HEAD":
        return Plan([start] if chunked else [start, Ending.CLOSE])

    def steps() -> Iterator[Step]:
        yield start
        yield from _in_turns((chunk(part) if chunked else part for part in parts if part), sight.clock)
        yield LAST_CHUNK if chunked else Ending.CLOSE

    return Plan(steps())


def _in_turns(parts: Iterable[bytes], clock: Clock) -> Iterator[Step]:
    """Hand parts on, those of one turn together, and rest between two turns; b"" is a part of which nothing is sent."""
    if isinstance(clock, VirtualClock):
        yield b"".join(parts)
        return
    now = clock.monotonic
    due = began = now()
    done: list[bytes] = []
    for part in parts:
        done.append(part)
        if (at := now()) - began > TURN:
            if data := b"".join(done):
                yield data
            done.clear()
            rest = max(at - due, 0.0) + _REST  # waits count from the moment that was due before, not from now
            due += rest
            yield rest
            began = now()
    if data := b"".join(done):
        yield data
