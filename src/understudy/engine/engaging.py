"""An answer that a simulated engine makes: its sequences, and what it says of its prompt once that is known.

In: a call and what it is answered. Out: a refusal, or steps. How long an answer is has to be known when the request comes, so
it is encoded then, with what the engine holds at that moment. When its sequences are let in, another part of the prompt may be
found; then it is encoded once more, and all else of it is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import cycle

from msgspec.structs import replace

from understudy.capacity import Batcher, Order, Ticket
from understudy.dialects import Endpoint, Moment
from understudy.engine import framing
from understudy.engine.capacity import prompts_of
from understudy.engine.faulting import Strikes
from understudy.engine.noting import settle
from understudy.engine.twin import Twins
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.plan import Step
from understudy.model.ports import Store
from understudy.model.reply import Failure, Reply


class Engaged:
    """An answer on its way through an engine.

    Args:
        engine: what makes it.
        endpoint: who encodes it.
        call: what it answers.
        replies: one for each choice of each prompt.
        moment: is told what the engine holds of the prompts, and gets a store that can be encoded with twice.
        struck: the faults that strike it.
        adapter: the adapter (LoRA) that the model has for it, "" for none.

    Attributes:
        answer: as it was encoded last, faults included.
        ticket: its place in the engine, once it is submitted.
    """

    ticket: Ticket

    def __init__(
        self,
        engine: Batcher,
        endpoint: Endpoint,
        call: Call,
        replies: tuple[Reply, ...],
        moment: Moment,
        struck: Strikes | None,
        adapter: str = "",
    ) -> None:
        self._engine, self._endpoint, self._call, self._replies, self._struck = engine, endpoint, call, replies, struck
        self._adapter = adapter
        self._prompts = prompts_of(call, moment.prompt_tokens, engine.spec)
        self._choices = max(1, len(replies) // len(self._prompts))
        self._claims: list[int] = []
        moment.cached_tokens = sum(engine.cached_tokens(prompt.tokens, prompt.names) for prompt in self._prompts)
        self._before, self._moment = replace(moment), moment
        self.answer = self._encoded()

    def _encoded(self) -> Body | Stream:
        moment = self._moment
        if moment.store is not None:
            moment.store = _Granting(moment.store, self._claims)
        answer = self._endpoint.encode(self._call, self._replies, moment)
        self._afterwards = moment.afterwards
        self._unspoilt = answer = framing.awaited(answer) if isinstance(answer, Stream) else answer
        return answer if self._struck is None else self._struck.on_frames(answer)

    def submit(self, came: float, twins: Twins, delay: float, now: float) -> Failure | None:
        """Have it made, or say why not. Every choice is taken to be as long as the longest.

        Args:
            came: the moment the request came.
            twins: know how long the stream is that an answer could have been.
            delay: seconds that pass before the answer in any case.
            now: the moment it is.
        """
        orders, refused = self._orders(twins)
        del self._prompts  # texts, which may be long
        ticket = self._engine.submit(came, orders, delay, now, refused)
        if isinstance(ticket, Failure):
            self.tell("client_gone")  # whoever keeps answers hears that there will be none
            return ticket
        if self._moment.making is not None:
            self._moment.making.made = lambda: ticket.is_made
        self.ticket = ticket
        return None

    def _orders(self, twins: Twins) -> tuple[list[Order], Failure | None]:
        """What is wanted of the engine, or why the provider refuses it."""
        try:
            tokens, spec = self._fit(twins), self._engine.spec
        except RequestError as error:
            return [], error.failure
        each = [prompt for prompt in self._prompts for _ in range(self._choices)]
        of = zip(each, cycle(self._replies))
        return [prompt.order(self._call, reply, tokens, spec, self._adapter) for prompt, reply in of], None

    def _fit(self, twins: Twins) -> int:
        """End the answer where the engine's window does, beside the longest prompt; return its tokens.

        Raises:
            RequestError: where the provider refuses what it is asked for in such a window.
        """
        window, prompt = self._engine.spec.window, max(prompt.tokens for prompt in self._prompts)
        call, room = self._fitted(prompt, window), window - max(prompt, 1)
        tokens = self._tokens(twins)
        if max(tokens, self._unspoilt.completion_tokens) > room:
            self._call, self._moment = call, replace(self._before)
            self.answer = self._encoded()
            tokens = self._tokens(twins)
        return min(tokens, room)

    def _fitted(self, prompt: int, window: int) -> Call:
        """Fit the call into a window as its provider does; leniently no more is asked than there is room for."""
        try:
            return self._endpoint.fit(self._call, prompt, window)
        except RequestError:
            if self._moment.options.strict or prompt >= window:
                raise
            return self._endpoint.fit(replace(self._call, max_tokens=window - prompt), prompt, window)

    def _tokens(self, twins: Twins) -> int:
        """The tokens that its stream says: an engine takes no time for thoughts that nobody sees."""
        answer = self._unspoilt
        if isinstance(answer, Stream):
            return sum(answer.sheet.own_time())
        return twins.tokens(self._endpoint, self._call, self._replies, self._moment, answer)

    def tell(self, outcome: str) -> None:
        """Tell an encoder that wants to know it how its answer went."""
        if self._afterwards is not None:
            self._afterwards(outcome)

    def made(self) -> Body | Stream:
        """Give the answer with what was found of its prompts, once it has been let in."""
        found = sum(each.cached_tokens for each in (self.ticket, *self.ticket.others)[:: self._choices])
        if found != self._moment.cached_tokens:
            self._moment = replace(self._before, cached_tokens=found)
            self.answer = self._encoded()
        return self.answer

    def streamed(self, head: bytes, stream: Stream, *, chunked: bool) -> Iterator[Step]:
        """Send a stream as its tokens are made."""

        def again() -> Stream:
            made = self.made()
            if made is not stream and isinstance(made, Stream):
                settle(self._replies[0], made.sheet.frames)
            # nobody encodes it again, and it may go on for long
            del self._call, self._replies, self._before, self._moment, self._claims, self._unspoilt, self.answer
            return made if isinstance(made, Stream) else stream

        apart = bool(self.ticket.others) or (self._struck is not None and self._struck.in_transit)
        return framing.gated(head, stream, self.ticket.until, again, chunked=chunked, apart=apart)

    def whole(self, data: bytes, headed: Callable[[bytes], bytes] | None) -> Iterable[Step]:
        """Send a whole answer when all of it is made.

        Args:
            data: head and body as they are now. A fault on the way has to know them beforehand, so they stay as they are then.
            headed: puts the head before the body; None where none is sent.
        """
        if headed is None or (self._struck is not None and self._struck.in_transit):
            return [*map(framing.Quiet, self.ticket.whole()), data]
        return self._when_made(data, headed)

    def _when_made(self, data: bytes, headed: Callable[[bytes], bytes]) -> Iterator[Step]:
        yield from map(framing.Quiet, self.ticket.whole())
        before, made = self.answer, self.made()
        yield headed(made.data) if made is not before and isinstance(made, Body) else data


class _Granting:
    """The store of an answer that may be encoded again: it is granted what it claimed. Implements `model.ports.Store`."""

    def __init__(self, store: Store, claims: list[int]) -> None:
        self.get, self.put, self.drop, self.names = store.get, store.put, store.drop, store.names
        self._store, self._claims, self._made = store, claims, 0

    def claim(self, name: str) -> int:
        """Claim a name, for the first time or again."""
        if self._made == len(self._claims):
            self._claims.append(self._store.claim(name))
        self._made += 1
        return self._claims[self._made - 1]
