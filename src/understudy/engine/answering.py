"""The long way from a call to its answer: everything that the straight line in `respond` leaves out.

Order matters and is this: choose, faults on the reply, encode, faults on the frames, time (a simulated engine or the timing in
force), faults on the steps. What was chosen in one step is only read in later ones.
"""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Iterable
from functools import cached_property, partial

from msgspec import Struct

from understudy.capacity import Ticket
from understudy.dialects import Endpoint, Moment
from understudy.engine import framing
from understudy.engine.capacity import block_names
from understudy.engine.choice import choose, unless_missed
from understudy.engine.decision import Decision, decide, letters
from understudy.engine.errands import Errands
from understudy.engine.faulting import Strikes, strikes
from understudy.engine.heading import allowance, answer_form
from understudy.engine.keeping import engaged, equip, follow, recalled, warm, why_ended
from understudy.engine.noting import note_answer
from understudy.engine.pace import NO_PACE, Pace
from understudy.engine.quota import Caller, Quota
from understudy.engine.quota_grant import Grant
from understudy.engine.refusing import told
from understudy.engine.scope import Scope, api_key
from understudy.engine.select import Chosen
from understudy.engine.shelf import Key, ready_stream
from understudy.engine.timeline import NO_EFFECT, Effect, in_force
from understudy.engine.verbatim import Verbatim, Wait
from understudy.model.call import Call
from understudy.model.exchange import Exchange
from understudy.model.frame import Body, Stream
from understudy.model.http import Request
from understudy.model.plan import Ending, Plan, Step
from understudy.model.reply import Failure, Reply

_GENERATING = ("chat", "completion")  # operations whose answers take a model's time


class Case(Struct):
    """A call on its way to an answer, and all that was decided about it.

    `wait` is the time before the answer begins; `key` names it on the shelf, None when it may not be kept there.
    """

    request: Request
    scope: Scope
    call: Call
    decision: Decision
    chosen: Chosen
    pace: Pace
    wait: float
    struck: Strikes | None = None
    ticket: Ticket | None = None
    key: Key | None = None
    grant: Grant | None = None


