"""One sequence as the engine sees it, and the gate its answer waits at.

The engine counts tokens on it; whoever plays the answer asks for a token and is let through at the moment it was there. A plan
that lags behind passes at the moments of the past, for those of tokens nobody had asked for yet are kept. An answer of several
choices is as many sequences: whoever plays it holds the ticket of the first, which asks for the others as well.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from understudy.model.plan import Gate

State = Literal["waiting", "prefilling", "decoding", "done", "cancelled"]


class Order(NamedTuple):
    """A sequence that somebody wants.

    Attributes:
        prompt: tokens of the prompt.
        names: what `chain` made of the prompt.
        output: tokens of the answer; one has at least one.
        further: what it made of all that follows the blocks of the prompt, so that the answer can be found, too.
        adapter: the name of the adapter (LoRA) that the model is to have for it, "" for none.
    """

    prompt: int
    names: Sequence[int] = ()
    output: int = 1
    further: Sequence[int] = ()
    adapter: str = ""


class Ticket:
    """A sequence in an engine; made by `Batcher.submit`. Thousands live at once, so it holds no more than it must.

    Attributes:
        state: where it is; a sequence that was preempted is waiting again.
        prompt: tokens of the prompt.
        output: tokens of the answer.
        produced: those of them that are there.
        cached_tokens: prompt tokens found in the prefix cache when it was let in; before that, when it came.
        arrived: the moment it came.
        admitted: the moment it was first let in; None while that has not happened.
        gate: what its plan waits at.
        others: the other sequences of the answer, on the ticket of the first.
        delay: seconds that everything of the answer takes on its way to who plays it.
        adapter: the name of its adapter, "" for none.
    """

    __slots__ = (
        "_cancel",
        "_late",
        "_passed",
        "adapter",
        "admitted",
        "alarm",
        "arrived",
        "cached_tokens",
        "chunk",
        "computed",
        "delay",
        "further",
        "gate",
        "goal",
        "named",
        "nameless",
        "names",
        "others",
        "output",
        "produced",
        "prompt",
        "settled",
        "state",
        "wanted",
    )

    def __init__(self, arrived: float, order: Order, cancel: Callable[[Ticket], None], delay: float = 0.0) -> None:
        self.state: State = "waiting"
        self.prompt = max(order.prompt, 1)
        self.output = max(order.output, 1)
        self.produced = 0
        self.cached_tokens = 0
        self.arrived = arrived
        self.admitted: float | None = None
        self.gate = Gate()
        self.others: Sequence[Ticket] = ()
        self.delay = delay
        self.adapter = order.adapter
        self._cancel = cancel
        # What the plan asks for: it waits for the token of this number, or has passed it.
        self.wanted = 0
        self._passed = arrived
        self._late: deque[float] | None = None  # moments of the tokens behind `wanted`
        # What the engine keeps: tokens in memory, tokens to be worked out before the next one, tokens of this step.
        self.computed = 0
        self.goal = 0
        self.chunk = 0
        self.alarm = 0  # the engine looks closer when so many tokens are there
        # Blocks: names along the sequence, those that follow once there is an answer, those held, blocks held without a name,
        # blocks full and looked at.
        self.names = order.names
        self.further = order.further
        self.named: list[int] = []
        self.nameless = 0
        self.settled = 0

    @property
    def held(self) -> int:
        """How many blocks it holds."""
        return len(self.named) + self.nameless

    @property
    def is_made(self) -> bool:
        """Whether all of the answer is there."""
        return self.state == "done" and all(other.state == "done" for other in self.others)

    def came(self, at: float) -> None:
        """Hear from whoever plays the answer when the request came, which is known better then; too late once it was let in."""
        for ticket in (self, *self.others):
            if ticket.admitted is None:
                ticket.arrived = at

    def cancel(self) -> None:
        """Give up slots, blocks and places in the queue at once; what is over stays so."""
        self._cancel(self)
        for other in self.others:
            other.cancel()

    def until(self, tokens: int) -> Iterator[Gate]:
        """Give the gates to wait at, one after the other, before what carries the token of that number of each choice.

        They are taken as the plan is played, not ahead of it, and the numbers never fall.
        """
        yield self.want(tokens)
        for other in self.others:
            yield other.want(tokens)

    def whole(self) -> Iterator[Gate]:
        """Give the gates to wait at before an answer that is sent in one piece."""
        return self.until(self.output)

    def want(self, tokens: int) -> Gate:
        """Ask for a token by its number, counted from 1 and never falling; the gate opens at the moment it is there."""
        tokens = min(tokens, self.output)
        if tokens > self.produced:
            self._late = None
            self.wanted = tokens
            return self.gate
        if tokens > self.wanted:
            for _ in range(tokens - self.wanted):
                self._passed = self._take()
            self.wanted = tokens
        self.gate.open(self._passed + self.delay)
        return self.gate

    def late(self, at: float) -> None:
        """Keep the moment of a token that nobody has asked for yet."""
        if self._late is None:
            self._late = deque()
        self._late.append(at)

    def passes(self, at: float) -> None:
        """Let the plan through: the token it asked for is there."""
        self._passed = at
        if self.state != "cancelled":
            self.gate.open(at + self.delay)

    def _take(self) -> float:
        return self._late.popleft() if self._late else self._passed


def adapters(tickets: Iterable[Ticket]) -> tuple[str, ...]:
    """Name the adapters that sequences have, each once, in the order of their names."""
    return tuple(sorted({ticket.adapter for ticket in tickets} - {""}))
