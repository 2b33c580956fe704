"""Which faults strike a call, and what they make of its answer.

Faults come from the request, the reply, the rule, the model, the phase of the timeline and the script, in this order: what is
closest to the reply acts first, and the first that answers an error wins over the later ones that would. Each draws from a
decision of its own. Nothing here is reached while no fault is configured or asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from operator import is_
from typing import Final

from msgspec import Struct

from understudy.engine import framing
from understudy.engine.decision import Decision, decide
from understudy.engine.faultbook import Labelled, counter_of, labelled, strikes_requests
from understudy.engine.scope import Scope
from understudy.engine.state import State
from understudy.faults import AMONG_EVENTS, Armed, Fault, NoEvent, Striking, line_end_of, spelled
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.http import Request
from understudy.model.plan import Step
from understudy.model.reply import Reply
from understudy.wire.answer import fields_of
from understudy.wire.credentials import api_key

ON_THE_WAY: Final = ("on_frames", "on_head", "on_steps")
"""Levels of what acts on an answer, whatever it says."""


class Counts(Struct):
    """The counters of a fault in a session, and draws for arrivals; implements `faults.Counts`."""

    state: State
    session: str
    seed: int
    tally: str

    def advance(self, key: str) -> int:
        """Count one more."""
        return self.state.advance(self.session, f"{key} {self.tally}")

    def count(self, key: str) -> int:
        """Look a counter up."""
        return self.state.count(self.session, f"{key} {self.tally}")

    def arrival(self, key: str, number: int) -> float:
        """Draw for an arrival."""
        return decide(f"{self.session}\0{key}".encode(), self.seed).uniform(f"arrival-{number}")


class Strikes:
    """The faults that strike one call, each with what it may know, in order; `bodiless`: only a head is sent."""

    def __init__(self, pairs: list[tuple[Fault, Striking]], *, bodiless: bool = False) -> None:
        self._pairs = self._all = pairs
        self._bodiless, self._failed = bodiless, False

    @property
    def labels(self) -> tuple[str, ...]:
        """What strikes, each as a header would ask for it."""
        return tuple(spelled(fault) for fault, _ in self._pairs)

    @property
    def drawn(self) -> tuple[str, ...]:
        """The name under which each of them draws."""
        return tuple(context.label for _, context in self._pairs)

    @property
    def in_transit(self) -> bool:
        """Say whether a fault acts on the bytes that are sent, or their time."""
        return any(fault.acts("on_head", "on_steps") for fault, _ in self._pairs)

    @property
    def needs_events(self) -> bool:
        """Say whether every event has to be a step of its own."""
        return any(
            fault.needs_events or (fault.at is not None and fault.at.kind in AMONG_EVENTS and fault.acts("on_steps"))
            for fault, _ in self._pairs
        )

    def on_replies(self, replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
        """Change what is answered; once a fault has made it an error, later ones that act on replies are out.

        So are those that act on nothing else and found nothing to change; an answer byte by byte is no other for a stream.
        """
        kept: list[tuple[Fault, Striking]] = []
        failed = self._failed
        for fault, context in self._pairs:
            if failed and fault.acts("on_reply"):
                continue
            given, streamed = replies, context.call.stream
            replies = tuple(fault.on_reply(reply, context) for reply in given)
            is_changed = not all(map(is_, replies, given))
            context.struck = is_changed or context.call.stream != streamed
            if is_changed and replies[0].failure is not None:
                failed, kept = True, _overtaken(kept)
            if context.struck or fault.acts(*ON_THE_WAY):
                kept.append((fault, context))
        if replies[0].raw is not None:
            kept = _overtaken(kept)
        self._pairs = self._all = kept
        self._failed = failed
        return replies

    def on_frames(self, answer: Body | Stream) -> Body | Stream:
        """Change the encoded answer; faults that find nothing in it to strike are out, as are all events where none is sent."""
        for fault, context in () if self._bodiless and isinstance(answer, Stream) else self._in_turn():
            _describe(context, answer)
            given, answer = answer, fault.on_frames(answer, context)
            context.struck = context.struck or answer is not given
        self._keep(answer)
        return answer

    def on_error(self, answer: bytes) -> None:
        """Take a framed error for the answer; faults change its way only, for what they made of another one is not sent."""
        self._pairs = self._all
        for _, context in self._pairs:
            context.struck = context.struck and self._failed
        kind = next((value for name, value in fields_of(answer) if name == "content-type"), "")
        self._keep(Body(answer.partition(b"\r\n\r\n")[2], content_type=kind))

    def framed(self, head: bytes, stream: Stream, waits: Iterable[float] | None, *, chunked: bool) -> Iterable[Step]:
        """Frame a stream: every event a step of its own when a fault needs it or there are waits in between."""
        if waits is None and not self.needs_events:
            return framing.at_once(head, stream, chunked=chunked)
        return framing.one_by_one(head, stream, waits, chunked=chunked)

    def on_steps(self, steps: Iterable[Step], *, chunked: bool, erred: Callable[[], object]) -> Iterable[Step]:
        """Change what happens on the connection, whose first bytes begin with the whole head; `erred` hears of error events."""
        before: list[Step] = []
        rest = iter(steps)
        head = b""
        for step in rest:
            if isinstance(step, bytes):
                size = step.index(b"\r\n\r\n") + 4
                head = self._on_head(step[:size])
                before.append(head + step[size:])
                break
            before.append(step)
        steps = chain(before, rest)
        for fault, context in self._in_turn():
            context.head_bytes, context.chunked, context.erred = len(head), chunked and context.stream, erred
            steps = fault.on_steps(steps, context)
        return (bytes(step) if isinstance(step, NoEvent) else step for step in steps)

    def _in_turn(self) -> list[tuple[Fault, Striking]]:
        """Those that go by events before those that frame events otherwise, those that go by bytes and moments last."""
        return sorted(self._pairs, key=lambda pair: pair[0].turn)

    def _keep(self, answer: Body | Stream) -> None:
        """Keep those that have struck, or will strike the answer on its way."""
        if self._bodiless:
            answer = Body(b"", content_type=answer.content_type)
        for _, context in self._pairs:
            _describe(context, answer)
        self._pairs = [(fault, context) for fault, context in self._pairs if context.struck or fault.finds(context)]

    def _on_head(self, head: bytes) -> bytes:
        for fault, context in self._pairs:
            head = fault.on_head(head, context)
        return head


def _overtaken(pairs: list[tuple[Fault, Striking]]) -> list[tuple[Fault, Striking]]:
    """Those that are left when what they have changed is not answered, but may still strike what is on its way."""
    for _, context in pairs:
        context.struck = False
    return [(fault, context) for fault, context in pairs if fault.acts(*ON_THE_WAY)]


def _describe(context: Striking, answer: Body | Stream) -> None:
    context.grammar, context.content_type = answer.grammar, answer.content_type
    if isinstance(answer, Stream):
        context.stream, context.tokens, context.brackets, context.size = True, answer.sheet.tokens, answer.brackets, None
        context.line_end = line_end_of(answer)
        context.events = len(answer.sheet.frames) + len(answer.last)
        if answer.brackets is not None and answer.last[-1:] == (answer.brackets.end,):
            context.events -= 1  # it ends the body and is no event
    else:
        context.stream, context.tokens, context.brackets, context.size = False, (), None, len(answer.data)
        context.events = int(context.size > 0)


def strikes(
    scope: Scope,
    call: Call,
    request: Request,
    chosen: tuple[Labelled, ...],
    phase: tuple[Labelled, ...],
    decision: Decision,
    state: State,
    elapsed: float,
    prompt_tokens: int,
) -> Strikes | None:
    """Find the faults that strike a call; None when none does.

    Args:
        chosen: the faults of the reply and its rule.
        phase: those of the timeline now.
        elapsed: seconds since the server started.
    """
    book = scope.world.faults
    others: Iterable[Labelled] = chain(chosen, *book.of(call.model), filter(strikes_requests, phase), book.general())
    if call.operation == "health":  # who watches over the server wants to know of the server
        others = (entry for entry in others if entry[1].chooses)
    candidates = chain(labelled("request", scope.controls.faults), others)
    pairs = []
    for label, armed in candidates:
        if armed.test is not None and armed.test(call, request) is None:
            continue
        if not _strikes(label, armed, scope, call, drawing(decision, label), state, elapsed):
            continue
        pairs.append((armed.fault, context_of(scope, call, decision, label, prompt_tokens)))
    return Strikes(pairs, bodiless=scope.head.method == "HEAD") if pairs else None


def _strikes(label: str, armed: Armed, scope: Scope, call: Call, random: Decision, state: State, elapsed: float) -> bool:
    key, trigger = counter_of(label), armed.trigger
    if trigger.per == "model":
        key = f"{key} model {call.model}"
    elif trigger.per == "key":
        secret = (api_key(scope.head) or "").encode("latin-1", "replace")
        key = f"{key} key {decide(secret, 0).token}"  # a snapshot of counters tells no secrets
    return trigger.strikes(key, elapsed, random, Counts(state, scope.session, scope.world.settings.seed, armed.tally))


def drawing(decision: Decision, label: str) -> Decision:
    """What a fault of that name draws from."""
    return decision.child(f"fault {label}")


def context_of(scope: Scope, call: Call, decision: Decision, label: str, prompt_tokens: int) -> Striking:
    """Say what a fault of that name may know."""
    dialect, options = scope.dialect, scope.options
    return Striking(
        call,
        drawing(decision, label),
        dialect.name,
        prompt_tokens,
        lambda failure: dialect.failure_event(failure, options.style),
        label,
        chunked=scope.head.version == "1.1",
    )
