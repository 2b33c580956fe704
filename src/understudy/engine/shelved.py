"""Plain calls whose answers take time, or are not ready: those that are go out under another name, others the long way.

What comes here was chosen in the straight line of `respond`.
"""

from __future__ import annotations

from binascii import hexlify
from functools import partial

from understudy.dialects import Endpoint
from understudy.engine.answering import Answering
from understudy.engine.choice import paced
from understudy.engine.decision import Decision
from understudy.engine.keeping import CACHED_FROM, held_before
from understudy.engine.scope import Scope
from understudy.engine.select import Chosen
from understudy.model.call import Call
from understudy.model.exchange import Exchange, Work
from understudy.model.http import Request
from understudy.model.plan import Plan


class Shelved(Answering):
    """Gives answers that are ready."""

    def _stream(
        self,
        request: Request,
        scope: Scope,
        endpoint: Endpoint,
        call: Call,
        prompt: int,
        decision: Decision,
        chosen: Chosen,
    ) -> bytes | Plan:
        """Answer a plain call that wants a stream: one that is ready goes out under another name."""
        wall, shelf = self._wall(), scope.shelf
        ready = shelf.streams.get((id(chosen.reply), call.kind, prompt)) if shelf.second == int(wall) else None
        if ready is None or ready.is_late is not self.is_bottleneck():
            return self._leave(request, scope, endpoint, call, prompt, decision, chosen, None)
        if prompt >= CACHED_FROM and (held := held_before(endpoint, call, prompt, self.state, scope.session, wall)):
            return self._leave(request, scope, endpoint, call, prompt, decision, chosen, held)
        token = hexlify(decision.root)
        self._serial = serial = self._serial + 1
        like = ready.like
        prompt, tokens = like.prompt_tokens, like.completion_tokens
        exchange = Exchange(
            wall, request, scope.context, call.model, chosen.rule, token, serial, 200, True, prompt, tokens, finish=ready.finish
        )
        exchange.reply, exchange.particulars = chosen.reply, ready.particulars
        return Plan(ready.steps(token, serial, scope.salt, decision), partial(self._played, exchange, None, like.sheet))

    def _leave(
        self,
        request: Request,
        scope: Scope,
        endpoint: Endpoint,
        call: Call,
        prompt: int,
        decision: Decision,
        chosen: Chosen,
        held: int | None,
    ) -> bytes | Plan:
        """Answer a call that has to leave the straight line: a whole answer in time that is ready, or the long way."""
        wall, shelf = self._wall(), scope.shelf
        is_timed = scope.steady and not call.stream and shelf.second == int(wall)
        ready = shelf.in_time.get((id(chosen.reply), call.kind, prompt)) if is_timed else None
        if ready is not None and ready.is_late is self.is_bottleneck():
            if prompt >= CACHED_FROM:
                held = held_before(endpoint, call, prompt, self.state, scope.session, wall)
            wait, rest = ready.drawn(decision)
            if wait and not held:
                token = hexlify(decision.root)
                self._serial = serial = self._serial + 1
                prompt, tokens = ready.prompt_tokens, ready.completion_tokens
                exchange = Exchange(
                    wall, request, scope.context, call.model, chosen.rule, token, serial, 200, False, prompt, tokens
                )
                exchange.finish, exchange.particulars, exchange.reply = ready.finish, ready.particulars, chosen.reply
                exchange.work = Work(first=wait - rest)
                data = ready.named(token, serial, scope.salt, decision, wait)
                return Plan((wait, data), partial(self._played, exchange, None, None))
        if call is scope.envelope.call:
            scope.envelope.renew()
        chosen = paced(chosen, scope.world, scope.controls, call, request)
        return self._answer(request, scope, endpoint, call, prompt, decision, chosen, held=held)
