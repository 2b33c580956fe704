"""A stream cut into pieces and put together under another name is the stream that would have been encoded under it."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from understudy.engine import cutting
from understudy.engine.cutting import beats_of, cut, sliced
from understudy.engine.framing import paced
from understudy.model.frame import Frames, Sheet, Stream
from understudy.model.plan import spelled_out
from understudy.wire.response import LAST_CHUNK, chunk

frames = st.lists(st.tuples(st.binary(min_size=1, max_size=9), st.binary(max_size=9)), max_size=12)


def piece_by_piece(head, stream):
    return head + b"".join(map(chunk, stream.events())) + LAST_CHUNK


@st.composite
def sheets(draw):
    """Streams with any lead, and frames behind the last that carries a token."""
    found, lead = draw(frames), draw(st.integers(0, 2))
    tokens = draw(st.lists(st.integers(0, 2), min_size=len(found), max_size=len(found)))
    tokens[:lead] = [0] * len(tokens[:lead])
    return named(Sheet(found, tokens, lead=min(lead, len(found))), draw(st.text("0123456789", max_size=5)).encode())


def named(sheet, joint):
    """A stream whose joint stands in its last frames as well, but for one of them."""
    return Stream(sheet, joint, (joint + b"usage" + joint, b"done"))


@given(sheets(), sheets())
def test_a_cut_stream_is_sent_as_any_other_under_whatever_joint(stream, other):
    waits = [0.5 * (n + 1) for n in range(len(stream.sheet.own_time()))]
    found = cut(stream, stream.joint)
    joint = other.joint.ljust(len(stream.joint), b".")[: len(stream.joint)]
    renamed = named(stream.sheet, joint)
    assert joined(found.paced(b"head", joint, waits)) == joined(paced(b"head", renamed, waits, chunked=True))
    first, *others = map(joint.join, sliced(stream, stream.joint))
    assert b"".join((b"head", first, *others)) == piece_by_piece(b"head", renamed)


@given(sheets(), st.sets(st.integers(0, 12)), st.sampled_from([1, 20, 60_000]))
def test_a_stream_without_a_joint_is_cut_around_what_is_its_own(stream, places, size):
    def about(own):
        rows = [head + own + tail if at in places else head + tail for at, (head, tail) in enumerate(stream.sheet.frames)]
        sheet = Sheet(Frames(rows), stream.sheet.tokens, lead=stream.sheet.lead)
        return Stream(sheet, b"", (b"usage", own + b"done" + own))

    waits = [0.5 * (n + 1) for n in range(len(stream.sheet.own_time()))]
    one, other = about(b"[one it is]"), b"[otherwise]"
    found = cut(one, b"[one it is]").paced(b"head", other, waits)
    assert joined(found) == joined(paced(b"head", about(other), waits, chunked=True))
    before, cutting.SLICE = cutting.SLICE, size
    try:
        parts = list(map(other.join, sliced(one, b"[one it is]")))
    finally:
        cutting.SLICE = before
    assert b"".join((b"head", *parts)) == piece_by_piece(b"head", about(other))


def joined(steps):
    """Steps, with those that are sent at the same moment as one."""
    groups = itertools.groupby(spelled_out(steps), lambda step: isinstance(step, bytes))
    return [b"".join(group) if are_bytes else sum(group) for are_bytes, group in groups]


@given(
    st.integers(0, 3),
    st.lists(st.sampled_from([0.0, 0.02, 0.5]), min_size=1, max_size=4),
    st.integers(0, 20),
    st.sampled_from([0.02, 0.05]),
    st.lists(st.binary(min_size=1, max_size=3), max_size=2),
)
def test_a_cut_stream_knows_its_beats_where_they_come_at_equal_intervals(lead, first, count, wait, last):
    waits = [*[0.0] * lead, *first, *[wait] * count]
    found = [(b"%d" % n, b">") for n in range(len(waits))]
    stream = Stream(Sheet(found, [1] * len(waits), lead=lead), b"joint", tuple(last))
    made = cut(stream, b"joint").steadied(waits, 5)
    own = list(itertools.dropwhile(lambda pair: pair[0] < lead, enumerate(waits)))
    together = 1 + len(list(itertools.takewhile(lambda pair: not pair[1], own[1:])))
    later = [wait for _, wait in own[together:]]
    if len(later) < 8 or len(set(later)) > 1:
        assert made.steady is beats_of(stream, waits) is None
        return
    steps = made.paced(b"", b"joint", waits)
    moments = [step for step in joined(steps) if isinstance(step, bytes)]
    steady = made.steady
    beats = list(map(b"joint".join, steady.beats))
    assert beats[1:] == moments[1 - len(beats) :]
    assert moments[-len(beats)].endswith(beats[0])  # it goes out with the opening where it waits for nothing
    assert (steady.wait, steady.together) == (later[0], together)
    assert [steady.size(n, n + 1) for n in range(len(beats))] == list(map(len, beats))
    by_itself = beats_of(stream, waits)
    assert (by_itself.first, by_itself.wait, by_itself.together) == (steady.first, steady.wait, together)
    assert list(map(b"joint".join, by_itself.beats)) == beats
    assert by_itself.size(1, len(beats)) == sum(map(len, beats[1:]))


def test_only_what_is_known_beforehand_has_beats():
    sheet, waits = Sheet([(b"a", b"b")] * 12, [1] * 12), [0.5] * 12
    assert beats_of(Stream(sheet, b""), waits) is not None
    assert beats_of(Stream(sheet, b"", waits=waits), waits) is None
    assert beats_of(Stream(sheet, b""), iter(waits)) is None
    assert beats_of(Stream(Sheet(Frames([b"a"] * 12), [1] * 12), b""), waits) is None
