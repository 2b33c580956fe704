"""The long way from a call to its answer: everything that the straight line in `respond` leaves out.

Order matters and is this: choose, faults on the reply, encode, faults on the frames, time (a simulated engine or the timing in
force), faults on the steps. What was chosen in one step is only read in later ones.
"""

from __future__ import annotations

from binascii import hexlify
from functools import cached_property, partial

from understudy.capacity import Batcher
from understudy.dialects import Endpoint, Moment
from understudy.engine.capacity import base_of
from understudy.engine.case import Case
from understudy.engine.choice import choose, unless_missed
from understudy.engine.decision import Decision, decide, letters
from understudy.engine.engaging import Engaged
from understudy.engine.errands import Errands
from understudy.engine.faulting import Strikes, strikes
from understudy.engine.framing import awaited
from understudy.engine.heading import allowance, answer_form
from understudy.engine.keeping import equip, follow, recalled, why_ended
from understudy.engine.noting import hold_once, note_answer
from understudy.engine.overruled import complaint, laws
from understudy.engine.pace import NO_PACE, Pace
from understudy.engine.quota import Caller, Quota
from understudy.engine.quota_grant import Grant
from understudy.engine.refusing import told
from understudy.engine.scope import Scope
from understudy.engine.select import Chosen
from understudy.engine.timeline import NO_EFFECT, Effect, in_force
from understudy.engine.verbatim import Verbatim
from understudy.errors import RequestError
from understudy.model.call import GENERATING, Call
from understudy.model.exchange import Exchange, Work
from understudy.model.frame import Body, Sheet, Stream
from understudy.model.http import Request
from understudy.model.plan import Plan
from understudy.model.reply import Failure, Reply
from understudy.wire.credentials import api_key


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
            if chosen.reply.fixed and (scope.steady or chosen.pace is None):
                key = (id(chosen.reply), call.kind, prompt)
        else:
            call.stream = call.stream or (controls.stream and endpoint.operation in GENERATING)
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
            return self._verbatim(case, raw)
        makes = world.shares and endpoint.operation in GENERATING
        engine, adapter = self._engine_of(call, scope) if makes else (None, "")
        options = world.options_at(scope.options, pace)
        wall = self._wall()
        moment = Moment(decision, letters(decision.root), scope.salt, int(wall), options, prompt, wall=wall)
        equip(endpoint, case, moment, self.state, self.errands, held if engine is None else 0)
        if engine is not None:
            engaged = Engaged(engine, endpoint, call, replies, moment, struck, adapter)
            return self._engage(engaged, case, replies, moment)
        answer = endpoint.encode(call, replies, moment)
        if isinstance(answer, Stream):
            answer = awaited(answer)
        if struck is not None:
            answer = struck.on_frames(answer)
        if isinstance(answer, Body) and pace is not NO_PACE and not answer.timed and _has_twin(endpoint, answer):
            case.span = scope.shelf.twins.span(pace, endpoint, call, replies, moment, answer)
            whole, case.rest = case.span.drawn(decision)
            case.wait += whole
        return self._deliver(case, replies, answer, moment)

    def _engine_of(self, call: Call, scope: Scope) -> tuple[Batcher | None, str]:
        """Find the simulated engine that makes an answer, and the adapter it has for it.

        When all was forgotten since the last one, so is what engines hold.

        Raises:
            RequestError: when the request asks for a pace, which is the engine's to say.
        """
        base = base_of(scope.world.shares, call.model, self.state.store(scope.session), scope.options)
        engine = self.fleet.engine(base or call.model)
        if engine is None:
            return None, ""
        asked = [] if scope.controls.timing is None else laws(scope.controls.timing)
        if asked:
            raise RequestError(Failure(400, "invalid_request", f"X-Understudy-Timing: {complaint(asked)}"))
        self.fleet.forget(self.state.epoch)
        return engine, call.model if base else ""

    def _begin(self, engine: Batcher) -> None:
        engine.scale = self._scale
        super()._begin(engine)

    def _scale(self, at: float) -> float:
        """The factor on the steps of an engine: that of the script for everybody, and of the timeline at that moment."""
        world = self.world
        scale = world.paces.find("").scale or 1.0
        return scale if world.timeline is None else scale * in_force(world.timeline, self.course, at).scale

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

    def _engage(self, engaged: Engaged, case: Case, replies: tuple[Reply, ...], moment: Moment) -> bytes | Plan:
        """Give an answer that a simulated engine makes, unless its time is its own."""
        if not engaged.answer.timed:
            failure = engaged.submit(case.request.at, case.scope.shelf.twins, case.wait, self._monotonic())
            if failure is not None:
                return self._failed(case, failure)
            case.engaged = engaged
        return self._deliver(case, replies, engaged.answer, moment)

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
        if scope.context.operation in GENERATING:
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
        follow(exchange, moment.afterwards if case.engaged is None else case.engaged.tell)
        case.keep(form, values, answer, moment, exchange, self._tallies, is_late=is_late)
        if isinstance(answer, Stream):
            if case.takes_time:
                hold_once(exchange, answer.sheet.frames)
            steps = case.steps(head, answer)
            # without its frames, which are not to be held when they were sent
            counted = Sheet((), answer.sheet.tokens, lead=answer.sheet.lead)
            return self._plan(steps, scope, case.wait, exchange, case.struck, case.ticket, counted)
        data = head if scope.head.method == "HEAD" else head + answer.data
        if case.engaged is not None:
            headed = None if data is head else partial(case.headed, form, values, exchange.started)
            struck = case.struck if case.struck is not None and case.struck.in_transit else None
            return self._plan(case.engaged.whole(data, headed), scope, case.wait, exchange, struck, case.ticket)
        if case.wait or case.request.alone or (case.struck is not None and case.struck.in_transit):
            exchange.work = Work(first=case.wait - case.rest)
            return self._plan([data], scope, case.wait, exchange, case.struck)
        self._record(exchange, "done", len(data))
        return data

    def _decide(self, request: Request, scope: Scope) -> Decision:
        """Decide for a request; when repetitions are to vary, each is one draw further."""
        decision = decide(request.body, scope.seed)
        if scope.world.varies and (times := self.state.repeat(decision.root)):
            return decision.child(f"repeat-{times}")
        return decision


def _has_twin(endpoint: Endpoint, answer: Body) -> bool:
    """Say whether an answer takes the time of a stream."""
    return endpoint.operation in GENERATING or answer.spread is not None


def _pace(scope: Scope, chosen: Chosen, effect: Effect) -> Pace:
    """The timing in force: what was chosen, changed by the timeline; what the request itself asks for stands."""
    pace, asked = chosen.pace or NO_PACE, scope.controls.timing
    if effect is NO_EFFECT:
        return pace
    pace = effect.on(pace)
    return pace if asked is None else asked.over(pace)
