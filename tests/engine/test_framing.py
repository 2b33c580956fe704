"""However a stream is handed to the socket, joined, sliced or event by event, the bytes are the same."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from itertools import repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.engine import framing
from understudy.engine.chunking import LONG
from understudy.engine.framing import at_once, delayed, gated, one_by_one, paced
from understudy.model.frame import Sheet, Stream
from understudy.model.lazy import Made
from understudy.model.plan import SENT, UNSAID, Counted, Gate, Until, spelled_out
from understudy.wire.response import LAST_CHUNK, chunk

frames = st.lists(st.tuples(st.binary(min_size=1, max_size=9), st.binary(max_size=9)), max_size=12)
streams = st.builds(
    lambda frames, joint, last: Stream(Sheet(frames, [1] * len(frames)), joint, tuple(last)),
    frames,
    st.binary(max_size=5),
    st.lists(st.binary(min_size=1, max_size=5), max_size=3),
)


def piece_by_piece(head, stream, *, chunked):
    frame = chunk if chunked else bytes
    return head + b"".join(map(frame, stream.events())) + (LAST_CHUNK if chunked else b"")


@given(streams, st.booleans(), st.sampled_from([1, 20, 60_000]))
def test_a_stream_at_once_is_its_events_joined(stream, chunked, size):
    before = framing.SLICE
    framing.SLICE = size
    try:
        parts = at_once(b"head", stream, chunked=chunked)
        assert b"".join(parts) == piece_by_piece(b"head", stream, chunked=chunked)
        assert b"".join(at_once(b"head", stream, chunked=chunked)) == b"".join(parts)
    finally:
        framing.SLICE = before


@given(streams, st.booleans())
def test_a_paced_stream_has_the_same_bytes(stream, chunked):
    steps = list(spelled_out(paced(b"head", stream, repeat(0.01), chunked=chunked)))
    sent = [step for step in steps if isinstance(step, bytes)]
    assert b"".join(sent) == piece_by_piece(b"head", stream, chunked=chunked)
    assert all(isinstance(step, bytes | float) for step in steps)


@given(streams, st.binary(max_size=5), st.booleans())
def test_a_sheet_serves_joints_of_any_length(stream, joint, chunked):
    at_once(b"", stream, chunked=chunked)
    other = Stream(stream.sheet, joint, stream.last)
    assert b"".join(at_once(b"", other, chunked=chunked)) == piece_by_piece(b"", other, chunked=chunked)


def test_a_long_stream_comes_in_slices():
    stream = Stream(Sheet([(b"x" * 1000, b"")] * 200, [1] * 200), b"")
    parts = at_once(b"head", stream, chunked=True)
    assert len(parts) > 3
    assert max(map(len, parts)) < 70_000


def test_a_very_long_stream_is_framed_while_it_is_sent():
    count = LONG + 1
    sheet = Sheet([(b"%06d" % number, b"" if number % 2 else b"end") for number in range(count)], [1] * count)
    for joint, last, chunked in itertools.product((b"", b"joint"), ((), (b"usage", b"done")), (True, False)):
        stream = Stream(sheet, joint, last)
        parts = list(at_once(b"head", stream, chunked=chunked))
        assert len(parts) > 1
        assert max(map(len, parts)) < 2 * framing.SLICE
        assert b"".join(parts) == piece_by_piece(b"head", stream, chunked=chunked)
    assert sheet.memo is None


def test_a_stream_is_framed_while_it_is_sent_from_that_length_on():
    for count, waits in ((LONG, False), (framing.LONG + 1, True)):
        steps = at_once(b"", Stream(Sheet([(b"x", b"")] * count, [1] * count), b""), chunked=True)
        assert isinstance(steps, Iterator) is waits


def test_a_delay_comes_before_everything():
    assert list(delayed(0.5, [b"a", b"b"])) == [0.5, b"a", b"b"]


LED = Stream(Sheet([(b"created ", b";"), (b"begun ", b";"), (b"item ", b";"), (b"text ", b";")], [0, 0, 0, 1], lead=2), b"J")


def test_the_lead_of_a_paced_stream_is_no_part_of_its_run():
    head, first, second, run = paced(b"head", LED, [0.0, 0.0, 2.0, 0.5], chunked=False)
    assert (head, first, second) == (b"head", b"created J;", b"begun J;")
    assert list(run.steps()) == [2.0, b"item J;", 0.5, b"text J;"]


def test_the_lead_goes_out_with_the_head():
    opening, run = paced(b"head", LED, [0.0, 0.0, 2.0, 0.5], chunked=True)
    assert opening == b"head" + b"a\r\ncreated J;\r\n" + b"8\r\nbegun J;\r\n"
    assert list(run.steps()) == [2.0, b"7\r\nitem J;\r\n", 0.5, b"7\r\ntext J;\r\n", b"0\r\n\r\n"]


def test_each_event_of_the_lead_is_a_step_for_faults_to_find():
    head, first, second, *others = one_by_one(b"head", LED, [0.0, 0.0, 2.0, 0.5], chunked=True)
    assert (head, first, second) == (b"head", b"a\r\ncreated J;\r\n", b"8\r\nbegun J;\r\n")
    waited = [2.0, b"7\r\nitem J;\r\n", 0.5, b"7\r\ntext J;\r\n", b"0\r\n\r\n"]
    assert [step for step in others if not isinstance(step, Counted)] == waited


BEHIND = Stream(Sheet([(b"text ", b";"), (b"more ", b";"), (b"stop ", b";")], [1, 1, 0]), b"J", (b"done",))


def test_frames_behind_the_last_token_go_out_with_it():
    _, run, stop, done = paced(b"head", BEHIND, [2.0, 0.5], chunked=False)
    assert (list(run.steps()), stop, done) == ([2.0, b"text J;", 0.5, b"more J;"], b"stop J;", b"done")
    _, run = paced(b"head", BEHIND, [2.0, 0.5], chunked=True)
    assert list(run.steps())[-1] == b"7\r\nstop J;\r\n4\r\ndone\r\n0\r\n\r\n"


def test_what_follows_the_last_event_is_made_with_it():
    made = []

    def make(place: int) -> bytes:
        made.append(place)
        return b"done"

    _, run = paced(b"head", Stream(BEHIND.sheet, b"J", Made(1, make)), [2.0, 0.5], chunked=True)
    steps = run.steps()
    assert [next(steps) for _ in range(4)][-1] == b"7\r\nmore J;\r\n"
    assert made == []
    assert next(steps).endswith(b"4\r\ndone\r\n0\r\n\r\n")
    assert made == [0]


def test_a_stream_that_brings_its_own_waits_keeps_them_all():
    stream = Stream(BEHIND.sheet, b"J", waits=(2.0, 0.5, 0.25))
    _, run = paced(b"head", stream, stream.waits, chunked=True)
    assert list(run.steps())[-3:] == [0.25, b"7\r\nstop J;\r\n", b"0\r\n\r\n"]


def test_the_lead_of_a_gated_stream_waits_for_no_gate():
    gate = Gate()
    steps = list(gated(b"head", LED, lambda _tokens: [gate], lambda: LED, chunked=False))
    assert steps == [b"head", b"created J;", b"begun J;", gate, b"item J;", b"text J;", UNSAID]


def test_a_gated_stream_waits_for_the_tokens_that_have_a_time_of_their_own():
    rounds = [(b"%d" % number, b"") for number in range(7)]
    sheet = Sheet(rounds, [0, 1, 1, 2, 2, 1, 0], timed=[0, 1, 0, 2, 0, 1])
    stream, asked = Stream(sheet, b"", (b"usage",)), []
    steps = list(
        gated(b"head", stream, lambda tokens: asked.append(tokens) or [f"gate {tokens}"], lambda: stream, chunked=False)
    )
    first, second, third = [b"0", b"1", UNSAID, b"2", SENT], [b"3", b"4", SENT], [b"5", b"6", b"usage"]
    assert steps == [b"head", "gate 1", *first, "gate 3", *second, "gate 4", *third]


def test_of_several_gates_none_counts_an_event():
    gates, frames = [Gate(), Gate()], [(b"role", b""), (b"a", b""), (b"b", b""), (b"end", b"")]
    stream = Stream(Sheet(frames, [0, 1, 1, 0]), b"")
    steps = list(gated(b"head", stream, lambda _tokens: gates, lambda: stream, chunked=False, apart=True))
    assert [step for step in steps if not isinstance(step, Until)] == [b"head", b"role", UNSAID, b"a", SENT, b"b", SENT, b"end"]
    assert [step.gate for step in steps if isinstance(step, Until)] == gates * 2


def test_a_gated_stream_that_says_nothing_waits_for_its_only_token():
    stream = Stream(Sheet([(b"role", b"")], [0]), b"", (b"end",))
    assert list(gated(b"head", stream, lambda tokens: [tokens], lambda: stream, chunked=False)) == [b"head", 1, b"role", b"end"]


def test_a_gated_stream_that_ends_in_its_lead_waits_for_no_gate():
    cut = Stream(Sheet([(b"created ", b";")], [0], lead=1), b"J")
    assert list(gated(b"head", cut, lambda _tokens: ["gate"], lambda: cut, chunked=False)) == [b"head", b"created J;"]


@pytest.mark.parametrize("chunked", [True, False])
def test_what_follows_the_first_gates_is_asked_for_when_they_are_open(chunked):
    later = Stream(LED.sheet, b"K", (b"last",))
    steps = list(gated(b"head", LED, lambda _tokens: ["gate"], lambda: later, chunked=chunked))
    frame = chunk if chunked else bytes
    led, item, text, last = map(frame, (b"created J;", b"begun J;")), frame(b"item K;"), frame(b"text K;"), frame(b"last")
    assert steps == [b"head", *led, "gate", item, text, UNSAID, last, *([LAST_CHUNK] if chunked else [])]


@pytest.mark.parametrize("chunked", [True, False])
def test_a_stream_that_may_stop_is_asked_when_an_event_is_due(chunked):
    stopped = False
    sheet = Sheet([(b"%d" % number, b"") for number in range(4)], [1] * 4)
    stream = Stream(sheet, b"", (b"last",), waits=repeat(0.5), stops=lambda: stopped)
    steps = iter(paced(b"head", stream, stream.waits, chunked=chunked))
    frame = chunk if chunked else bytes
    first = list(itertools.islice(steps, 5))
    assert [step for step in first if not isinstance(step, Gate)] == [b"head", 0.5, frame(b"0"), 0.5]
    stopped = True
    assert list(steps) == [frame(b"last"), *([LAST_CHUNK] if chunked else [])]


def test_a_stream_that_could_stop_and_does_not_has_the_same_bytes():
    sheet = Sheet([(b"%d" % number, b"") for number in range(4)], [1] * 4)
    stream = Stream(sheet, b"", (b"last",), waits=[0.0, 0.0, 1.0, 0.0], stops=lambda: False)
    steps = list(paced(b"head", stream, stream.waits, chunked=True))
    assert [step for step in steps if isinstance(step, float)] == [1.0]
    assert b"".join(step for step in steps if isinstance(step, bytes)) == piece_by_piece(b"head", stream, chunked=True)
    assert all(step.at is not None for step in steps if isinstance(step, Gate))  # what comes behind one counts as an event


def test_chunks_are_kept_of_a_sheet_that_is_framed_again():
    sheet = Sheet([(b"%d" % number, b"") for number in range(4)], [1] * 4)
    kept = []
    for joint in (b"", b"", b"", b"joint"):
        stream = Stream(sheet, joint)
        steps = spelled_out(paced(b"head", stream, repeat(0.1), chunked=True))
        assert b"".join(step for step in steps if isinstance(step, bytes)) == piece_by_piece(b"head", stream, chunked=True)
        kept.append((sheet.chunks[0], len(sheet.chunks[1])))
    assert kept == [(-1, 0), (0, 4), (0, 4), (5, 4)]
