"""The application behind the socket: from a whole request to the bytes or the plan of its answer.

The common case is a straight line in `respond`: decode, decide, choose, fill the identifiers into an answer that is ready,
record. Everything rarer (controls, faults, waits, streams, failures) leaves that line at one place and costs only the requests
that use it. Implements `model.ports.App`.
"""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Iterable

from understudy.dialects import Endpoint, Moment
from understudy.engine import framing
from understudy.engine.choice import choose, unless_missed
from understudy.engine.decision import Decision, decide, letters
from understudy.engine.desk import TOGETHER, Desk
from understudy.engine.pace import NO_PACE, Pace
from understudy.engine.refusing import refused
from understudy.engine.scope import Scope, head_form, resolve
from understudy.engine.select import Chosen
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.exchange import Exchange
from understudy.model.frame import Body, Stream
from understudy.model.http import Refusal, Request, RequestHead
from understudy.model.plan import Ending, Plan, Step
from understudy.model.reply import Failure, Reply
from understudy.wire.forms import Form

_TOKENS_A_MINUTE = 30_000_000  # the allowance that rate-limit headers speak of while no limit is configured


class Engine(Desk):
    """Answers the requests of one world after another."""

    def respond(self, request: Request) -> bytes | Plan:
        """Answer a request; never raises."""
        head = request.head
        scope: Scope | None = head.memo
        if scope is None or scope.world is not self.world:
            scope = head.memo = resolve(head, self.world)
        try:
            endpoint = scope.endpoint
            if endpoint is None or scope.problem is not None:
                return self._without_endpoint(request, scope)
            if request.prepared is not None:
                return self._answer(request, scope, endpoint, *request.prepared)
            call = endpoint.decode(request, scope.params, scope.options)
            if not (call.plain and scope.plain) or call.messages[-1].text.startswith("["):
                return self._answer(request, scope, endpoint, call, endpoint.count(call))
            # what comes now is the straight line
            decision = decide(request.body, scope.seed)
            chosen = scope.world.rules.choose(call, request, scope.session, None, decision, self.state)
            prompt, wall = endpoint.count(call), self._wall()
            shelf, second = scope.shelf, int(wall)
            ready = shelf.ready.get((id(chosen.reply), call.model, prompt)) if shelf.second == second else None
            if ready is None or chosen.pace is not None:
                return self._answer(request, scope, endpoint, call, prompt, decision, chosen)
            token = hexlify(decision.root)
            self._serial = serial = self._serial + 1
            data = ready.template % (token, serial, token, scope.salt, letters(decision.root))
            tokens, duration = ready.completion_tokens, self._monotonic() - request.at
            exchange = Exchange(
                wall,
                request,
                scope.context,
                call.model,
                chosen.rule,
                token,
                serial,
                200,
                False,
                prompt,
                tokens,
                duration,
                len(data),
            )
            for row in scope.rows or self._rows(scope):
                row[0] += 1
                row[1] += prompt
                row[2] += tokens
            for take in self._takers:
                take(exchange)
            if not serial & TOGETHER:
                self._settle()
            return data
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
        """Decode a large body and count its tokens on a worker thread; what is wrong with it is found again by `respond`."""
        request.prepared = self._decoded(request)

    def read(self, request: Request) -> Call | None:
        """Decode a request; None when it is refused."""
        decoded = self._decoded(request)
        return decoded[0] if decoded else None

    def _decoded(self, request: Request) -> tuple[Call, int] | None:
        """Decode a request and count its prompt tokens; None when it is refused."""
        scope = resolve(request.head, self.world)
        if scope.endpoint is None or scope.problem is not None:
            return None
        try:
            call = scope.endpoint.decode(request, scope.params, scope.options)
        except RequestError:
            return None
        return call, scope.endpoint.count(call)

    def _answer(
        self,
        request: Request,
        scope: Scope,
        endpoint: Endpoint,
        call: Call,
        prompt: int,
        decision: Decision | None = None,
        chosen: Chosen | None = None,
    ) -> bytes | Plan:
        """Answer a call; `chosen` is what the rules said already, of a plain call."""
        controls, wall, key = scope.controls, self._wall(), None
        if decision is not None and chosen is not None:
            replies = unless_missed(chosen, scope.world, call, request)
            if chosen.reply.fixed and chosen.pace is None:
                key = (id(chosen.reply), call.model, prompt)
        else:
            call.stream = call.stream or (controls.stream and endpoint.operation in ("chat", "completion"))
            decision = scope.decision or self._decide(request, scope)
            chosen, replies = choose(scope.world, controls, call, request, decision, self.state)
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
        letter = letters(root)
        answer = endpoint.encode(call, replies, Moment(decision, letter, scope.salt, second, scope.options, prompt))
        for fault in faults:
            answer = fault.on_frames(answer)
        is_stream = isinstance(answer, Stream)
        token = hexlify(root)
        self._serial = serial = self._serial + 1
        prompt = answer.prompt_tokens
        exchange = Exchange(
            wall, request, scope.context, call.model, rule, token, serial, 200, is_stream, prompt, answer.completion_tokens
        )
        form = _head_form(scope, rule, reply, answer)
        size = len(answer.data) if isinstance(answer, Body) else 0
        values = (self._date_of(second), size, token, serial, 1 + wait * 1000, *_allowance(prompt), token)
        head = form.render(values)
        if isinstance(answer, Stream):
            return self._stream(head, answer, scope, pace, wait, decision, exchange)
        if key is not None and answer.reusable and not reply.headers:
            scope.shelf.keep(key, second, form, values, answer, scope.salt + letter)
        data = head if scope.head.method == "HEAD" else head + answer.data
        if wait or faults:
            return self._plan([data], scope, wait, exchange)
        self._record(exchange, "done", len(data))
        return data

    def _decide(self, request: Request, scope: Scope) -> Decision:
        """Decide for a request; when repetitions are to vary, each is one draw further."""
        decision = decide(request.body, scope.seed)
        if scope.world.varies and (times := self.state.repeat(decision.root)):
            return decision.child(f"repeat-{times}")
        return decision

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


def _allowance(prompt: int) -> tuple[int, bytes]:
    """Tokens left of the allowance, and when it is full again, as a duration in the API's (Go's) spelling."""
    reset = prompt * 60_000 // _TOKENS_A_MINUTE  # milliseconds
    spelled = "0s" if not reset else f"{reset}ms" if reset < 1000 else f"{reset / 1000:g}s"
    return _TOKENS_A_MINUTE - prompt, spelled.encode()


def _head_form(scope: Scope, rule: str, reply: Reply, answer: Body | Stream) -> Form:
    """The response head of a rule's answers, made once unless the reply has header fields of its own."""
    is_stream = isinstance(answer, Stream)
    key = (rule, is_stream, answer.content_type)
    form = scope.shelf.forms.get(key)
    if form is None or reply.headers:
        form = head_form(scope, rule, reply.headers, answer.content_type, stream=is_stream)
        if not reply.headers:
            scope.shelf.forms[key] = form
    return form


def _closing(steps: Iterable[Step]) -> Iterable[Step]:
    """End a stream to an HTTP/1.0 client by closing: it has no other end."""
    yield from steps
    yield Ending.CLOSE
