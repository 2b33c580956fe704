"""Answers that are ready: what was sent a moment ago and will be sent again but for a few characters.

The first of them is rendered the long way, the others fill a few holes. Knows neither requests nor where they are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from understudy.dialects import Moment
from understudy.engine.chunking import LONG
from understudy.engine.cutting import Cut, cut, sliced
from understudy.engine.decision import Decision, letters
from understudy.engine.pace import Pace
from understudy.engine.twin import Span
from understudy.model.exchange import NOTHING, REQUEST_ID, Particulars
from understudy.model.frame import Body, Names, Stream
from understudy.model.plan import Step
from understudy.wire.forms import Fill, Form, Hole

_LONGEST = 1 << 16  # bytes of a body that is kept
_NO_TIME = (0.0, 0.0)

# Values of a ready answer, in this order: decision token, serial number, decision token, salt, the answer's key; and of one
# that takes time, its processing time in ms.
_HOLES = {
    "request_id": Hole(REQUEST_ID, (0, 1)),
    "decision": Hole(b"%b", (2,)),
    "identity": Hole(b"%b%b", (3, 4)),
    "key": Hole(b"%.0b%b", (3, 4)),  # for providers whose identifiers have no room for the salt, or are made of something else
    "processing_ms": Hole(b"%d", (5,)),
}

# The same in the joint of a stream, whose values are the salt and the key alone.
_JOINT_HOLES = {"identity": Hole(b"%b%b", (0, 1)), "key": Hole(b"%.0b%b", (0, 1))}

Rows = tuple[list[float], ...]

Ways = tuple[tuple[str, bytes], ...]
"""How an answer may be named: what goes into the hole, and what stands there now; tried in this order."""


class Ready(Struct, frozen=True):
    """An answer as a `%` template for its identifiers, what it costs, the rows it is counted in, and what names others.

    `fill` orders the identifiers where the template wants them otherwise than they come.
    """

    template: bytes
    prompt_tokens: int
    completion_tokens: int
    rows: Rows = ()
    names: Names | None = None
    fill: Fill | None = None


class ReadyInTime(Struct, frozen=True):
    """A whole answer that takes time, as a `%` template, what it costs, and what names others; `fill` as that of `Ready`.

    `span` is how long its stream would have taken, None where that is no matter, `always` the same where nothing is drawn.
    `is_late` says that the head owns up to a server that is the bottleneck. `finish` is why it ends, `particulars` what else is
    told of it.
    """

    template: bytes
    prompt_tokens: int
    completion_tokens: int
    pace: Pace
    span: Span | None
    always: tuple[float, float] | None
    is_late: bool
    names: Names | None = None
    fill: Fill | None = None
    finish: str = "stop"
    particulars: Particulars = NOTHING

    def drawn(self, decision: Decision) -> tuple[float, float]:
        """The seconds before it, and what of them lies behind its first token."""
        whole, rest = self.always or (_NO_TIME if self.span is None else self.span.drawn(decision))
        return self.pace.before(decision) + whole, rest

    def named(self, token: bytes, serial: int, salt: bytes, decision: Decision, wait: float) -> bytes:
        """Give it another name."""
        key = letters(decision.root)
        own = key if self.names is None else self.names(decision, key)
        values = (token, serial, token, salt, own, 1 + wait * 1000)
        return self.template % (values[:5] if self.fill is None else self.fill(values))


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


def ready_whole(head: Form, values: tuple[Any, ...], answer: Body, moment: Moment, rows: Rows = ()) -> Ready | None:
    """Make an answer ready, if the one thing of its body that belongs to it alone is its identity; None for long ones, too."""
    made = _template(head, values, answer, moment, ("request_id", "decision"))
    return None if made is None else Ready(made[0], answer.prompt_tokens, answer.completion_tokens, rows, answer.names, made[1])


def ready_in_time(
    head: Form,
    values: tuple[Any, ...],
    answer: Body,
    moment: Moment,
    pace: Pace,
    span: Span | None,
    is_late: bool = False,
    finish: str = "stop",
    particulars: Particulars = NOTHING,
) -> ReadyInTime | None:
    """Make one ready that takes time, on the same conditions."""
    made = _template(head, values, answer, moment, ("request_id", "decision", "processing_ms"))
    if made is None:
        return None
    always = None if span is None or pace.constancy(answer.prompt_tokens) is None else span.drawn(moment.random)
    tokens = answer.prompt_tokens, answer.completion_tokens
    return ReadyInTime(made[0], *tokens, pace, span, always, is_late, answer.names, made[1], finish, particulars)


def ready_stream(
    head: Form,
    values: tuple[Any, ...],
    answer: Stream,
    moment: Moment,
    pace: Pace,
    is_late: bool = False,
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


def _template(
    head: Form, values: tuple[Any, ...], answer: Body, moment: Moment, left: tuple[str, ...]
) -> tuple[bytes, Fill | None] | None:
    """A whole answer as a template for what is `left` of its head, and for its identity."""
    opened = None if len(answer.data) > _LONGEST else _opened(answer.data, _ways(answer, moment))
    if opened is None:
        return None
    before, hole, after = opened
    literals, names = head.parts(values, left)
    literals[-1] += before
    return Form([*literals, after], [*names, hole], _HOLES).template


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