class Answering(Verbatim):
    """Gives every kind of answer."""

    @cached_property
    def errands(self) -> Errands:
        """What the server asks of itself."""
        return Errands(self.respond, self._wall, self._monotonic, lambda: self._play)

    def respond(self, request: Request) -> bytes | Plan:
        """Answer a request, as the engine does."""
        raise NotImplementedError  # the straight line, which is built on this, does

    def _answer(
        self,
        request: Request,
        scope: Scope,
        endpoint: Endpoint,
        call: Call,
        prompt: int,
        decision: Decision | None = None,
        chosen: Chosen | None = None,
        grant: Grant | None = None,
        held: int | None = None,
    ) -> bytes | Plan:
        """Answer a call; `chosen` is what the rules said of it, `grant` what the limits said, `held` what a cache did."""
        controls, world = scope.controls, scope.world
        if grant is None:
            call, prompt = recalled(endpoint, call, prompt, self.state, scope.session, self._wall)
        if grant is None and world.quota is not None:
            return self._within_limits(world.quota, request, scope, endpoint, call, prompt)
        key = None
        if decision is not None and chosen is not None:
            replies = unless_missed(chosen, world, call, request)
            if chosen.reply.fixed and (call.stream or chosen.pace is None):
                key = (id(chosen.reply), call.kind, prompt)
        else:
            call.stream = call.stream or (controls.stream and endpoint.operation in _GENERATING)
            decision = scope.decision or self._decide(request, scope)
            chosen, replies = choose(world, controls, call, request, decision, self.state)
        effect = NO_EFFECT if world.timeline is None else in_force(world.timeline, self.course, request.at)
        struck: Strikes | None = None
        if controls.faults or world.faults.any:
            since = request.at - self.started
            struck = strikes(scope, call, request, chosen.faults, effect.faults, decision, self.state, since, prompt)
            replies = replies if struck is None else struck.on_replies(replies)
        pace = _pace(scope, chosen, effect)
        wait = controls.delay + pace.before(decision)
        case = Case(request, scope, call, decision, chosen, pace, wait, struck, key=key, grant=grant)
        if replies[0].failure is not None and not endpoint.tells(call):
            return self._failed(case, told(replies[0].failure, call, prompt, request.head))
        if (raw := replies[0].raw) is not None:
            return self._verbatim(request, scope, call, chosen, raw, decision, Wait(wait, pace.scale, struck, grant))
        engine = self.fleet.engine(call.model) if world.shares and endpoint.operation in _GENERATING else None
        names = block_names(call, prompt, engine.spec) if engine is not None else []
        options = world.options_at(scope.options, pace)
        moment = Moment(decision, letters(decision.root), scope.salt, int(self._wall()), options, prompt)
        equip(endpoint, moment, self.state, scope.session, self._wall(), pace, decision, self.errands, request)
        warm(endpoint, call, moment, self.state, scope.session, self._wall(), engine, names, held)
        answer = endpoint.encode(call, replies, moment)
        if struck is not None:
            answer = struck.on_frames(answer)
        if engine is not None and not answer.timed:
            ticket = engine.submit(self._monotonic(), prompt, names, max(1, answer.completion_tokens))
            engaged(moment, ticket)
            if isinstance(ticket, Failure):
                return self._failed(case, ticket)
            case.ticket = ticket
        elif pace is not NO_PACE and isinstance(answer, Body) and not answer.timed and endpoint.operation in _GENERATING:
            case.wait += scope.shelf.twins.time_of(pace, endpoint, call, replies, moment, answer)
        return self._deliver(case, replies, answer, moment)

    def _within_limits(
        self, quota: Quota, request: Request, scope: Scope, endpoint: Endpoint, call: Call, prompt: int
    ) -> bytes | Plan:
        """Answer a call if its limits admit it."""
        headers = request.head.headers
        caller = Caller(api_key(request.head) or "", headers.get("openai-organization", ""), scope.session)
        grant = quota.admit(call, caller, prompt, self.state.ledger, self._monotonic())
        if grant.failure is not None:
            return self._fail(request, scope, grant.failure, call, grant=grant)
        try:
            return self._answer(request, scope, endpoint, call, prompt, grant=grant)
        except Exception:
            grant.withdraw(self._monotonic())
            raise

    def _failed(self, case: Case, failure: Failure) -> bytes | Plan:
        return self._fail(
            case.request, case.scope, failure, case.call, case.chosen.rule, case.decision, case.wait, case.struck, case.grant
        )

    def _deliver(self, case: Case, replies: tuple[Reply, ...], answer: Body | Stream, moment: Moment) -> bytes | Plan:
        """Give an encoded answer its head, its time and its faults."""
        scope, rule, reply = case.scope, case.chosen.rule, replies[0]
        token = hexlify(case.decision.root)
        self._serial = serial = self._serial + 1
        prompt = answer.prompt_tokens
        exchange = Exchange(
            self._wall(),
            case.request,
            scope.context,
            case.call.model,
            rule,
            token,
            serial,
            answer.status,
            isinstance(answer, Stream),
            prompt,
            answer.completion_tokens,
        )
        if scope.context.operation in _GENERATING:
            exchange.finish = answer.finish or why_ended(reply)
        note_answer(exchange, replies, case.struck)
        is_late = self.is_bottleneck()
        form = answer_form(scope, rule, reply, answer, is_late=is_late)
        size = len(answer.data) if isinstance(answer, Body) else 0
        date, now = self._date_of(moment.created), self._moment_of(moment.created)
        values = (date, size, token, serial, 1 + case.wait * 1000, *allowance(prompt), token, now)
        head = form.render(values)
        if case.grant is not None:
            head = case.grant.stamp(head, scope.dialect, exchange.started)
            case.grant.follow(exchange)
        follow(exchange, moment.afterwards)
        if isinstance(answer, Stream):
            steps = self._steps(head, answer, case)
            own = reply.headers or case.pace.latency is not None  # a latency is drawn for each, and may be 0 for this one
            if case.key is not None and answer.reusable and not own and exchange.finish == "stop":
                ready = partial(ready_stream, form, values, answer, moment, case.pace, is_late=is_late)
                scope.shelf.keep_stream(case.key, moment.created, ready)
            return self._plan(steps, scope, case.wait, exchange, case.struck, case.ticket)
        if case.key is not None and answer.reusable and not (reply.headers or case.call.stream) and exchange.finish == "stop":
            rows = tuple(sink.row(scope.context, case.call.model) for sink in self._tallies)
            scope.shelf.keep(case.key, form, values, answer, moment, rows)
        data = head if scope.head.method == "HEAD" else head + answer.data
        if case.ticket is not None:
            return self._plan([case.ticket.whole(), data], scope, case.wait, exchange, case.struck, case.ticket)
        if case.wait or (case.struck is not None and case.struck.in_transit):
            return self._plan([data], scope, case.wait, exchange, case.struck)
        self._record(exchange, "done", len(data))
        return data

    def _decide(self, request: Request, scope: Scope) -> Decision:
        """Decide for a request; when repetitions are to vary, each is one draw further."""
        decision = decide(request.body, scope.seed)
        if scope.world.varies and (times := self.state.repeat(decision.root)):
            return decision.child(f"repeat-{times}")
        return decision

    def _steps(self, head: bytes, answer: Stream, case: Case) -> Iterable[Step]:
        """Put a stream in time."""
        chunked = case.scope.head.version == "1.1"
        if case.scope.head.method == "HEAD":
            return [head]
        pace = case.pace
        steps: Iterable[Step]
        waits: Iterable[float] | None = answer.waits
        if waits is None and pace.streams and case.ticket is None:
            sheet, prompt = answer.sheet, answer.prompt_tokens
            if case.struck is None:
                waits = pace.of_sheet(sheet, case.decision, prompt)
            else:
                waits = pace.of_each(sheet, case.decision, prompt)
        if case.ticket is not None:
            steps = framing.gated(head, answer, case.ticket.gates, chunked=chunked)
        elif case.struck is not None:
            steps = case.struck.framed(head, answer, waits, chunked=chunked)
        elif waits is not None:
            steps = framing.paced(head, answer, waits, chunked=chunked)
        else:
            steps = framing.at_once(head, answer, chunked=chunked)
        return steps if chunked or case.scope.closes else _closing(steps)


def _pace(scope: Scope, chosen: Chosen, effect: Effect) -> Pace:
    """The timing in force: what was chosen, changed by the timeline; what the request itself asks for stands."""
    pace, asked = chosen.pace or NO_PACE, scope.controls.timing
    if effect is NO_EFFECT:
        return pace
    pace = effect.on(pace)
    return pace if asked is None else asked.over(pace)


def _closing(steps: Iterable[Step]) -> Iterable[Step]:
    """End a stream to an HTTP/1.0 client by closing: it has no other end."""
    yield from steps
    yield Ending.CLOSE
