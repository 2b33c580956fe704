"""The timer wheel: streams by the moment they are due, in slots of equal width. Putting one in costs no search.

A slot holds what is due up to its end, so nothing is taken early, and late by at most the width of a slot. The wheel has no
rim: slots exist only while they hold somebody, so a wait of a day costs what one of a millisecond does.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Generic, TypeVar

T = TypeVar("T")

_NEAR = 64  # slots looked through one by one before all are searched for the first
_UP = (
    1 - 1e-3
)  # rounds a moment up to the end of its slot, but for a thousandth: sums of waits are never quite what was written
_NO_WIDTH = 1e-12  # seconds: slots below that are moments


class Wheel(Generic[T]):
    """What is due when.

    Args:
        step: the width of a slot in seconds; a power of two so small that it says next to nothing keeps moments as they are.

    Attributes:
        exact: whether slots are moments.
        rate: slots in a second.
        up: what rounds the number of a slot up.
        spare: seconds by which a slot may come before what is in it is due.
        slots: who is in them; to be put in directly only if due behind the slot that was taken last.
    """

    __slots__ = ("_at", "exact", "rate", "slots", "spare", "up")

    def __init__(self, step: float) -> None:
        self.rate = 1.0 / step
        self.exact = step <= _NO_WIDTH
        self.up = 0.0 if self.exact else _UP
        self.spare = (1.0 - self.up) * step
        self.slots: defaultdict[int, list[T]] = defaultdict(list)
        self._at = 0  # no slot before this one holds anybody

    def slot(self, due: float) -> int:
        """Number the slot of a moment."""
        return int(due * self.rate + self.up)

    def nearest(self, at: float) -> int:
        """Tell a moment in slots."""
        return int(at * self.rate + 0.5)

    def put(self, slot: int, entry: T) -> None:
        """Put somebody into a slot."""
        self.slots[slot].append(entry)
        if slot < self._at:
            self._at = slot

    def remove(self, slot: int, entry: T) -> bool:
        """Take somebody out, and tell whether that was possible: not when the slot has been taken already."""
        found = self.slots.get(slot)
        if found is None or entry not in found:
            return False
        found.remove(entry)
        if not found:
            del self.slots[slot]
        return True

    def first(self) -> int | None:
        """Number the first slot that holds somebody; None when the wheel is empty."""
        slots = self.slots
        if not slots:
            return None
        for at in range(self._at, self._at + _NEAR):
            if at in slots:
                self._at = at
                return at
        self._at = at = min(slots)
        return at

    def take(self, last: float, enough: int) -> list[tuple[int, list[T]]]:
        """Take so many out of the slots up to `last`, slot by slot, first come, first; fewer when there are no more.

        Whoever is put in next may not be due before that slot.
        """
        slots = self.slots
        taken: list[tuple[int, list[T]]] = []
        while enough and (slot := self.first()) is not None and slot <= last:
            found = slots[slot]
            if len(found) > enough:
                taken.append((slot, found[:enough]))
                del found[:enough]
                break
            taken.append((slot, slots.pop(slot)))
            enough -= len(found)
        if taken:
            self._at = min(self._at, int(last))
        return taken

    def start(self, slot: int) -> float:
        """Tell when a slot may be taken: the moment its last entry is due, at the latest."""
        return slot / self.rate

    def __len__(self) -> int:
        return sum(map(len, self.slots.values()))
