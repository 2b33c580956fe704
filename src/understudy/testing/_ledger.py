"""What a server was asked under test, and what came of it: one entry a request, from its arrival on.

A sink, and more than one: the rulebook tells it what was chosen before anything is sent, so that a call that hangs is seen,
too. Written on the server's thread, read on any. Bounded by the bytes of the requests; the oldest go first.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from threading import Condition
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from understudy.model.call import Call
from understudy.model.exchange import Exchange
from understudy.model.http import Request
from understudy.model.reply import Reply

MOST: Final = 64 << 20
"""Bytes of requests that are kept."""

_OWN_WEIGHT = 2048  # bytes an entry takes beside its request, about
_NO_CALLS = ("models", "model", "health")


class Take(Struct):
    """One request: what was understood, what was chosen, and (once it is over) the exchange.

    `groups` are those of the rule's regular expressions. `is_scripted` is false when no rule and no response fitted; `miss`
    says why, where somebody wants to know.
    """

    number: int
    request: Request
    call: Call | None = None
    session: str = "default"
    rule: str = ""
    replies: list[Reply] = []
    groups: Mapping[str, str] = {}
    is_scripted: bool = True
    miss: str = ""
    exchange: Exchange | None = None

    @property
    def operation(self) -> str:
        """What was asked for: chat, embedding ... or none."""
        if self.exchange is not None:
            return self.exchange.operation
        return self.call.operation if self.call is not None else "none"

    @property
    def is_call(self) -> bool:
        """Say whether a model was asked for something: catalogues, health checks and CORS preflights are none."""
        return self.operation not in _NO_CALLS and self.request.head.method != "OPTIONS"

    @property
    def weight(self) -> int:
        """Bytes it takes, about."""
        return _OWN_WEIGHT + len(self.request.body)


class Ledger:
    """All takes of one server, how often each rule answered, and what went wrong in code of the test or of ours."""

    def __init__(self) -> None:
        self.uses: Counter[str] = Counter()
        self.errors: list[tuple[str, BaseException]] = []
        self.current: Take | None = None
        self._open: dict[int, Take] = {}
        self._done: deque[Take] = deque()
        self._weight = 0
        self._arrived = 0
        self._changed = Condition()

    def open(self, call: Call, request: Request, session: str) -> Take:
        """Begin the entry of a request whose reply is about to be chosen; one that has several choices keeps its entry."""
        take = self._open.get(id(request))
        if take is None:
            take = self._open[id(request)] = Take(self._number(), request, _own(call), session)
        self.current = take
        return take

    def chose(self, take: Take, rule: str, reply: Reply) -> None:
        """Take down what was chosen."""
        if not take.replies:
            take.rule = rule
        take.replies = [*take.replies, reply]
        if take.is_scripted and rule:
            self.uses[rule] += 1
        self.current = None
        self._tell()

    def record(self, exchange: Exchange) -> None:
        """Take down that a request is over."""
        key = id(exchange.request)
        take = self._open.get(key)
        if take is None:
            take = Take(self._number(), exchange.request, session=exchange.session, rule=exchange.rule)
        take.exchange = exchange
        self._done.append(take)
        self._open.pop(key, None)
        self._weight += take.weight
        while self._weight > MOST and len(self._done) > 1:
            self._weight -= self._done.popleft().weight
        self._tell()

    def takes(self, session: str | None = None) -> list[Take]:
        """The calls so far, in the order they came in; those of one session, or all."""
        both = {take.number: take for take in (*self._done.copy(), *self._open.copy().values())}
        return [both[number] for number in sorted(both) if both[number].is_call and session in (None, both[number].session)]

    def wait(self, holds: Callable[[], bool], timeout: float) -> bool:
        """Wait until something holds, which is looked at after every change; false when it did not in time."""
        with self._changed:
            return self._changed.wait_for(holds, timeout)

    def clear(self, session: str | None = None) -> None:
        """Forget one session, or everything. What is under way is forgotten too."""
        if session is not None:
            self._done = deque(take for take in self._done.copy() if take.session != session)
            self._weight = sum(take.weight for take in self._done)
            return
        self._done, self._open, self._weight = deque(), {}, 0
        self.uses.clear()
        self.errors.clear()

    def _number(self) -> int:
        self._arrived += 1
        return self._arrived

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()


def _own(call: Call) -> Call:
    """Copy a plain call: the engine may read the next one into the same object."""
    return replace(call, messages=[replace(message) for message in call.messages]) if call.plain else call
