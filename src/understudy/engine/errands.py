"""What the server asks of itself: the requests of a batch, answered by the same pipeline as everybody's.

In: the engine's `respond`, the time, and what plays plans that are nobody's answer. Out: agents, each on behalf of a request.
Work that takes long is done in turns, a few jobs at a time, so that it never holds up those who wait for an answer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from understudy.errors import RequestError
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Delivery, Ending, Outcome, Plan, spelled_out
from understudy.model.ports import Told
from understudy.model.reply import Failure
from understudy.wire.answer import BLANK, dechunked, fields_of

_AT_ONCE = 8  # jobs; each keeps what it works on in memory
_MOST = 1_000  # jobs that wait
_PATHS = 16
_CARRIED = (
    *("authorization", "api-key", "openai-organization", "openai-project", "x-understudy-session"),
    *("x-api-key", "anthropic-version", "anthropic-beta"),
)
_BROKEN = Told(500, "", b'{"error":{"message":"The connection was closed before an answer.","type":"server_error"}}')
_OUTCOMES: dict[Ending, Outcome] = {Ending.NEXT: "done", Ending.ABORT: "aborted"}

Play = Callable[[Plan], object]


class Errands:
    """All that the server asks of itself.

    Args:
        respond: answers a request.
        wall: unix time in seconds.
        monotonic: seconds on a clock that never goes back.
        player: what plays plans that are nobody's answer at the moment, None while nobody does.
    """

    def __init__(
        self,
        respond: Callable[[Request], bytes | Plan],
        wall: Callable[[], float],
        monotonic: Callable[[], float],
        player: Callable[[], Play | None],
    ) -> None:
        self.respond = respond
        self.wall = wall
        self.monotonic = monotonic
        self._player = player
        self._waiting: deque[Iterator[float]] = deque()
        self._active = 0

    def later(self, job: Iterator[float]) -> None:
        """Do a job in turns, after those before it; without anybody who plays plans it is done at once.

        Raises:
            RequestError: when too many jobs wait.
        """
        if self._player() is None:
            for _ in job:
                pass
            return
        if len(self._waiting) >= _MOST:
            message = f"Too many batches are waiting: expected at most {_MOST}. Try again when some are done."
            raise RequestError(Failure(429, "rate_limit", message))
        self._waiting.append(job)
        self._begin()

    def _begin(self) -> None:
        play = self._player()
        while play is not None and self._waiting and self._active < _AT_ONCE:
            self._active += 1
            play(Plan(self._turns(self._waiting.popleft()), self._ended))

    def _turns(self, job: Iterator[float]) -> Iterator[float]:
        """The waits of a job, at least as long as its last turn took, and longer the more jobs there are: together they take
        no more turns than one, and half of the time at most. Plans make up for being late, which a job must not.
        """
        now = self.monotonic
        due = began = now()
        for wait in job:
            ended = now()
            step = ended + max(wait, ended - began) * self._active - due
            due += step
            yield step
            began = now()

    def _ended(self, delivery: Delivery) -> None:
        self._active -= 1
        if delivery.outcome == "done":
            self._begin()


class Errand:
    """Asks as the client of a request would, told by its head; implements `model.ports.Agent`."""

    def __init__(self, errands: Errands, head: RequestHead) -> None:
        self._errands = errands
        self._head = head
        self._heads: dict[str, RequestHead] = {}

    @cached_property
    def _fields(self) -> dict[str, str]:
        headers = self._head.headers
        fields = {name: headers[name] for name in _CARRIED if name in headers}
        return {"host": headers.get("host", "localhost"), "content-type": "application/json", **fields}

    def wall(self) -> float:
        """Unix time in seconds."""
        return self._errands.wall()

    def later(self, job: Iterator[float]) -> None:
        """Do a job in turns."""
        self._errands.later(job)

    def ask(self, path: str, body: bytes) -> Told:
        """Ask the server itself; what an answer takes in time is not waited for."""
        head = self._heads.get(path)
        if head is None:
            if len(self._heads) >= _PATHS:
                self._heads.clear()
            head = self._heads[path] = RequestHead("POST", path, path, "", self._fields)
        answer = self._errands.respond(Request(head, body, self._errands.monotonic()))
        return told(b"".join(_sent(answer)) if isinstance(answer, Plan) else answer)


def _sent(plan: Plan) -> Iterable[bytes]:
    """What a plan sends, up to where it breaks off."""
    sent: list[bytes] = []
    outcome: Outcome = "done"
    for step in spelled_out(plan.steps):
        if isinstance(step, bytes):
            sent.append(step)
        elif isinstance(step, Ending):
            outcome = _OUTCOMES.get(step, "closed")
            break
    if plan.ended is not None:
        plan.ended(Delivery(outcome, sum(map(len, sent)), len(sent)))
    return sent


def told(answer: bytes) -> Told:
    """Read an HTTP answer; one that broke off is an error of the server."""
    head, end, body = answer.partition(BLANK)
    parts = head.partition(b"\r\n")[0].split(b" ", 2)
    if not end or len(parts) < 2 or not parts[1].isdigit():
        return _BROKEN
    fields = dict(fields_of(head))
    if fields.get("transfer-encoding") == "chunked":
        body = dechunked(body)
    if len(body) < int(fields.get("content-length", "0")):
        return _BROKEN
    return Told(int(parts[1]), fields.get("x-request-id", ""), body)
