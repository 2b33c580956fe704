"""The memory of an engine: blocks that sequences hold, share by name, and leave behind for others to find.

A block is blank (nobody's), held without a name, or named. Named blocks may be held by many; when nobody holds one any more
it stays findable until its room is needed, the one unused for longest going first. Knows no sequence and no time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence


class Blocks:
    """A fixed number of blocks. Whoever takes blocks without a name counts them, and gives them back by number."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._blank = total
        self._holders: dict[int, int] = {}  # by name, of the named blocks that are held
        self._idle: OrderedDict[int, None] = OrderedDict()  # named blocks nobody holds, the one unused for longest first

    @property
    def free(self) -> int:
        """How many blocks can be had."""
        return self._blank + len(self._idle)

    def found(self, names: Sequence[int], most: int) -> int:
        """Count the first blocks of a chain that are there, up to a number."""
        holders, idle = self._holders, self._idle
        for count in range(min(most, len(names))):
            name = names[count]
            if name not in holders and name not in idle:
                return count
        return min(most, len(names))

    def spare(self, names: Sequence[int]) -> int:
        """How many blocks can be had besides these, which are there."""
        idle = self._idle
        return self.free - sum(name in idle for name in names)

    def share(self, names: Sequence[int]) -> None:
        """Hold blocks that are there."""
        holders, idle = self._holders, self._idle
        for name in names:
            if name in idle:
                del idle[name]
            holders[name] = holders.get(name, 0) + 1

    def take(self, count: int) -> bool:
        """Hold blocks without a name, at the cost of idle ones if need be; take none when there are not enough."""
        if count > self.free:
            return False
        for _ in range(count - self._blank):
            self._idle.popitem(last=False)
            self._blank += 1
        self._blank -= count
        return True

    def name(self, name: int) -> bool:
        """Give a held block a name; there can be only one of each, so tell whether it got it.

        A block that nobody holds loses it to this one, which is of use for longer, and is blank then.
        """
        if name in self._holders:
            return False
        if name in self._idle:
            del self._idle[name]
            self._blank += 1
        self._holders[name] = 1
        return True

    def release(self, names: Sequence[int], nameless: int) -> None:
        """Let go of blocks. The end of a chain goes first when room is needed: its beginning is of use to more prompts."""
        self._blank += nameless
        for name in reversed(names):
            left = self._holders.pop(name) - 1
            if left:
                self._holders[name] = left
            else:
                self._idle[name] = None

    def forget(self) -> None:
        """Let nobody find what nobody holds."""
        self._blank += len(self._idle)
        self._idle.clear()
