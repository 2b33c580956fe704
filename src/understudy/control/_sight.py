"""What controls see of the server and may do to it; the composition root fills it in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from understudy.config.script import Script
from understudy.config.settings import Settings
from understudy.engine.timeline import Course, Timeline
from understudy.model.call import Call
from understudy.model.exchange import Exchange
from understudy.model.http import Request
from understudy.model.ports import Clock
from understudy.observe.durations import Durations
from understudy.observe.journal import Journal
from understudy.observe.metrics import Counters
from understudy.observe.pacing import Pacing
from understudy.observe.readings import Queue

if TYPE_CHECKING:
    from understudy.config.overlay import Overlay, Section, Verb
    from understudy.control._feed import Feed

__all__ = ["Changeable", "Queue", "Resettable", "Sight"]


class Changeable(Protocol):
    """What scripts and settings say, and how that is changed while the server runs."""

    @property
    def script(self) -> Script:
        """The script in force, changes included."""
        ...

    @property
    def overlay(self) -> Overlay | None:
        """The changes in force."""
        ...

    def amend(self, verb: Verb, section: Section, data: Any = None, name: str | None = None) -> None:
        """Change a section, whole or not at all; the next request meets it.

        Raises:
            ScriptError: with every mistake.
            UsageError: when the settings do not go together.
        """
        ...


class Resettable(Protocol):
    """State that can be forgotten."""

    def forget(self, wanted: Callable[[str, str], bool]) -> None:
        """Forget the counts for which `wanted(session, key)` holds."""
        ...

    def reset(self, session: str | None = None) -> None:
        """Forget one session, or everything."""
        ...


class Sight(Struct):
    """The server as controls see it.

    `started` is when it began on the monotonic clock; `settings` gives those in force; `cut` tells how many connections were
    cut off; `queues` are the simulated engines by the name of their model. `changes` takes changes; `timeline` gives the one in
    force, `course` is since when it runs. `feed` hands on what happens. `read` decodes a request, `again` makes the bytes of an
    answer again. `begun` is the number of the newest answer.
    """

    clock: Clock
    started: float
    settings: Callable[[], Settings]
    state: Resettable
    journal: Journal
    counters: Counters
    durations: Durations
    pacing: Pacing
    connections: Callable[[], int]
    cut: Callable[[], int]
    queues: Callable[[], Mapping[str, Queue]]
    changes: Changeable
    timeline: Callable[[], Timeline | None]
    course: Course
    feed: Feed
    read: Callable[[Request], Call | None]
    again: Callable[[Exchange], bytes | None]
    begun: Callable[[], int]
