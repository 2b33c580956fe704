"""Who has what of an engine's memory: sequences enter, grow, let others find what they filled, and leave.

In: tickets, whose counts of blocks and tokens this module alone changes. Decides nothing about order and turns nobody out: it
says whether there is room.
"""

from __future__ import annotations

from collections.abc import Sequence

from understudy.capacity.blocks import Blocks
from understudy.capacity.spec import CapacitySpec
from understudy.capacity.ticket import Ticket


class Memory:
    """The context of the sequences of one engine, in blocks."""

    def __init__(self, spec: CapacitySpec) -> None:
        self._size = spec.block_size
        self._finds = spec.prefix_cache
        self._blocks = Blocks(spec.blocks)
        self._twins: dict[int, dict[Ticket, None]] = {}  # by name: who has filled a block alike, which has no name

    @property
    def used(self) -> float:
        """The part of the blocks that is held, from 0 to 1."""
        return 1.0 - self._blocks.free / self._blocks.total

    def found(self, ticket: Ticket) -> int:
        """Count the blocks of a sequence that are there; its last token is always worked out: the next one comes of it."""
        return self.peek(ticket.names, ticket.prompt + ticket.produced)

    def peek(self, names: Sequence[int], tokens: int) -> int:
        """Count the first blocks of a chain of so many tokens that are there, all but the last token's."""
        return self._blocks.found(names, (tokens - 1) // self._size) if self._finds else 0

    def enter(self, ticket: Ticket) -> bool:
        """Give a sequence what is there of it already, if all that is to be worked out has room as well; tell whether."""
        goal = ticket.prompt + ticket.produced
        found = self.found(ticket)
        known = ticket.names[:found]
        if -(-goal // self._size) - found > self._blocks.spare(known):
            return False
        self._blocks.share(known)
        ticket.named = list(known)
        ticket.settled = found
        ticket.computed = found * self._size
        ticket.goal = goal
        return True

    def hold(self, ticket: Ticket, tokens: int) -> bool:
        """Hold blocks for so many tokens of a sequence; tell whether there are enough. Says when more will be needed."""
        held = ticket.held
        more = -(-tokens // self._size) - held
        if more > 0:
            if not self._blocks.take(more):
                return False
            ticket.nameless += more
            held += more
        ticket.alarm = min(ticket.output, held * self._size - ticket.prompt + 1)
        return True

    def settle(self, ticket: Ticket, tokens: int) -> None:
        """Let others find the blocks that are full; one that somebody else has filled alike waits for that one's name.

        What follows a prompt is there once some of the answer is.
        """
        if ticket.further and tokens > ticket.prompt:
            ticket.names, ticket.further = [*ticket.names, *ticket.further], ()
        for index in range(ticket.settled, min(tokens // self._size, len(ticket.names))):
            name = ticket.names[index]
            if self._blocks.name(name):
                ticket.named.append(name)
                ticket.nameless -= 1
            else:
                self._twins.setdefault(name, {})[ticket] = None
            ticket.settled = index + 1

    def leave(self, ticket: Ticket) -> None:
        """Free everything a sequence holds; names go to who has filled the same."""
        named = ticket.named
        if ticket.settled > len(named):
            self._no_twin(ticket)
        self._blocks.release(named, ticket.nameless)
        ticket.named = []
        ticket.nameless = ticket.settled = ticket.computed = ticket.chunk = 0
        if self._twins:
            self._hand_on(named)

    def _no_twin(self, ticket: Ticket) -> None:
        named = set(ticket.named)
        for name in ticket.names[: ticket.settled]:
            if name not in named:
                self._drop(name, ticket)

    def _drop(self, name: int, ticket: Ticket) -> None:
        twins = self._twins[name]
        del twins[ticket]
        if not twins:
            del self._twins[name]

    def _hand_on(self, names: Sequence[int]) -> None:
        """Give names that were let go of to blocks that wait for them, each to the one that was filled first."""
        heirs: dict[Ticket, set[int]] = {}
        for name in names:
            if name in self._twins and self._blocks.name(name):
                heir = next(iter(self._twins[name]))
                self._drop(name, heir)
                heirs.setdefault(heir, set()).add(name)
        for heir, inherited in heirs.items():
            heir.nameless -= len(inherited)
            inherited.update(heir.named)
            heir.named = [name for name in heir.names if name in inherited]

    def forget(self) -> None:
        """Let nobody find what no sequence holds."""
        self._blocks.forget()
