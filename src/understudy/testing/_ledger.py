"""What a server was asked under test, and what came of it: one entry a request, from its arrival on.

A sink, and more than one: the rulebook tells it what was chosen before anything is sent, so that a call that hangs is seen,
too. It stands before the journal: what is forgotten while it is under way comes into neither. Written on the server's thread,
read on any. Bounded by the bytes of the requests; the oldest go first.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Condition
from typing import Final

from msgspec import Struct
from msgspec.structs import astuple, replace

from understudy.model.call import Call, Message, Operation
from understudy.model.exchange import DEFAULT_SESSION, Exchange
from understudy.model.http import Request
from understudy.model.reply import Reply
from understudy.observe.journal import Journal

RuleKey = tuple[str | None, str]
"""Whose rule it is (None: everybody's) and its name."""

MOST: Final = 64 << 20
"""Bytes of requests that are kept."""

NO_CALLS: Final[tuple[Operation, ...]] = ("models", "model", "health")
"""Operations that ask no model for anything."""

_OWN_WEIGHT = 2048  # bytes an entry takes beside its request, about
_NONE: Final[Counter[str]] = Counter()


class Take(Struct):
    """One request: what was understood, what was chosen, and (once it is over) the exchange.

    `groups` are those of the regular expressions of a rule whose reply is a function; of several inputs they are the first
    one's, as `rule` is.
    `is_scripted` is false when no rule and no response fitted one of them; `miss` says why, where somebody wants to know.
    `used` are the rules that count it among their calls.
    """

    number: int
    request: Request
    call: Call | None = None
    session: str = DEFAULT_SESSION
    rule: str = ""
    replies: list[Reply] = []
    groups: Mapping[str, str] = {}
    is_scripted: bool = True
    miss: str = ""
    exchange: Exchange | None = None
    used: set[RuleKey] = set()

    @property
    def operation(self) -> str:
        """What was asked for: chat, embedding ... or none."""
        if self.exchange is not None:
            return self.exchange.operation
        return self.call.operation if self.call is not None else "none"

    @property
    def is_call(self) -> bool:
        """Say whether a model was asked for something: catalogues, health checks and CORS preflights are none."""
        return self.operation not in NO_CALLS and self.request.head.method != "OPTIONS"

    @property
    def weight(self) -> int:
        """Bytes it takes, about."""
        return _OWN_WEIGHT + len(self.request.body)


class Ledger:
    """All takes of one server, how many calls each rule answered, and what went wrong in code of the test or of ours.

    Attributes:
        journal: is handed every exchange that is not forgotten.
        current: the entry of the request whose reply is being chosen.
        has_missed: whether no rule and no response fits what is being chosen.
    """

    def __init__(self) -> None:
        self.journal: Journal | None = None
        self._uses: dict[RuleKey, Counter[str]] = {}  # by the session of the call
        self.errors: list[tuple[str, BaseException]] = []
        self.current: Take | None = None
        self.has_missed = False
        self._open: dict[int, Take] = {}
        self._done: deque[Take] = deque()
        self._forgotten: dict[int, Take] = {}
        self._weight = 0
        self._arrived = 0
        self._changed = Condition()
        self._listeners: list[Callable[[], object]] = []

    def open(self, call: Call, request: Request, session: str) -> Take:
        """Begin the entry of a request whose reply is about to be chosen; one that has several choices keeps its entry."""
        take = self._open.get(id(request)) or self._forgotten.get(id(request))
        if take is None:
            take = self._open[id(request)] = Take(self._number(), request, _own(call), session)
        self.current, self.has_missed = take, False
        return take

    def miss(self) -> None:
        """Take down that no rule and no response fits what is being chosen."""
        if self.current is not None:
            self.current.is_scripted = False
            self.has_missed = True

    def chose(self, take: Take, owner: str | None, rule: str, reply: Reply) -> None:
        """Take down what was chosen; a rule that gives several choices of a call has answered one call."""
        if not take.replies:
            take.rule = rule
        take.replies.append(reply)
        if rule and not self.has_missed and (owner, rule) not in take.used:
            take.used.add((owner, rule))
            self.uses((owner, rule))[take.session] += 1
        self.current = None
        self._tell()

    def uses(self, rule: RuleKey) -> Counter[str]:
        """What counts the calls that a rule answers, by session; it goes on doing so until `unuse`."""
        return self._uses.setdefault(rule, Counter())

    def used(self, rule: RuleKey) -> int:
        """How many calls a rule answered."""
        return total(self._uses.get(rule, _NONE))

    def has_room(self, rule: RuleKey, most: int) -> bool:
        """Say whether a rule that answers so many calls may give the reply that is looked for."""
        return self.used(rule) < most or (self.current is not None and rule in self.current.used)

    def record(self, exchange: Exchange) -> None:
        """Take down that a request is over."""
        key = id(exchange.request)
        if self._forgotten.pop(key, None) is not None:
            return
        if self.journal is not None:
            self.journal.record(exchange)
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

    def settle(self) -> None:
        """Let the journal work in what it has."""
        if self.journal is not None:
            self.journal.settle()

    @property
    def is_busy(self) -> bool:
        """Say whether a call is under way, be it a forgotten one."""
        return bool(self._open or self._forgotten)

    def takes(self, session: str | None = None) -> list[Take]:
        """The calls so far, in the order they came in; those of one session, or all."""
        both = {take.number: take for take in (*self._done.copy(), *self._open.copy().values())}
        return [both[number] for number in sorted(both) if both[number].is_call and session in (None, both[number].session)]

    def wait(self, holds: Callable[[], bool], timeout: float) -> bool:
        """Wait until something holds, which is looked at after every change; false when it did not in time."""
        with self._changed:
            return self._changed.wait_for(holds, timeout)

    @contextmanager
    def heard(self, listener: Callable[[], object]) -> Iterator[None]:
        """Tell somebody of every change, on the server's thread."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def clear(self, session: str | None = None) -> None:
        """Forget the calls of one session, or all. What is under way is forgotten too."""
        for key, take in list(self._open.items()):
            if session in (None, take.session):
                self._forgotten[key] = self._open.pop(key)
        self._done = deque(take for take in self._done if session not in (None, take.session))
        self._weight = sum(take.weight for take in self._done)

    def restart(self, session: str | None = None) -> None:
        """Forget how often rules answered, in one session or in all; then what went wrong, too."""
        for calls in list(self._uses.values()):
            if session is None:
                calls.clear()
            else:
                calls.pop(session, None)
        if session is None:
            self.errors.clear()

    def unuse(self, rule: RuleKey) -> None:
        """Begin to count the calls of a rule anew; what counted them until then keeps its count."""
        self._uses.pop(rule, None)

    def _number(self) -> int:
        self._arrived += 1
        return self._arrived

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()
        for listener in tuple(self._listeners):
            listener()


def total(uses: Counter[str]) -> int:
    """The calls of all sessions; any thread."""
    return sum(list(uses.values()))


def _own(call: Call) -> Call:
    """Copy a call, its messages without what dialects make of them: the engine may read the next one into the same object."""
    return replace(call, messages=[Message(*astuple(message)) for message in call.messages])
