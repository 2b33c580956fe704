"""A batched engine by step simulation: who is in the next step, how long it takes, which tokens are there when it ends.

Works as vLLM's scheduler does (docs.vllm.ai, "Optimization and Tuning", read November 2026): first come, first served; decoding
goes before prompts, which share what is left of a step's tokens; who is youngest gives way when memory runs out, and starts
over. Prompts of any length mixed into steps with decoding: Sarathi-Serve (arXiv 2403.02310). Joining and leaving at every step:
Orca (OSDI 2022). Sequences are always in the order they came in: those that run, oldest first, then those that wait.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from math import inf

from msgspec.structs import astuple

from understudy.capacity.memory import Memory
from understudy.capacity.snapshot import Counts, Snapshot
from understudy.capacity.spec import CapacitySpec
from understudy.capacity.ticket import Order, Ticket, adapters
from understudy.model.plan import Gate, Step
from understudy.model.reply import Failure


class Batcher:
    """One engine. Somebody must play its `steps`, as any plan is played; without requests it waits and costs nothing.

    `scale` says by what factor a step that begins at a moment takes longer, `model` which one it is for, "" for many.
    """

    scale: Callable[[float], float] | None = None
    model: str = ""

    def __init__(self, spec: CapacitySpec) -> None:
        self.spec = spec
        self._memory = Memory(spec)
        self._waiting: OrderedDict[Ticket, None] = OrderedDict()
        self._prefilling: dict[Ticket, None] = {}
        self._decoding: dict[Ticket, None] = {}
        self._growing: list[Ticket] = []  # of those that decode: the next token needs another block
        self._at = 0.0  # when the step under way began
        self._wake = Gate()
        self._idle, self._retired = True, False
        self._counts = Counts()

    @property
    def snapshot(self) -> Snapshot:
        """How it stands."""
        names = adapters([*self._decoding, *self._prefilling]), adapters(self._waiting)
        return Snapshot(*(*astuple(self._counts), len(self._waiting), self._running, self._memory.used, *names))

    @property
    def busy(self) -> bool:
        """Whether there is anything to do."""
        return bool(self._decoding or self._prefilling or self._waiting)

    def cached_tokens(self, prompt_tokens: int, names: Sequence[int]) -> int:
        """Count the tokens of a prompt that the prefix cache holds now; looking changes nothing."""
        return self._memory.peek(names, max(prompt_tokens, 1)) * self.spec.block_size

    def submit(
        self, came: float, orders: Sequence[Order], delay: float = 0.0, now: float = -inf, refused: Failure | None = None
    ) -> Ticket | Failure:
        """Take all sequences of an answer in, and give the ticket of the first, which has the others; or take none and say why.

        Args:
            came: the moment they came; each is let in by the first step that begins then or later and has room. An engine that
                has nothing to do begins one then, even if that is past.
            orders: one at least.
            delay: seconds that what is made takes on its way to who plays the answer.
            now: the moment they are heard of, where that is later.
            refused: why they are not to be taken in, which is counted here.
        """
        failure = refused or self.spec.refusal(orders, self._running + len(self._waiting))
        if failure is not None:
            self._counts.rejected += 1
            return failure
        tickets = [Ticket(came, order, self._cancel, delay) for order in orders]
        for ticket in tickets:
            ticket.cached_tokens = self._memory.found(ticket) * self.spec.block_size
            self._waiting[ticket] = None
        tickets[0].others = tickets[1:]
        self._rouse(max(came, now))
        return tickets[0]

    def steps(self) -> Iterator[Step]:
        """Give the plan to play, once: a gate that is open from the end of each step, and shut where there is nothing to do.

        Gates tell moments, so that a step begins when it should have, however late it is thought about.
        """
        while self.busy or not self._retired:
            yield self._wake
            while self.busy:
                yield from self._step()
            self._growing.clear()
            self._idle = True

    def _step(self) -> Iterator[Step]:
        if self._running == 0:
            self._at = max(self._at, next(iter(self._waiting)).arrived)
        at = self._at + self._begin()
        self._wake.open(at)
        yield self._wake
        self._at = at
        for ticket in self._finish():
            ticket.passes(at)

    def forget(self) -> None:
        """Let no prompt find what no sequence holds."""
        self._memory.forget()

    def retire(self) -> None:
        """End the plan once everything that was taken in is done."""
        self._retired = True
        self._rouse(self._at)

    def _rouse(self, now: float) -> None:
        """Have the plan go on, if it waits for something to do."""
        if self._idle:
            self._idle = False
            self._wake.open(now)

    @property
    def _running(self) -> int:
        return len(self._decoding) + len(self._prefilling)

    def _begin(self) -> float:
        """Decide on a step; return how long it takes."""
        spec = self.spec
        growing, self._growing = self._growing, []
        for ticket in growing:
            if ticket.state == "decoding":
                self._grow(ticket, ticket.prompt + ticket.produced)
        budget = spec.max_num_batched_tokens - len(self._decoding)
        prefilled = self._fill(list(self._prefilling), budget)
        prefilled += self._admit(budget - prefilled)
        context = sum(t.prompt + t.produced for t in self._decoding) if spec.decode_per_kv_token else 0
        duration = spec.duration(prefilled, len(self._decoding), context)
        return duration if self.scale is None else duration * self.scale(self._at)

    def _fill(self, tickets: list[Ticket], budget: int) -> int:
        """Give prompts their part of the step; return how many tokens that is."""
        left = budget
        for ticket in tickets:
            if ticket.state == "prefilling":  # else a block for somebody older has cost it its place
                chunk = min(ticket.goal - ticket.computed, left)
                if self._grow(ticket, ticket.computed + chunk):
                    ticket.chunk = chunk
                    left -= chunk
                    self._memory.settle(ticket, ticket.computed + chunk)
        return budget - left

    def _admit(self, budget: int) -> int:
        """Let in who waits, in order, as long as slots, tokens and memory last; return the tokens that takes."""
        left = budget
        while left > 0 and self._waiting and self._running < self.spec.max_num_seqs:
            ticket = next(iter(self._waiting))
            if ticket.arrived > self._at or not self._memory.enter(ticket):
                break
            self._enter(ticket)
            left -= self._fill([ticket], left)
        return budget - left

    def _enter(self, ticket: Ticket) -> None:
        del self._waiting[ticket]
        self._prefilling[ticket] = None
        ticket.state = "prefilling"
        if ticket.admitted is None:
            ticket.admitted = self._at
            ticket.cached_tokens = ticket.computed
            if self.spec.prefix_cache:
                self._counts.prefix_queries += ticket.prompt
                self._counts.prefix_hits += ticket.computed

    def _grow(self, ticket: Ticket, tokens: int) -> bool:
        """Make room for so many tokens of a sequence. The youngest give way, itself if need be: tell whether it has it."""
        while not self._memory.hold(ticket, tokens):
            youngest = next(reversed(self._prefilling or self._decoding))
            self._preempt(youngest)
            if youngest is ticket:
                return False
        return True

    def _preempt(self, ticket: Ticket) -> None:
        self._let_go(ticket)
        self._counts.preemptions += 1
        ticket.state = "waiting"
        self._waiting[ticket] = None
        self._waiting.move_to_end(ticket, last=False)

    def _finish(self) -> list[Ticket]:
        """Count what the step has made; return whose plans go on. Nothing else happens before everything is counted."""
        at = self._at
        passing: list[Ticket] = []
        closer: list[Ticket] = []
        for ticket in self._decoding:
            ticket.produced = produced = ticket.produced + 1
            if produced == ticket.wanted:
                passing.append(ticket)
            elif produced > ticket.wanted:
                ticket.late(at)
            if produced >= ticket.alarm:
                closer.append(ticket)
        self._counts.produced += len(self._decoding)
        self._counts.steps += 1
        for ticket in closer:
            self._look(ticket)
        for ticket in list(self._prefilling):
            ticket.computed += ticket.chunk
            ticket.chunk = 0
            if ticket.computed == ticket.goal:
                self._first(ticket, passing)
        return passing

    def _first(self, ticket: Ticket, passing: list[Ticket]) -> None:
        """The prompt is worked out: the next token is there, and decoding begins."""
        del self._prefilling[ticket]
        self._decoding[ticket] = None
        ticket.state = "decoding"
        ticket.produced += 1
        self._counts.produced += 1
        if ticket.produced == ticket.wanted:
            passing.append(ticket)
        elif ticket.produced > ticket.wanted:
            ticket.late(self._at)
        if ticket.produced >= ticket.alarm:
            self._look(ticket)

    def _look(self, ticket: Ticket) -> None:
        """A sequence is over, or has filled its blocks."""
        self._memory.settle(ticket, ticket.prompt + ticket.produced - 1)
        if ticket.produced < ticket.output:
            self._growing.append(ticket)
        else:
            self._let_go(ticket)
            ticket.state = "done"

    def _let_go(self, ticket: Ticket) -> None:
        """Free the slot and the blocks of a sequence that runs."""
        (self._decoding if ticket.state == "decoding" else self._prefilling).pop(ticket)
        self._memory.leave(ticket)

    def _cancel(self, ticket: Ticket) -> None:
        if ticket.state == "waiting":
            del self._waiting[ticket]
        elif ticket.state in ("prefilling", "decoding"):
            self._let_go(ticket)
        else:
            return
        ticket.state = "cancelled"
