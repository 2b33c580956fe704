"""What all connections of one server share. Knows who is connected and whether the server is stopping; does nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Protocol

from understudy.model.plan import Outcome
from understudy.model.ports import App, Clock, OnError
from understudy.runtime.arrival import arrival, look
from understudy.runtime.aside import Aside
from understudy.runtime.loop import file_limit
from understudy.runtime.player import Player
from understudy.runtime.turn import Turn
from understudy.wire.heads import Heads
from understudy.wire.http1 import Limits

TURNED_AWAY: Final = 256
"""Most surplus connections that are turned away at the same time."""

RESERVED_FILES: Final = 64
"""Open files that are no such connections: listeners, logs, scripts, the loop's own, and those of who is cut off, for a turn.
Where few may be open it is less, down to what the server itself needs.

Who is accepted while no file is left is cut off by the event loop, and nobody hears of it.
"""

if TYPE_CHECKING:
    from understudy.runtime.connection import Connection


class Peer(Protocol):
    """What a server asks of everybody who is connected to it."""

    @property
    def working(self) -> bool:
        """Whether the client is still owed something."""
        ...

    def check(self, now: float) -> None:
        """End what has taken too long."""
        ...

    def wind_up(self) -> None:
        """Close as soon as the client has what it is owed."""
        ...

    def abort(self, outcome: Outcome) -> None:
        """Close at once."""
        ...


class Room:
    """How many connections there is room for.

    Args:
        connections: how many are wanted.
        files: how many files may be open; None where nobody counts.

    Attributes:
        cap: how many are served at once.
        crowd: how many more are turned away politely at the same time; the rest is cut off.
        cut: how many were cut off so far.
        words: what those are told who are turned away.
        problem: what keeps the server from serving as many as are wanted; "" for nothing.
    """

    __slots__ = ("_told", "cap", "crowd", "cut", "problem", "words")

    def __init__(self, connections: int, files: int | None) -> None:
        self.cap, self.crowd = room(connections, files)
        self.cut = self._told = 0
        self.problem, why, limit = "", "", "max-connections"
        if self.cap < connections:
            why, limit = f", for this process may have {files} files open", "that limit (ulimit -n)"
            self.problem = f"max-connections {connections}: expected at most {self.cap}{why}. Raise {limit}."
        self.words = f"connections: expected at most {self.cap} at once{why}. Try again soon, or raise {limit}."

    def newly_cut(self) -> int:
        """Tell how many were cut off since this was asked before."""
        newly, self._told = self.cut - self._told, self.cut
        return newly


class Hub:
    """The application, the limits, the player and the connections of a server, on its running loop."""

    __slots__ = (
        "app",
        "arrival",
        "aside",
        "connections",
        "heads",
        "limits",
        "look",
        "loop",
        "now",
        "on_error",
        "player",
        "room",
        "stopping",
        "surplus",
        "turn",
        "wall",
    )

    def __init__(self, app: App, limits: Limits, clock: Clock, player: Player, on_error: OnError) -> None:
        self.app = app
        self.limits = limits
        self.room = Room(limits.max_connections, file_limit())
        self.now = clock.monotonic
        self.wall = clock.wall
        self.arrival = arrival(clock, player)
        self.look = look(clock)
        self.player = player
        self.on_error = on_error
        self.loop = asyncio.get_running_loop()
        self.connections: set[Connection] = set()
        self.surplus: set[Peer] = set()  # those being turned away
        self.stopping = False
        self.heads = Heads()
        self.aside = Aside(self.loop.call_soon)
        self.turn = Turn(self.loop, app.respond)

    def is_full(self, others: int) -> bool:
        """Tell that there is room for nobody more, not even to be turned away politely, beside others that are no peers yet."""
        return len(self.connections) + len(self.surplus) + others >= self.room.cap + self.room.crowd


def room(connections: int, files: int | None) -> tuple[int, int]:
    """Tell how many connections to serve and how many to turn away, within the files a process may open.

    A polite refusal takes an open file too; without one left, clients are cut off by the kernel or not heard at all.

    Args:
        connections: how many are wanted.
        files: how many files may be open; None where nobody counts.
    """
    if files is None:
        return connections, TURNED_AWAY
    free = max(files - min(RESERVED_FILES, files // 4 + 16), 2)
    crowd = min(TURNED_AWAY, free // 4 + 1)
    return min(connections, free - crowd), crowd
