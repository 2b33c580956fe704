"""From an encoded answer to bytes on the connection: chunked framing and the order of things in time.

A sheet is framed once for each joint length and kept with the sheet, so an unpaced stream is a single join.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice, repeat
from typing import Final, NamedTuple

from msgspec.structs import replace

from understudy.engine.chunking import LONG, chunked_for
from understudy.model.frame import Sheet, Stream
from understudy.model.plan import SENT, UNSAID, Gate, Run, Solo, Step, Until
from understudy.model.steady import Steady
from understudy.wire.response import LAST_CHUNK, chunk

SLICE: Final = 60_000
"""Bytes handed to the socket at a time when nothing has to wait."""


class _Framed(NamedTuple):
    """A sheet ready for one joint length: between two joints stands the end of one frame and the head of the next."""

    size: int
    chunked: bool
    between: list[bytes]
    bytes: int


def framed_for(sheet: Sheet, size: int, *, chunked: bool) -> _Framed:
    """Frame a sheet for joints of that size, once."""
    memo = sheet.memo
    if memo is not None and memo.size == size and memo.chunked == chunked:
        found: _Framed = memo
        return found
    between: list[bytes] = []
    tail = b""
    for head, end in chunked_for(sheet, size) if chunked else sheet.frames:
        between.append(tail + head)
        tail = end
    between.append(tail)
    sheet.memo = made = _Framed(size, chunked, between, sum(map(len, between)) + size * len(sheet.frames))
    return made


def awaited(stream: Stream) -> Stream:
    """The same, where nothing is said, with what ends it in the place of that: for it, too, the first token is waited for."""
    if stream.sheet.frames or stream.timed:
        return stream
    frames = [(frame, b"") for frame in stream.last]
    return replace(stream, sheet=Sheet(frames, [0] * len(frames)), joint=b"", last=())


def at_once(head: bytes, stream: Stream, *, chunked: bool) -> Iterable[bytes]:
    """Frame a stream that waits for nothing: few large pieces, every event a chunk of its own."""
    if len(stream.sheet.frames) > LONG:
        return _piece_by_piece(head, stream, chunked=chunked)
    framed = framed_for(stream.sheet, len(stream.joint), chunked=chunked)
    ending = _ending(stream, chunked=chunked)
    if framed.bytes <= SLICE:
        return [b"".join([head, stream.joint.join(framed.between), *ending])]
    step = max(1, len(framed.between) * SLICE // framed.bytes)
    parts = [head]
    for at in range(0, len(framed.between), step):
        part = stream.joint.join(framed.between[at : at + step])
        parts.append(stream.joint + part if at else part)
    return [*parts, b"".join(ending)]


def _piece_by_piece(head: bytes, stream: Stream, *, chunked: bool) -> Iterator[bytes]:
    """Frame a long stream when its turn comes, a slice at a time."""
    joint, parts, size = stream.joint, [head], 0
    for start, end in stream.sheet.frames:
        data = start + joint + end
        parts.append(chunk(data) if chunked else data)
        size += len(data)
        if size > SLICE:
            yield b"".join(parts)
            parts, size = [], 0
    yield b"".join([*parts, *_ending(stream, chunked=chunked)])


def paced(
    head: bytes, stream: Stream, waits: Iterable[float], *, chunked: bool, steady: Steady | None = None
) -> Iterable[Step]:
    """Send a stream event by event, each when it is due; those in the lead are due at once.

    Args:
        head: what comes before.
        stream: what is sent.
        waits: seconds before each frame, or each that has a time of its own where the stream does not bring them itself.
        chunked: for HTTP/1.1.
        steady: its beats, for which it has to be chunked.
    """
    if stream.stops is not None:
        return one_by_one(head, stream, waits, chunked=chunked)  # a run would have made the event before
    joint, sheet = stream.joint, stream.sheet
    frames = chunked_for(sheet, len(joint)) if chunked else sheet.frames
    opening = [head]
    if sheet.lead:
        frames, waits = iter(frames), iter(waits)
        lead = zip(islice(frames, sheet.lead), islice(waits, sheet.lead), strict=False)
        opening += [start + joint + end for (start, end), _ in lead]
    if chunked:
        return Solo(b"".join(opening), Run(frames, joint, waits, Behind(stream), steady, sheet.said()))
    return (*opening, Run(frames, joint, waits, said=sheet.said()), *_last(stream))


class Behind:
    """All that goes out with the last event of a stream, framed when it is due."""

    __slots__ = ("_stream",)

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        """Give it in one piece."""
        yield b"".join((*map(chunk, _last(self._stream)), LAST_CHUNK))


def _last(stream: Stream) -> Iterator[bytes]:
    """The events that wait for nothing behind the last that does."""
    if not stream.timed:
        sheet, joint = stream.sheet, stream.joint
        yield from (start + joint + end for start, end in sheet.frames[len(sheet.own_time()) :])
    yield from stream.last


def one_by_one(head: bytes, stream: Stream, waits: Iterable[float] | None, *, chunked: bool) -> Iterator[Step]:
    """Send a stream frame by frame, every one a step of its own, in time where there are waits.

    So it is for those who change steps, and for a stream that may end at any moment: whether it does is asked when an event is
    due, and not when it is waited for.
    """
    yield head
    joint, sheet = stream.joint, stream.sheet
    timed = range(sheet.lead, len(sheet.frames if stream.timed else sheet.own_time())) if waits is not None else ()
    for at, ((start, end), wait) in enumerate(zip(sheet.frames, repeat(0.0) if waits is None else waits, strict=False)):
        if wait > 0.0:
            yield wait
        if stream.stops is not None and stream.stops():
            break
        data = start + joint + end
        yield chunk(data) if chunked else data
        if at in timed:
            yield SENT if stream.sheet.tokens[at] else UNSAID
    yield from _ending(stream, chunked=chunked)


class Quiet(Until):
    """A wait behind which no event stands, or one that is counted by itself."""

    __slots__ = ()

    def end(self) -> bool:
        """Go on; never to an event."""
        super().end()
        return False


def gated(
    head: bytes,
    stream: Stream,
    until: Callable[[int], Iterable[Gate]],
    again: Callable[[], Stream],
    *,
    chunked: bool,
    apart: bool = False,
) -> Iterator[Step]:
    """Send a stream event by event, each when the gates of its last token are open; what carries none goes with the one before.

    What comes before the first that carries any goes with that, unless it is in the lead; a stream may end there. Behind the
    lead all up to the last that carries any count as events.

    Args:
        head: what comes before.
        stream: what is sent.
        until: gives the gates of the token of that number.
        again: gives the stream as it is once the first gates are open: as many events, with the same tokens and the same lead.
        chunked: for HTTP/1.1.
        apart: gates do not count the events behind them: there are several, or events may be kept back or cut off there.
    """
    yield head
    del head  # of which there are thousands
    events, lead, own = _events(stream, chunked=chunked), stream.sheet.lead, stream.sheet.own_time()
    yield from islice(events, lead)
    if len(stream.sheet.frames) <= lead and not stream.last:
        yield from _ending(stream, chunked=chunked)
        return
    first = next((at for at in range(lead, len(own)) if own[at]), len(own))
    total = own[first] if first < len(own) else 1
    yield from map(Quiet, until(total)) if apart else until(total)
    made = again()
    del again
    if made is not stream:
        stream, events = made, islice(_events(made, chunked=chunked), lead, None)
    uncounted = apart
    for at, data in enumerate(events, lead):
        if first < at < len(own) and own[at]:
            total += own[at]
            yield from map(Quiet, until(total)) if apart else until(total)
            uncounted = apart
        yield data
        if uncounted and at < len(own):  # who stands behind a gate is counted there, a role for the first text
            yield SENT if stream.sheet.tokens[at] and (apart or at != first) else UNSAID
        uncounted = True
    yield from _ending(stream, chunked=chunked)


def _events(stream: Stream, *, chunked: bool) -> Iterator[bytes]:
    joint = stream.joint
    frames = chunked_for(stream.sheet, len(joint)) if chunked else stream.sheet.frames
    return (start + joint + end for start, end in frames)


def _ending(stream: Stream, *, chunked: bool) -> Iterable[bytes]:
    """What ends a stream, each piece made when it is asked for."""
    return chain(map(chunk, stream.last), (LAST_CHUNK,)) if chunked else stream.last


def delayed(seconds: float, steps: Iterable[Step]) -> Iterator[Step]:
    """Wait before everything."""
    yield seconds
    yield from steps
