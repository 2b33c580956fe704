"""Where answers are kept ready for a second: plain calls that get the same fixed reply for the same model, and cost as many
prompt tokens, get the same bytes then, apart from the identifiers. A shelf belongs to one world and to heads that want their
answers framed alike.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from understudy.engine.ready import Ready, ReadyInTime, ReadyStream
from understudy.engine.twin import Twins
from understudy.wire.forms import Form

_MOST = 256  # answers kept; a second rarely sees so many different ones

Key = tuple[int, Hashable, int]
"""Identity of the reply, kind of the call, prompt tokens."""

T = TypeVar("T")


class Shelf:
    """Head forms, and what is ready of one `second`, by what it depends on; `twins` know how long whole answers take.

    `ready` are whole answers that take no time, `in_time` those that do.
    """

    __slots__ = ("_asked", "forms", "in_time", "ready", "second", "streams", "twins")

    def __init__(self) -> None:
        self.forms: dict[Any, Form] = {}
        self.second = 0
        self.ready: dict[Key, Ready] = {}
        self.in_time: dict[Key, ReadyInTime] = {}
        self.streams: dict[Key, ReadyStream] = {}
        self._asked: dict[Key, bool] = {}  # of streams, whether they cannot be made ready
        self.twins = Twins()

    def keep(self, kept: dict[Key, T], key: Key, second: int, make: Callable[[], T | None]) -> None:
        """Keep a whole answer among those that are `ready`, or `in_time`, if it can be."""
        self._turn(second)
        if (len(kept) < _MOST or key in kept) and (ready := make()) is not None:
            kept[key] = ready

    def keep_stream(self, key: Key, second: int, make: Callable[[], ReadyStream | None], *, is_late: bool) -> None:
        """Keep a stream, if it can be, once it is asked for again: to make it ready takes longer than to answer one."""
        self._turn(second)
        cannot, kept = self._asked.get(key), self.streams.get(key)
        if cannot is None:
            if len(self._asked) < _MOST:
                self._asked[key] = False
        elif not cannot and (kept is None or kept.is_late is not is_late):
            ready = make()
            if ready is None:
                self._asked[key] = True
            else:
                self.streams[key] = ready

    def _turn(self, second: int) -> None:
        if second != self.second:
            self.second = second
            for kept in (self.ready, self.in_time, self.streams, self._asked):
                kept.clear()
