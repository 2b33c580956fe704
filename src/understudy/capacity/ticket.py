"""One sequence as the engine sees it, and the gate its answer waits at.

The engine counts tokens on it; whoever plays the answer asks for a token and is let through at the moment it was there. A plan
that lags behind passes at the moments of the past, for those of tokens nobody had asked for yet are kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

from understudy.model.plan import Gate

State = Literal["waiting", "prefilling", "decoding", "done", "cancelled"]


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
    """

    __slots__ = (
        "_cancel",
        "_late",
        "_passed",
        "admitted",
        "alarm",
        "arrived",
        "cached_tokens",
        "chunk",
        "computed",
        "gate",
        "goal",
        "named",
        "nameless",
        "names",
        "output",
        "produced",
        "prompt",
        "settled",
        "state",
        "wanted",
    )

    def __init__(
        self, arrived: float, prompt: int, names: Sequence[int], output: int, cancel: Callable[[Ticket], None]
    ) -> None:
        self.state: State = "waiting"
        self.prompt = prompt
        self.output = output
        self.produced = 0
        self.cached_tokens = 0
        self.arrived = arrived
        self.admitted: float | None = None
        self.gate = Gate()
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
        # Blocks: names along the sequence, those of them held, blocks held without a name, blocks full and looked at.
        self.names = names
        self.named: list[int] = []
        self.nameless = 0
        self.settled = 0

    @property
    def held(self) -> int:
        """How many blocks it holds."""
        return len(self.named) + self.nameless

    def cancel(self) -> None:
        """Give up slot, blocks and place in the queue at once; what is over stays so."""
        self._cancel(self)

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
        self.gate.open(self._passed)
        return self.gate

    def gates(self, tokens: Iterable[int]) -> Iterator[Gate | None]:
        """Give the gate to wait at before each frame of a stream: `tokens` says how many each carries, none needs no gate.

        It must be walked as the plan is played, not ahead of it: each step asks for the next token.
        """
        total = 0
        for count in tokens:
            total += count
            yield self.want(total) if count else None

    def whole(self) -> Gate:
        """Give the gate to wait at before an answer that is sent in one piece."""
        return self.want(self.output)

    def late(self, at: float) -> None:
        """Keep the moment of a token that nobody has asked for yet."""
        if self._late is None:
            self._late = deque()
        self._late.append(at)

    def passes(self, at: float) -> None:
        """Let the plan through: the token it asked for is there."""
        self._passed = at
        if self.state != "cancelled":
            self.gate.open(at)

    def _take(self) -> float:
        return self._late.popleft() if self._late else self._passed
