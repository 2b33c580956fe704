"""The application behind the socket: from a whole request to the bytes or the plan of its answer.

The common case is a straight line in `respond`: decode, decide, choose, fill the identifiers into an answer that is ready,
record. Everything rarer (controls, faults, waits, streams, failures) leaves that line for `answering` and costs only those
requests that use it. Implements `model.ports.App`.
"""

from __future__ import annotations

from binascii import hexlify
from contextlib import suppress
from functools import partial

from msgspec.structs import replace

from understudy.dialects import Endpoint
from understudy.engine.decision import decide, letters
from understudy.engine.desk import TOGETHER
from understudy.engine.keeping import CACHED_FROM, held_before, recalled
from understudy.engine.lengthy import EASY, takes_long
from understudy.engine.refusing import refused
from understudy.engine.scope import Scope, resolve
from understudy.engine.sessions import within
from understudy.engine.shelved import Shelved
from understudy.errors import RequestError, TakesLong
from understudy.model.call import Call
from understudy.model.exchange import Exchange
from understudy.model.http import Refusal, Request, RequestHead
from understudy.model.plan import Plan
from understudy.model.reply import Failure
from understudy.text.pausing import HERE


class Engine(Shelved):
    """Answers the requests of one world after another."""

    def respond(self, request: Request) -> bytes | Plan:
        """Answer a request; raises nothing but `Interrupted`, where the request has pauses."""
        scope: Scope | None = request.head.memo
        if scope is None or scope.world is not self.world:
            scope = request.head.memo = resolve(request.head, self.world)
        try:
            endpoint, body = scope.endpoint, request.body
            if endpoint is None:
                return self._without_endpoint(request, scope)
            prompt = scope.envelope.opened(body)
            if prompt:
                call = scope.envelope.call
            else:
                read = self._read_first(request, scope, endpoint)
                if not isinstance(read, tuple):
                    return read
                call, prompt = read
            # what comes now is the straight line
            decision = decide(body, scope.seed)
            chosen = scope.world.rules.choose(call, request, scope.session, None, decision, self.state)
            if call.stream:
                return self._stream(request, scope, endpoint, call, prompt, decision, chosen)
            wall, shelf = self._wall(), scope.shelf
            ready = shelf.ready.get((id(chosen.reply), call.kind, prompt)) if shelf.second == int(wall) else None
            held = None
            if ready is None or (
                prompt >= CACHED_FROM and (held := held_before(endpoint, call, prompt, self.state, scope.session, wall))
            ):
                return self._leave(request, scope, endpoint, call, prompt, decision, chosen, held)
            token = hexlify(decision.root)
            self._serial = serial = self._serial + 1
            key = letters(decision.root)
            own = key if ready.names is None else ready.names(decision, key)
            values = (token, serial, token, scope.salt, own)
            data = ready.template % (values if ready.fill is None else ready.fill(values))
            prompt, tokens, duration = ready.prompt_tokens, ready.completion_tokens, self._monotonic() - request.at
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
                "stop",
            )
            exchange.reply = chosen.reply
            for row in ready.rows:
                row[0] += 1
                row[1] += prompt
                row[2] += tokens
                row[3] += duration
            self._take(exchange)
            if not serial & TOGETHER:
                self._settle()
            return data
        except RequestError as error:
            return self._fail(request, scope, error.failure)
        except Exception as error:  # a bug of ours: the client gets a 500, the log the stack
            if self._on_error is not None:
                self._on_error(error, request)
            return self._fail(request, scope, Failure(500, "server_error"))

    def _read_first(self, request: Request, scope: Scope, endpoint: Endpoint) -> tuple[Call, int] | bytes | Plan:
        """Decode a call for the straight line, its prompt tokens beside it; answer all others."""
        if scope.problem is not None:
            return self._without_endpoint(request, scope)
        if request.prepared is not None or request.alone:
            return self._answer_prepared(request, scope, endpoint)
        if request.pauses is None or len(request.body) <= EASY:
            call = endpoint.decode(request, scope.params, scope.options)
            prompt = endpoint.count(call)
        else:
            call, prompt = self._read(request, scope, endpoint)
        suits = call.plain and (scope.steady or (scope.plain and not call.stream))
        if not suits or call.last_text[:1] == "[":  # which may be a magic prompt
            if request.pauses is not None and takes_long(call, request.body):
                raise TakesLong
            return self._answer(request, scope, endpoint, call, prompt)
        if call.messages and call.messages[-1].role == "user" and type(call.messages[-1].content) is str:
            scope.envelope.learn(request.body, call, prompt, partial(_decode, endpoint, scope))
        return call, prompt

    def _answer_prepared(self, request: Request, scope: Scope, endpoint: Endpoint) -> bytes | Plan:
        """Answer what was prepared, and what takes long, with the pauses it wants."""
        prepared, request.prepared = request.prepared, None  # the journal keeps the request
        if isinstance(prepared, Failure):
            raise RequestError(prepared)
        if prepared is not None and takes_long(prepared[0], request.body) and not request.alone:
            request.prepared = prepared
            raise TakesLong
        before, HERE.pause = HERE.pause, request.pauses and request.pauses()
        try:
            return self._answer(request, scope, endpoint, *(prepared or self._read(request, scope, endpoint)))
        finally:
            HERE.pause = before

    def _read(self, request: Request, scope: Scope, endpoint: Endpoint) -> tuple[Call, int]:
        """Decode a large request and count the tokens of its prompt, with the pauses it wants.

        What is kept makes some calls longer when they are answered; these are counted here so that their words are known then.
        """
        before, HERE.pause = HERE.pause, request.pauses and request.pauses()
        try:
            call = endpoint.decode(request, scope.params, scope.options)
            prompt = endpoint.count(call)
            if endpoint.recall is not None:
                with suppress(RequestError):
                    recalled(endpoint, call, prompt, self.state, scope.session, self._wall)
            return call, prompt
        finally:
            HERE.pause = before

    def refuse(self, refusal: Refusal) -> bytes:
        """Answer a request that broke HTTP, in the shape of the provider it was meant for."""
        head = refusal.head or RequestHead("GET", "*", "*", "", {})  # a path of nobody
        head = RequestHead(head.method, head.target, head.path, head.query, head.headers, head.version, keep_alive=False)
        scope = resolve(head, self.world)
        request = Request(head, b"", self._monotonic())
        answer = self._fail(request, scope, refused(refusal))
        return answer if isinstance(answer, bytes) else b""

    def prepare(self, request: Request) -> None:
        """Decode a large body and count its tokens, or find out what is wrong with it, on another thread."""
        head = within(request.head)
        inner = request if head is None else replace(request, head=head)
        scope = resolve(inner.head, self.world)
        if scope.endpoint is not None and scope.problem is None:
            try:
                request.prepared = self._read(inner, scope, scope.endpoint)
            except RequestError as error:
                request.prepared = error.failure

    def read(self, request: Request) -> Call | None:
        """Decode a request; None when it is refused."""
        scope = resolve(request.head, self.world)
        if scope.endpoint is None or scope.problem is not None:
            return None
        try:
            return scope.endpoint.decode(request, scope.params, scope.options)
        except RequestError:
            return None


def _decode(endpoint: Endpoint, scope: Scope, body: bytes) -> Call:
    """Decode another body with the same head."""
    return endpoint.decode(Request(scope.head, body, 0.0), scope.params, scope.options)
