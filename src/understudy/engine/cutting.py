"""Streams cut into pieces that serve others: what stands around the bytes that belong to one of them alone.

In: an encoded stream. Out: its chunks, parted where time parts them, with room for another's bytes between each two pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple

from understudy.engine.chunking import chunked_for, chunks_of, numbered_chunks
from understudy.engine.framing import SLICE, Behind, framed_for
from understudy.model.frame import Frames, Stream
from understudy.model.plan import Run, Solo
from understudy.model.steady import Numbered, Steady
from understudy.wire.response import LAST_CHUNK

_FEW = 8  # moments too few for streams to be played in step


class Cut(NamedTuple):
    """A stream cut where time cuts it, for HTTP/1.1, and around its joint, for all joints of one length.

    Attributes:
        opening: what goes out with the head.
        lead: how many chunks are in it.
        frames: those that follow, each due at a moment of its own; the last with all that goes out behind it.
        end: that, where no frames follow. The joint belongs between each two pieces, as in `opening`.
        said: the tokens of each frame.
        steady: the frames as beats, where they come at equal intervals.
    """

    opening: tuple[bytes, ...]
    lead: int
    frames: list[tuple[bytes, ...]]
    end: tuple[bytes, ...]
    said: Sequence[int]
    steady: Steady | None = None

    def paced(self, head: bytes, joint: bytes, waits: Iterable[float]) -> Solo:
        """Send it event by event, as `paced` does."""
        run = Run(self.frames, joint, islice(waits, self.lead, None), self.end, self.steady, self.said)
        return Solo(head + joint.join(self.opening), run)

    def steadied(self, waits: Sequence[float], size: int) -> Cut:
        """Find the beats for waits before each chunk and joints of one size, where all of them come at equal intervals."""
        return self._replace(steady=_steady(waits[self.lead :], partial(_beats, self.frames), size))


def beats_of(stream: Stream, waits: Iterable[float]) -> Steady | None:
    """The beats of a stream that serves nobody else, so that it can be played in step with others.

    None where its frames do not come at equal intervals, as far as is known beforehand, or are made when they are due.
    """
    if stream.timed or isinstance(stream.sheet.frames, Frames) or not isinstance(waits, list):
        return None
    return _steady(waits[stream.sheet.lead :], partial(_own, stream, len(waits)), len(stream.joint))


def _steady(waits: Sequence[float], make: Callable[[int], Sequence[tuple[bytes, ...]]], size: int) -> Steady | None:
    """The beats of frames that come at equal intervals, if they do; `make` gets how many are the first beat."""
    together = next((k for k, wait in enumerate(waits) if k and wait), len(waits))
    left = len(waits) - together
    if left < _FEW or waits.count(waits[together]) - (waits[0] == waits[together]) < left:
        return None
    return Steady(waits[0], waits[together], together, partial(make, together), size)


def _beats(frames: list[tuple[bytes, ...]], together: int) -> list[tuple[bytes, ...]]:
    return [tuple(_around(frames[:together])), *frames[together:]]


def _own(stream: Stream, end: int, together: int) -> Numbered:
    """The beats of a stream that nobody shares, up to before that frame; what goes out from there on is in the last."""
    size, frames, lead = len(stream.joint), stream.sheet.frames, stream.sheet.lead
    first = islice(chunks_of(frames, size), lead, lead + together)
    numbered = numbered_chunks(size).number(islice(frames, lead + together, end - 1))
    (last,) = chunks_of([frames[end - 1]], size)
    return Numbered(tuple(_around(first)), *numbered, tuple(_around((last, tuple(Behind(stream))))), size)


def cut(stream: Stream, joint: bytes) -> Cut:
    """Cut a stream around its joint, or around other bytes that are its own."""
    sheet = stream.sheet
    shared = joint == stream.joint
    chunks: list[tuple[bytes, ...]] = [*chunked_for(sheet, len(joint))] if shared else _chunked(stream.frames(), joint)
    timed = len(sheet.own_time())
    end = _around((*chunks[timed:], *_chunked(stream.last, joint)))
    end[-1] += LAST_CHUNK
    frames = chunks[sheet.lead : timed]
    if frames:
        frames[-1], end = tuple(_around((frames[-1], end))), []
    return Cut(tuple(_around(chunks[: sheet.lead])), sheet.lead, frames, tuple(end), sheet.said())


def sliced(stream: Stream, joint: bytes) -> list[tuple[bytes, ...]]:
    """Cut a stream that waits for nothing in the same way; the joint belongs between each two pieces of a slice."""
    shared = joint == stream.joint
    chunks = [framed_for(stream.sheet, len(joint), chunked=True).between] if shared else _chunked(stream.frames(), joint)
    pieces = _around((*chunks, *_chunked(stream.last, joint)))
    pieces[-1] += LAST_CHUNK
    step = len(pieces) * SLICE // (sum(map(len, pieces)) + len(joint) * len(pieces)) or 1
    return [tuple(pieces[:step]), *((b"", *pieces[at : at + step]) for at in range(step, len(pieces), step))]


def _chunked(frames: Iterable[bytes], joint: bytes) -> list[tuple[bytes, ...]]:
    """Frames as HTTP chunks: what stands before, between and behind the joints of each."""
    chunks = []
    for frame in frames:
        pieces = frame.split(joint) if joint else [frame]
        pieces[0] = b"%x\r\n%b" % (len(frame), pieces[0])
        pieces[-1] += b"\r\n"
        chunks.append(tuple(pieces))
    return chunks


def _around(frames: Iterable[Sequence[bytes]]) -> list[bytes]:
    """What stands before, between and behind the joints of some frames."""
    pieces = [b""]
    for start, *others in frames:
        pieces[-1] += start
        pieces += others
    return pieces
