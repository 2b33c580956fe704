"""An engine on a stage: its plan and those of its answers are played on a virtual clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import pytest

from understudy.capacity import Batcher, CapacitySpec, Order, Ticket
from understudy.model.plan import Gate, Step
from understudy.runtime.clock import VirtualClock


class Stage:
    """One engine, and the answers that wait for it."""

    def __init__(self, **numbers: Any) -> None:
        self.clock = VirtualClock()
        self.engine = Batcher(CapacitySpec(**numbers))
        self.ended = False
        self.play(self.engine.steps(), done=self._end)

    def _end(self) -> None:
        self.ended = True

    def play(self, steps: Iterable[Step], start: float = 0.0, sent: list[Any] | None = None, done: Any = None) -> None:
        """Play a plan: `sent` gets the moment of each piece of bytes."""
        rest = iter(steps)

        def go_on(due: float) -> None:
            for step in rest:
                if isinstance(step, Gate):
                    if step.at is None:
                        step.heard = go_on
                        return
                    due, step.at = max(due, step.at), None
                elif isinstance(step, float):
                    due += step
                elif sent is not None:
                    sent.append(due)
                if due > self.clock.monotonic():
                    self.clock.call_at(due, partial(go_on, due))
                    return
            if done is not None:
                done()

        go_on(start)

    def submit(self, prompt: int, output: int, names: Iterable[int] = (), choices: int = 1, delay: float = 0.0) -> Any:
        """Submit now; a ticket or a failure. Names are those of the prompt first, then of the answer."""
        known, filled = list(names), prompt // self.engine.spec.block_size
        order = Order(prompt, known[:filled], output, known[filled:])
        return self.engine.submit(self.clock.monotonic(), [order] * choices, delay)

    def ask(self, prompt: int, output: int, names: Iterable[int] = (), done: Any = None, choices: int = 1) -> Answer:
        """Submit now and play the answer, one event a token of each choice."""
        answer = Answer(self.submit(prompt, output, names, choices))
        self.play(answer.plan(), self.clock.monotonic(), answer.moments, done)
        return answer

    def at(self, moment: float, action: Callable[[], object]) -> None:
        """Do something at a moment to come."""
        self.clock.call_at(moment, lambda: [action(), None][1])

    def run(self) -> None:
        """Play until nothing is waited for."""
        while self.clock.pending:
            self.clock.advance(1000.0)


class Answer:
    """A stream of one event a token, and when each went out."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        self.moments: list[float] = []

    def plan(self) -> Iterator[Step]:
        for token in range(1, self.ticket.output + 1):
            yield from self.ticket.until(token)
            yield b"token"


@pytest.fixture(scope="session")
def stage() -> Callable[..., Stage]:
    return Stage


@pytest.fixture(scope="session")
def whole() -> Callable[[Batcher], None]:
    """Check that every block of an engine is accounted for, and that all who look for a full one find it."""

    def check(engine: Batcher) -> None:
        blocks = engine._memory._blocks
        running = [*engine._decoding, *engine._prefilling]
        nameless = sum(ticket.nameless for ticket in running)
        assert blocks._blank + len(blocks._idle) + len(blocks._holders) + nameless == blocks.total
        assert blocks._blank >= 0
        assert not blocks._idle.keys() & blocks._holders.keys()
        assert sum(blocks._holders.values()) == sum(len(ticket.named) for ticket in running)
        assert all(ticket.held == 0 for ticket in engine._waiting)
        for ticket in running:
            full = ticket.names[: ticket.settled]
            assert blocks.found(full, len(full)) == len(full)
            assert ticket.named == [name for name in full if ticket not in engine._memory._twins.get(name, ())]
        assert all(twins.keys() <= set(running) for twins in engine._memory._twins.values())

    return check
