"""The application behind the recorder's socket: lets requests through to one upstream, or answers them itself.

In: requests. Out: plans of what is passed on, or answers in the recorder's own name. Implements `model.ports.App`. Knows no
provider and no script.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from understudy.model.http import Refusal, Request
from understudy.model.plan import Plan
from understudy.recorder.forwarding import Errand, Forwarding, problem
from understudy.recorder.take import Take
from understudy.recorder.upstream import Upstream
from understudy.runtime.trip import Hear, Letter


class Messenger(Protocol):
    """Delivers letters to the upstream."""

    def deliver(self, letter: Letter, hear: Hear) -> Errand:
        """Deliver; tell what comes back later, at last an `End`."""
        ...


class Proxy:
    """Passes requests on to one upstream.

    Args:
        upstream: where to, and what may go there.
        messenger: delivers.
        recorded: is given every exchange that went by whole.
        lost: hears why one did not.
        known: answers what need not be asked; None passes a request on.
    """

    def __init__(
        self,
        upstream: Upstream,
        messenger: Messenger,
        recorded: Callable[[Take], None],
        lost: Callable[[str], None],
        known: Callable[[Request], bytes | Plan | None] | None = None,
    ) -> None:
        self._upstream = upstream
        self._messenger = messenger
        self._recorded = recorded
        self._lost = lost
        self._known = known

    def respond(self, request: Request) -> bytes | Plan:
        """Answer a request; never raises."""
        asked = request.head
        objection = self._upstream.objection(asked)
        if objection:
            return problem(asked, 403, objection)
        answer = self._known(request) if self._known is not None else None
        return self._forward(request) if answer is None else answer

    def _forward(self, request: Request) -> Plan:
        asked = request.head
        forwarding = Forwarding(request, self._recorded, self._lost)
        letter = Letter(asked.method, asked.target, self._upstream.fields(asked.headers), request.body)
        forwarding.begin(self._messenger.deliver(letter, forwarding.hear))
        return Plan(forwarding.steps(), forwarding.left)

    def refuse(self, refusal: Refusal) -> bytes:
        """Answer a request that broke HTTP itself."""
        return problem(None, refusal.status, refusal.message)

    def prepare(self, request: Request) -> None:
        """Nothing is to be prepared."""
