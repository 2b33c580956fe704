"""Answers kept ready: what was sent a moment ago and will be sent again but for a few characters.

Within one second, plain calls that get the same fixed reply for the same model and cost the same number of prompt tokens get
the same bytes, apart from the identifiers. The first of them is rendered the long way, the others fill three holes. A shelf
belongs to one world and to heads that want their answers framed alike.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from msgspec import Struct

from understudy.engine.cutting import Cut, cut, sliced
from understudy.engine.decision import Decision, letters
from understudy.engine.framing import LONG
from understudy.engine.pace import Pace
from understudy.model.frame import Body, Stream
from understudy.model.plan import Step
from understudy.wire.forms import Form, Hole

_MOST = 256  # answers kept; a second rarely sees so many different ones
_SALT = 7  # letters of an identity that come before the answer's own
_LONGEST = 1 << 16  # bytes of a body that is kept

# Values of a ready answer, in this order: decision token, serial number, decision token, salt, the answer's key.
_HOLES = {
    "request_id": Hole(b"req_%.16b%016x", (0, 1)),
    "decision": Hole(b"%b", (2,)),
    "identity": Hole(b"%b%b", (3, 4)),
    "key": Hole(b"%.0b%b", (3, 4)),  # for providers whose identifiers have no room for the salt
}

# The same in the joint of a stream, whose values are the salt and the key alone.
_JOINT_HOLES = {"identity": Hole(b"%b%b", (0, 1)), "key": Hole(b"%.0b%b", (0, 1))}

Rows = tuple[list[float], ...]
Key = tuple[int, Hashable, int]
"""Identity of the reply, kind of the call, prompt tokens."""


class Ready(Struct, frozen=True):
    """An answer as a `%` template for its identifiers, what it costs, and the rows it is counted in."""

    template: bytes
    completion_tokens: int
    rows: Rows = ()


class ReadyStream(Struct, frozen=True):
    """A stream as `%` templates for its head and its joint; `like` is the one it was made of.

    That one in pieces is `cut` where it takes time, `slices` where it takes none. `is_late` says that the head owns up to a
    server that is the bottleneck. `waits` are those of all, where nothing is drawn.
    """

    head: bytes
    joint: bytes
    like: Stream
    pace: Pace
    is_late: bool
    cut: Cut | None
    slices: Sequence[tuple[bytes, ...]] = ()
    waits: Sequence[float] | None = None

    def steps(self, token: bytes, serial: int, salt: bytes, decision: Decision) -> Iterable[Step]:
        """Send it under another name."""
        head = self.head % (token, serial, token)
        joint = self.joint % (salt, letters(decision.root))
        if self.cut is None:
            first, *others = map(joint.join, self.slices)
            return [head + first, *others]
        waits: Iterable[float] | None = self.waits
        if waits is None:
            waits = self.pace.of_sheet(self.like.sheet, decision, self.like.prompt_tokens)
        return self.cut.paced(head, joint, waits)


def ready_stream(
    head: Form, values: tuple[Any, ...], answer: Stream, identity: bytes, pace: Pace, *, is_late: bool
) -> ReadyStream | None:
    """Make a stream ready, if the one thing of it that belongs to it alone is its identity; None for one that is long, too."""
    if len(answer.sheet.frames) > LONG:
        return None
    own = answer.joint or _own(answer, identity)
    opened = None if own is None else _opened(own, identity)
    if own is None or opened is None:
        return None
    before, hole, after = opened
    joint = Form([before, after], [hole], _JOINT_HOLES).template
    first = Form(*head.parts(values, ("request_id", "decision")), _HOLES).template
    if joint is None or first is None:
        return None
    if not pace.streams:
        return ReadyStream(first, joint, answer, pace, is_late, None, sliced(answer, own))
    found, waits = cut(answer, own), pace.of_all(answer.sheet, answer.prompt_tokens)
    if waits is not None:
        found = found.steadied(waits, len(own))
    return ReadyStream(first, joint, answer, pace, is_late, found, waits=waits)


class Shelf:
    """Head forms, and what is `ready` of one `second`, by what it depends on."""

    __slots__ = ("_asked", "forms", "ready", "second", "streams")

    def __init__(self) -> None:
        self.forms: dict[Any, Form] = {}
        self.second = 0
        self.ready: dict[Key, Ready] = {}
        self.streams: dict[Key, ReadyStream] = {}
        self._asked: set[Key] = set()

    def keep_stream(self, key: Key, second: int, make: Callable[[], ReadyStream | None]) -> None:
        """Keep a stream, if it can be, once it is asked for again: to make it ready takes longer than to answer one."""
        self._turn(second)
        if key in self._asked:
            if (ready := make()) is not None:
                self.streams[key] = ready
        elif len(self._asked) < _MOST:
            self._asked.add(key)

    def _turn(self, second: int) -> None:
        if second != self.second:
            self.second = second
            self.ready.clear()
            self.streams.clear()
            self._asked.clear()

    def keep(
        self,
        key: Key,
        second: int,
        head: Form,
        values: tuple[Any, ...],
        answer: Body,
        identity: bytes,
        rows: Rows = (),
    ) -> None:
        """Keep an answer, if the one thing of its body that belongs to it alone is its identity."""
        self._turn(second)
        opened = _opened(answer.data, identity)
        if opened is None or len(self.ready) >= _MOST or len(answer.data) > _LONGEST:
            return
        before, hole, after = opened
        literals, names = head.parts(values, ("request_id", "decision"))
        literals[-1] += before
        template = Form([*literals, after], [*names, hole], _HOLES).template
        if template is not None:
            self.ready[key] = Ready(template, answer.completion_tokens, rows)


def _own(answer: Stream, identity: bytes) -> bytes | None:
    """Find what of an identity stands in the frames of a stream without a joint; None when it stands there in several ways."""
    said, key = b"".join(answer.events()), identity[_SALT:]
    if identity not in said:
        return key
    return None if key in said.replace(identity, b"") else identity


def _opened(data: bytes, identity: bytes) -> tuple[bytes, str, bytes] | None:
    """Find the one place where an identity stands: what is before it, the hole for it, what is after it."""
    hole = "identity"
    before, found, after = data.partition(identity)
    if not found and len(identity) > _SALT:
        hole, identity = "key", identity[_SALT:]
        before, found, after = data.partition(identity)
    return None if not found or identity in after else (before, hole, after)
