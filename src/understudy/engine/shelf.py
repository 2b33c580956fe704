"""Answers kept ready: what was sent a moment ago and will be sent again but for a few characters.

Within one second, plain calls that get the same fixed reply for the same model and cost the same number of prompt tokens get
the same bytes, apart from the identifiers. The first of them is rendered the long way, the others fill three holes. A shelf
belongs to one world and to heads that want their answers framed alike.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from understudy.dialects import Moment
from understudy.engine.cutting import Cut, cut, sliced
from understudy.engine.decision import Decision, letters
from understudy.engine.framing import LONG
from understudy.engine.pace import Pace
from understudy.engine.twin import Twins
from understudy.model.exchange import NOTHING, Particulars
from understudy.model.frame import Body, Names, Stream
from understudy.model.plan import Step
from understudy.wire.forms import Fill, Form, Hole

_MOST = 256  # answers kept; a second rarely sees so many different ones
_LONGEST = 1 << 16  # bytes of a body that is kept

# Values of a ready answer, in this order: decision token, serial number, decision token, salt, the answer's key.
_HOLES = {
    "request_id": Hole(b"req_%.16b%016x", (0, 1)),
    "decision": Hole(b"%b", (2,)),
    "identity": Hole(b"%b%b", (3, 4)),
    "key": Hole(b"%.0b%b", (3, 4)),  # for providers whose identifiers have no room for the salt, or are made of something else
}

# The same in the joint of a stream, whose values are the salt and the key alone.
_JOINT_HOLES = {"identity": Hole(b"%b%b", (0, 1)), "key": Hole(b"%.0b%b", (0, 1))}

Rows = tuple[list[float], ...]
Key = tuple[int, Hashable, int]
"""Identity of the reply, kind of the call, prompt tokens."""

Ways = tuple[tuple[str, bytes], ...]
"""How an answer may be named: what goes into the hole, and what stands there now; tried in this order."""


class Ready(Struct, frozen=True):
    """An answer as a `%` template for its identifiers, what it costs, the rows it is counted in, and what names others.

    `fill` orders the identifiers where the template wants them otherwise than they come.
    """

    template: bytes
    completion_tokens: int
    rows: Rows = ()
    names: Names | None = None
    fill: Fill | None = None


class ReadyStream(Struct, frozen=True):
    """A stream as `%` templates for its head and its joint; `like` is the one it was made of, `fill` as that of `Ready`.

    That one in pieces is `cut` where it takes time, `slices` where it takes none. `is_late` says that the head owns up to a
    server that is the bottleneck. `waits` are those of all, where nothing is drawn. `finish` is why it ends, `particulars` what
    else is told of it.
    """

    head: bytes
    joint: bytes
    like: Stream
    pace: Pace
    is_late: bool
    cut: Cut | None
    slices: Sequence[tuple[bytes, ...]] = ()
    waits: Sequence[float] | None = None
    fill: Fill | None = None
    finish: str = "stop"
    particulars: Particulars = NOTHING

    def steps(self, token: bytes, serial: int, salt: bytes, decision: Decision) -> Iterable[Step]:
        """Send it under another name."""
        values = (token, serial, token) if self.fill is None else self.fill((token, serial, token))
        head = self.head % values
        key, names = letters(decision.root), self.like.names
        joint = self.joint % (salt, key if names is None else names(decision, key))
        if self.cut is None:
            first, *others = map(joint.join, self.slices)
            return [head + first, *others]
        waits: Iterable[float] | None = self.waits
        if waits is None:
            waits = self.pace.of_sheet(self.like.sheet, decision, self.like.prompt_tokens)
        return self.cut.paced(head, joint, waits)


def ready_stream(
    head: Form,
    values: tuple[Any, ...],
    answer: Stream,
    moment: Moment,
    pace: Pace,
    *,
    is_late: bool,
    finish: str = "stop",
    particulars: Particulars = NOTHING,
) -> ReadyStream | None:
    """Make a stream ready, if the one thing of it that belongs to it alone is its identity; None for one that is long, too."""
    if len(answer.sheet.frames) > LONG:
        return None
    ways = _ways(answer, moment)
    own = answer.joint or _own(answer, ways)
    opened = _opened(own, ways) if own else None
    if opened is None or any(_stands(ways, piece) for frame in answer.last for piece in frame.split(own)):
        return None
    before, hole, after = opened
    joint, _ = Form([before, after], [hole], _JOINT_HOLES).template
    first, fill = Form(*head.parts(values, ("request_id", "decision")), _HOLES).template
    ready = ReadyStream(first, joint, answer, pace, is_late, None, fill=fill, finish=finish, particulars=particulars)
    if not pace.streams:
        return replace(ready, slices=sliced(answer, own))
    found, waits = cut(answer, own), pace.of_all(answer.sheet, answer.prompt_tokens)
    if waits is not None:
        found = found.steadied(waits, len(own))
    return replace(ready, cut=found, waits=waits)


class Shelf:
    """Head forms, and what is `ready` of one `second`, by what it depends on; `twins` know how long whole answers take."""

    __slots__ = ("_asked", "forms", "ready", "second", "streams", "twins")

    def __init__(self) -> None:
        self.forms: dict[Any, Form] = {}
        self.second = 0
        self.ready: dict[Key, Ready] = {}
        self.streams: dict[Key, ReadyStream] = {}
        self._asked: dict[Key, bool] = {}  # of streams, whether they cannot be made ready
        self.twins = Twins()

    def keep_stream(self, key: Key, second: int, make: Callable[[], ReadyStream | None], *, is_late: bool) -> None:
        """Keep a stream, if it can be, once it is asked for again: to make it ready takes longer than to answer one."""
        self._turn(second)
        cannot, kept = self._asked.get(key), self.streams.get(key)
        if cannot is None:
            if len(self._asked) < _MOST:
                self._asked[key] = False
        elif not cannot and (kept is None or kept.is_late is not is_late):
            ready = make()
            if ready is None:
                self._asked[key] = True
            else:
                self.streams[key] = ready

    def _turn(self, second: int) -> None:
        if second != self.second:
            self.second = second
            self.ready.clear()
            self.streams.clear()
            self._asked.clear()

    def keep(
        self,
        key: Key,
        head: Form,
        values: tuple[Any, ...],
        answer: Body,
        moment: Moment,
        rows: Rows = (),
    ) -> None:
        """Keep an answer, if the one thing of its body that belongs to it alone is its identity."""
        self._turn(moment.created)
        opened = _opened(answer.data, _ways(answer, moment))
        if opened is None or len(self.ready) >= _MOST or len(answer.data) > _LONGEST:
            return
        before, hole, after = opened
        literals, names = head.parts(values, ("request_id", "decision"))
        literals[-1] += before
        template, fill = Form([*literals, after], [*names, hole], _HOLES).template
        self.ready[key] = Ready(template, answer.completion_tokens, rows, answer.names, fill)


def _ways(answer: Body | Stream, moment: Moment) -> Ways:
    """How an answer may be named."""
    if answer.names is not None:
        return (("key", answer.names(moment.random, moment.key)),)
    return (("identity", moment.salt + moment.key), ("key", moment.key))


def _own(answer: Stream, ways: Ways) -> bytes:
    """Find what of an identity stands in the frames of a stream without a joint; b"" when it stands there in several ways."""
    said = b"".join(answer.events())
    own = next((name for _, name in ways if name in said), ways[-1][1])
    return b"" if own and _stands(ways, said.replace(own, b"")) else own


def _stands(ways: Ways, data: bytes) -> bool:
    """Say whether an identity stands somewhere."""
    return any(name in data for _, name in ways)


def _opened(data: bytes, ways: Ways) -> tuple[bytes, str, bytes] | None:
    """Find the one place where an identity stands: what is before it, the hole for it, what is after it."""
    for hole, name in ways:
        before, found, after = data.partition(name) if name else (data, b"", b"")
        if found:
            return None if name in after else (before, hole, after)
    return None
