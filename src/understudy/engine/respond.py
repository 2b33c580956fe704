"""The application behind the socket: from a whole request to the bytes or the plan of its answer.

The common case is a straight line: decode, decide, choose, encode, frame, record. Everything rarer (controls, faults, waits,
streams, failures) leaves that line at one place and costs only the requests that use it. Implements `model.ports.App`.
"""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Callable, Iterable

from understudy.dialects import Endpoint, Moment
from understudy.engine import framing
from understudy.engine.controls import magic
from understudy.engine.decision import Decision, letters
from understudy.engine.pace import NO_PACE, Pace
from understudy.engine.refusing import failure_answer, preflight_answer, refused
from understudy.engine.scope import Scope, head_form, resolve
from understudy.engine.select import Chosen
from understudy.engine.state import State
from understudy.engine.world import MISS, World
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.exchange import Exchange
from understudy.model.frame import Body, Stream
from understudy.model.http import Refusal, Request, RequestHead
from understudy.model.plan import Ending, Outcome, Plan, Step
from understudy.model.ports import Clock, Sink
from understudy.model.reply import Failure, Reply
from understudy.wire.response import http_date

_TOKENS_A_MINUTE = 30_000_000  # the allowance that rate-limit headers speak of while no limit is configured


class Engine:
    """Answers requests of one world after another; `world` may be swapped at any time between two requests."""

    def __init__(
        self,
        world: World,
        state: State,
        clock: Clock,
        sinks: Iterable[Sink] = (),
        on_error: Callable[[BaseException, Request], None] | None = None,
        on_failure: Callable[[Failure, Exchange], None] | None = None,
    ) -> None:
        self.world = world
        self.state = state
        self.sinks = tuple(sinks)
        self._wall = clock.wall
        self._monotonic = clock.monotonic
        self._on_error = on_error
        self._on_failure = on_failure
        self._serial = 0
        self._second = -1
        self._date = b""

    # --- the port ---------------------------------------------------------------------------------------------------

    def respond(self, request: Request) -> bytes | Plan:
        """Answer a request; never raises."""
        head = request.head
        scope: Scope | None = head.memo
        if scope is None or scope.world is not self.world:
            scope = head.memo = resolve(head, self.world)
        try:
            if scope.endpoint is None or scope.problem is not None:
                return self._without_endpoint(request, scope)
            return self._answer(request, scope, scope.endpoint)
        except RequestError as error:
            return self._fail(request, scope, error.failure)
        except Exception as error:  # a bug of ours: the client gets a 500, the log the stack
            if self._on_error is not None:
                self._on_error(error, request)
            return self._fail(request, scope, Failure(500, "server_error"))

    def refuse(self, refusal: Refusal) -> bytes:
        """Answer a request that broke HTTP, in the shape of the provider it was meant for."""
        head = refusal.head or RequestHead("GET", "/", "/", "", {})
        head = RequestHead(head.method, head.target, head.path, head.query, head.headers, head.version, keep_alive=False)
        scope = resolve(head, self.world)
        request = Request(head, b"", self._monotonic())
        answer = self._fail(request, scope, refused(refusal))
        return answer if isinstance(answer, bytes) else b""

    def prepare(self, request: Request) -> None:
        """Decode a large body on a worker thread; what is wrong with it is found again, and said, by `respond`."""
        scope = resolve(request.head, self.world)
        if scope.endpoint is not None and scope.problem is None:
            try:
                request.prepared = scope.endpoint.decode(request, scope.params, scope.options)
            except RequestError:
                request.prepared = None

    # --- the straight line ------------------------------------------------------------------------------------------

    def _answer(self, request: Request, scope: Scope, endpoint: Endpoint) -> bytes | Plan:
        world, controls = scope.world, scope.controls
        wall = self._wall()
        call: Call = request.prepared or endpoint.decode(request, scope.params, scope.options)
        if controls.stream and endpoint.operation in ("chat", "completion"):
            call.stream = True
        decision = scope.decision or Decision.of(request.body, scope.seed)
        if world.varies and scope.decision is None and (times := self.state.repeat(decision.root)):
            decision = decision.child(f"repeat-{times}")
        chosen, replies = self._choose(call, request, scope, decision)
        faults = controls.faults
        for fault in faults:
            replies = tuple(fault.on_reply(reply) for reply in replies)
        pace, wait = chosen.pace or NO_PACE, controls.delay
        if pace.latency is not None:
            wait += pace.before(decision)
        rule, reply = chosen.rule, replies[0]
        if reply.failure is not None:
            return self._fail(request, scope, reply.failure, call, rule, decision, wait)
        second = int(wall)
        root = decision.root
        answer = endpoint.encode(call, replies, Moment(decision, letters(root), scope.salt, second, scope.options))
        for fault in faults:
            answer = fault.on_frames(answer)
        is_stream = isinstance(answer, Stream)
        token = hexlify(root)
        self._serial = serial = self._serial + 1
        prompt = answer.prompt_tokens
        exchange = Exchange(
            wall, request, scope.context, call, rule, token, serial, 200, is_stream, prompt, answer.completion_tokens
        )
        form = scope.forms.get((rule, is_stream))
        if form is None or reply.headers:
            form = head_form(scope, rule, reply.headers, answer.content_type, stream=is_stream)
            if not reply.headers:
                scope.forms[rule, is_stream] = form
        reset = prompt * 60_000 // _TOKENS_A_MINUTE
        head = form.render(
            (
                self._date if second == self._second else self._new_date(second),
                len(answer.data) if isinstance(answer, Body) else 0,
                token,
                serial,
                1 + wait * 1000,
                _TOKENS_A_MINUTE - prompt,
                b"%dms" % reset if reset else b"0s",
                token,
            )
        )
        if isinstance(answer, Stream):
            return self._stream(head, answer, scope, pace, wait, decision, exchange)
        data = head if scope.head.method == "HEAD" else head + answer.data
        if wait or faults:
            return self._plan([data], scope, wait, exchange)
        self._record(exchange, "done", len(data))
        return data

    def _choose(self, call: Call, request: Request, scope: Scope, decision: Decision) -> tuple[Chosen, tuple[Reply, ...]]:
        """Choose one reply for each input and choice; what else the first one says (rule, pace) goes for all."""
        world, controls = scope.world, scope.controls
        if call.operation in _PLAIN:
            return _PLAIN[call.operation], _NO_REPLY
        last = call.messages[-1].content if call.messages else call.user
        if last.__class__ is not str or last.startswith("["):
            failure = magic(call) if world.settings.request_controls else None
            if failure is not None:
                return Chosen("", _NO_REPLY[0], world.pace_of(call.model)), (Reply(failure=failure),)
        if call.choices == 1 and not call.inputs:
            chosen = world.rules.choose(call, request, controls.session, controls.rule, decision, self.state)
            reply = chosen.reply
            if reply is MISS:
                reply = Reply(failure=Failure(404, "no_match", world.rules.miss(call, request)))
            replies: tuple[Reply, ...] = (reply,)
        else:
            chosen, replies = self._choose_many(call, request, scope, decision)
        if world.is_paced:
            chosen = Chosen(chosen.rule, chosen.reply, world.pace_of(call.model, chosen.pace))
        return chosen, replies

    def _choose_many(self, call: Call, request: Request, scope: Scope, decision: Decision) -> tuple[Chosen, tuple[Reply, ...]]:
        rules, controls = scope.world.rules, scope.controls
        found = []
        for i in range((len(call.inputs) or 1) * call.choices):
            part = call
            if call.inputs:
                item = call.inputs[i // call.choices]
                part = call.about(item if isinstance(item, str) else "")
            root = decision.child(f"choice-{i}") if i else decision
            found.append(rules.choose(part, request, controls.session, controls.rule, root, self.state))
        if call.operation == "embedding":
            found = [c if c.reply.vectors or c.reply.failure else _TEXTS_OWN for c in found]
        elif any(c.reply is MISS for c in found):
            missed = Reply(failure=Failure(404, "no_match", rules.miss(call, request)))
            found = [Chosen("", missed)]
        failed = next((c for c in found if c.reply.failure is not None), None)
        return (failed, (failed.reply,)) if failed else (found[0], tuple(c.reply for c in found))

    def _stream(
        self, head: bytes, answer: Stream, scope: Scope, pace: Pace, wait: float, decision: Decision, exchange: Exchange
    ) -> Plan:
        chunked = scope.head.version == "1.1"
        if scope.head.method == "HEAD":
            return self._plan([head], scope, wait, exchange)
        steps: Iterable[Step] = (
            framing.paced(head, answer, pace, decision, chunked=chunked)
            if pace.streams
            else framing.at_once(head, answer, chunked=chunked)
        )
        return self._plan(steps if chunked or scope.closes else _closing(steps), scope, wait, exchange)

    # --- failures ---------------------------------------------------------------------------------------------------

    def _without_endpoint(self, request: Request, scope: Scope) -> bytes | Plan:
        if not scope.preflight:
            return self._fail(request, scope, scope.problem or Failure(404, "not_found"))
        wall = self._wall()
        data = preflight_answer(scope, self._new_date(int(wall)))
        self._record(Exchange(wall, request, scope.context, status=204), "done", len(data))
        return data

    def _fail(
        self,
        request: Request,
        scope: Scope,
        failure: Failure,
        call: Call | None = None,
        rule: str = "",
        decision: Decision | None = None,
        wait: float = 0.0,
    ) -> bytes | Plan:
        """Answer an error; faults and delays apply only where a call was understood."""
        wall = self._wall()
        token = hexlify(decision.root) if decision else b""
        self._serial += 1
        data = failure_answer(scope, failure, self._new_date(int(wall)), rule, token, self._serial)
        exchange = Exchange(wall, request, scope.context, call, rule, token, self._serial, failure.status)
        if self._on_failure is not None:
            self._on_failure(failure, exchange)
        if call is not None and (wait or scope.controls.faults):
            return self._plan([data], scope, wait, exchange)
        self._record(exchange, "done", len(data))
        return data

    # --- plans and records ------------------------------------------------------------------------------------------

    def _plan(self, steps: Iterable[Step], scope: Scope, wait: float, exchange: Exchange) -> Plan:
        if wait:
            steps = framing.delayed(wait, steps)
        for fault in scope.controls.faults:
            steps = fault.on_steps(steps)
        return Plan(steps, lambda outcome, sent: self._record(exchange, outcome, sent))

    def _record(self, exchange: Exchange, outcome: Outcome, sent: int) -> None:
        exchange.duration = self._monotonic() - exchange.request.at
        exchange.sent = sent
        exchange.outcome = outcome
        for sink in self.sinks:
            sink.record(exchange)

    def _new_date(self, second: int) -> bytes:
        if second != self._second:
            self._second = second
            self._date = http_date(second)
        return self._date


_NO_REPLY = (Reply(),)
_TEXTS_OWN = Chosen("", Reply())  # an embedding that no rule gave is computed from its text
_PLAIN = {operation: Chosen("", Reply()) for operation in ("models", "model", "health")}


def _closing(steps: Iterable[Step]) -> Iterable[Step]:
    """End a stream to an HTTP/1.0 client by closing: it has no other end."""
    yield from steps
    yield Ending.CLOSE
