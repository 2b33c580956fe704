"""Streams in step send what they would have sent alone, hardly later, and the same is told of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from understudy.model.plan import Run, Solo
from understudy.model.steady import Numbered, Steady
from understudy.runtime import march
from understudy.runtime.alarm import COARSE, EXACT
from understudy.runtime.march import GRID, SHORTEST
from understudy.runtime.outlet import write_together
from understudy.runtime.stream import Place

CELL = GRID * EXACT


def steady(count: int, wait: float = 0.02, first: float = 0.02, together: int = 1, name: bytes = b"", size: int = 1) -> Run:
    """A run of numbered events: some at the first moment, then one at a time at equal intervals."""
    frames = [(b"%b<%d" % (name, n) * size, b">") for n in range(count)]
    opening = [b""]
    for start, end in frames[:together]:
        opening[-1] += start
        opening.append(end)
    beats = [tuple(opening), *frames[together:]]
    said = None if together == 1 else bytes([0, *[1] * (count - 1)])  # a role
    waits = [first, *[0.0] * (together - 1), *[wait] * (count - together)]
    return Run(frames, b"|", waits, (), Steady(first, wait, together, lambda: beats, 1), said)


def numbered(beats: list[tuple[bytes, ...]]) -> Numbered:
    first, *others, last = beats
    sizes = [len(b"|".join(beat)) for beat in others]
    return Numbered(first, range(len(others)), others, sizes, last, 1)


def alone(run: Run) -> Run:
    """The same as one stream's own, whose beats end with what the run says behind its last event."""
    kept = run.steady
    *frames, (start, end) = run.frames
    beats = Steady(kept.first, kept.wait, kept.together, lambda: numbered(kept.beats), 1)
    return Run(iter([*frames, (start,)]), b"|", run.waits, iter((b"", end)), beats)


def told(count: int, name: bytes = b"", start: int = 0, size: int = 1) -> bytes:
    return b"".join(b"%b<%d" % (name, n) * size + b"|>" for n in range(start, count))


@pytest.fixture
def crowd(make_theatre) -> Iterator:
    """A player for which one stream is a crowd."""
    theatre = make_theatre(EXACT, 0.0)
    yield theatre
    theatre.close()
    assert [error for error in theatre.errors if not getattr(error, "expected", False)] == []


def test_streams_in_step_send_each_event_at_its_moment_or_hardly_after_it(crowd):
    wires = [crowd.wire([b"head.", steady(50, name=b"%d" % n, first=0.02 + n * 0.0007)]) for n in range(25)]
    for event in range(50):
        now = crowd.clock.monotonic()
        for n, wire in enumerate(wires):
            due = 0.02 + n * 0.0007 + event * 0.02
            crowd.clock.advance(max(0.0, due - 1e-6 - crowd.clock.monotonic()))
            assert wire.read_all() == b"head." + told(event, b"%d" % n)
        crowd.clock.advance(max(0.0, now + 0.02 - crowd.clock.monotonic()))
        if event == 5:
            assert {wire.stream.place for wire in wires} == {Place.TROOP}
    crowd.clock.advance(1.0)
    for n, wire in enumerate(wires):
        assert wire.read_all() == b"head." + told(50, b"%d" % n)
        assert wire.got == []
        (delivery,) = wire.deliveries
        assert (delivery.outcome, delivery.sent, delivery.events) == ("done", len(wire.seen), 50)
        assert 0.0 <= delivery.late <= CELL + 2 * EXACT
        assert delivery.last_due == pytest.approx(0.02 + n * 0.0007 + 49 * 0.02)
    assert wires[0].endings == [None]
    assert crowd.lateness.streams == crowd.player.waiting == 0
    assert crowd.clock.pending == 0


def test_how_late_they_are_is_counted_from_their_own_moments(crowd):
    """Streams a slot apart share a moment: all but the last of them wait, and that is told."""
    start = 100 * CELL
    wires = [crowd.wire([steady(20, wait=40 * CELL, first=start - CELL + (n + 1) * EXACT)]) for n in range(GRID)]
    crowd.clock.advance(10.0)
    late = [round(wire.deliveries[0].late / EXACT) for wire in wires]
    assert late == [*reversed(range(GRID))]
    counted = crowd.lateness.late.ticks[: GRID + 1]
    assert counted == [*[20] * GRID, 0]
    assert crowd.lateness.itl_planned.total == crowd.lateness.itl_actual.total == GRID * 19
    assert crowd.lateness.ttft_planned.total == GRID


@pytest.mark.parametrize(("step", "crowd"), [(COARSE, 0.0), (EXACT, 3 / 64)], ids=["coarse slots", "no large crowd"])
def test_elsewhere_they_are_no_later_than_alone(make_theatre, step, crowd):
    """A crowd of three, and one more: not twice as many, for which moments would be two slots apart."""
    theatre = make_theatre(step, crowd)
    wires = [theatre.wire([steady(20, wait=64 * step, first=(100 + n) * step)]) for n in range(4)]
    theatre.clock.advance(106 * step)
    assert {wire.stream.place for wire in wires} == {Place.TROOP}
    theatre.clock.advance(10.0)
    assert [wire.deliveries[0].late for wire in wires] == [0.0] * 4
    theatre.close()


def test_events_of_the_first_moment_go_out_in_one_write_and_are_counted_each(crowd):
    wire = crowd.wire([steady(10, together=3)])
    crowd.clock.advance(0.02 + CELL)
    assert wire.read_all() == told(3)
    assert crowd.lateness.late.total == 3
    assert crowd.lateness.itl_planned.ticks[0] == 1  # the first is a role, which is beside its text
    crowd.clock.advance(1.0)
    assert wire.read_all() == told(10)
    assert wire.deliveries[0].events == crowd.lateness.late.total == 10
    assert crowd.lateness.itl_planned.total == 8


def test_a_few_streams_are_not_played_in_step(make_theatre):
    theatre = make_theatre(EXACT)
    wires = [theatre.wire([steady(10)]) for _ in range(20)]
    theatre.clock.advance(0.1)
    assert {wire.stream.place for wire in wires} == {Place.WHEEL}
    theatre.close()


def test_other_intervals_do_not_make_a_crowd(make_theatre):
    theatre = make_theatre(EXACT, 10 * EXACT / 0.02)  # ten of them
    wires = [theatre.wire([steady(10, wait=wait)]) for wait in (0.02, 0.03, 0.04) for _ in range(9)]
    theatre.clock.advance(0.1)
    assert {wire.stream.place for wire in wires} == {Place.WHEEL}
    theatre.close()


def test_intervals_of_a_few_slots_are_not_played_in_step(crowd):
    short, long = (crowd.wire([steady(20, wait=slots * EXACT)]) for slots in (SHORTEST - 1, SHORTEST))
    crowd.clock.advance(0.03)
    assert [short.stream.place, long.stream.place] == [Place.WHEEL, Place.TROOP]
    crowd.clock.advance(1.0)
    assert [short.read_all(), long.read_all()] == [told(20)] * 2


def test_no_more_are_written_to_in_one_go_than_let_others_wait_for_a_moment(crowd, monkeypatch):
    sizes = []
    monkeypatch.setattr(march, "write_together", lambda files, data: sizes.append(len(files)) or write_together(files, data))
    wires = [crowd.wire([steady(10)]) for _ in range(2 * march.FULL + 50)]
    crowd.clock.advance(0.03)
    assert (sum(sizes), max(sizes)) == (len(wires), march.FULL)
    crowd.clock.advance(1.0)
    assert {wire.read_all() for wire in wires} == {told(10)}
    assert crowd.player.waiting == 0
    assert crowd.clock.pending == 0


def test_who_begins_late_keeps_nobody_from_playing_in_step_before(crowd):
    late, soon = crowd.wire([steady(20, first=0.425)]), crowd.wire([steady(20, first=0.025)])
    crowd.clock.advance(0.1)
    assert [late.stream.place, soon.stream.place] == [Place.TROOP] * 2
    assert crowd.player.waiting == 2
    crowd.clock.advance(10.0)
    assert [late.read_all(), soon.read_all()] == [told(20)] * 2


def test_those_that_were_alone_come_along_once_there_is_a_crowd_and_are_left_alone_when_it_is_gone(make_theatre):
    theatre = make_theatre(EXACT, 10 * EXACT / 0.02)
    early = [theatre.wire([steady(100, name=b"early", first=0.02 + n * 0.0013)]) for n in range(9)]
    strange = theatre.wire([steady(100, wait=0.03)])
    theatre.clock.advance(0.05)
    assert {wire.stream.place for wire in early} == {Place.WHEEL}
    late = theatre.wire([steady(100, name=b"late")])  # makes the crowd
    theatre.clock.advance(0.02)
    assert {wire.stream.place for wire in [*early, late]} == {Place.TROOP}
    assert strange.stream.place is Place.WHEEL  # another interval
    for wire in (early.pop(), late):
        theatre.player.drop(wire.stream, "client_gone")
    late = theatre.wire([steady(100, name=b"late")])  # the eight that are left go on as they did, with whoever comes
    assert late.stream.place is Place.TROOP
    theatre.clock.advance(10.0)
    assert [wire.read_all() for wire in early] == [told(100, b"early")] * 8
    assert late.read_all() == told(100, b"late")
    assert {wire.deliveries[0].events for wire in [*early, late]} == {100}
    assert strange.read_all() == told(100)
    alone = theatre.wire([steady(10)])
    theatre.clock.advance(0.1)
    assert alone.stream.place is Place.WHEEL
    theatre.close()


def test_a_crowd_is_joined_by_a_few_at_a_time(make_theatre):
    theatre = make_theatre(EXACT, 100 * EXACT / 0.02)
    wires = [theatre.wire(Solo(b"", steady(200, first=0.02 + n * 0.0001))) for n in range(100)]
    troop = [wire for wire in wires if wire.stream.place is Place.TROOP]
    assert troop == wires[-1:]
    joined = [1]
    for _ in range(1000):
        theatre.clock.advance(EXACT / 2)
        joined.append(sum(wire.stream.place is Place.TROOP for wire in wires))
    assert joined[-1] == len(wires)
    assert max(after - before for before, after in pairwise(joined)) == march.RECRUITS
    theatre.clock.advance(10.0)
    assert {wire.read_all() for wire in wires} == {told(200)}
    theatre.close()


def test_who_is_late_comes_along_once_it_is_not(crowd):
    """The troop has played the beat that a stream by itself still has before it, as when the player is full of work."""
    ahead, behind = (crowd.wire([steady(50, name=b"%d" % n)]) for n in range(2))
    crowd.clock.advance(0.1 + CELL)
    stream, player = behind.stream, crowd.player
    player.park(stream)
    stream.parked = False
    player._wheel.remove(player._wheel.slot(stream.due), stream)
    stream.due -= 0.02
    player._alone(stream)
    player._muster()
    assert stream.place is Place.WHEEL
    crowd.clock.advance(0.05)
    assert stream.place is Place.TROOP
    crowd.clock.advance(10.0)
    assert [wire.read_all() for wire in (ahead, behind)] == [told(50, b"0"), told(50, b"1")]


def test_who_hangs_up_leaves_the_others_in_step_and_is_told_what_it_got(crowd):
    wires = [crowd.wire([steady(50, name=b"%d" % n)]) for n in range(5)]
    crowd.clock.advance(0.2 + CELL)
    crowd.player.drop(wires[2].stream, "client_gone")
    early = crowd.wire([steady(50)])
    crowd.player.drop(early.stream, "client_gone")  # before its first
    crowd.clock.advance(10.0)
    for n, wire in enumerate(wires):
        assert wire.read_all() == told(10 if n == 2 else 50, b"%d" % n)
        assert wire.outcomes == [("client_gone" if n == 2 else "done", len(wire.seen))]
    assert early.outcomes == [("client_gone", 0)]
    assert wires[2].deliveries[0].events == 10
    assert crowd.lateness.streams == crowd.player.waiting == 0


def test_bytes_are_known_to_be_handed_over_while_a_stream_is_in_step(crowd):
    wire = crowd.wire([b"head.", steady(50)])
    crowd.clock.advance(0.01)
    assert wire.stream.handed == 5
    crowd.clock.advance(0.2)
    assert wire.stream.place is Place.TROOP
    assert wire.stream.handed == len(wire.read_all()) == 5 + len(told(10))


def test_who_leaves_a_troop_before_its_first_beat_there_has_all_of_it_to_come(crowd):
    """A solo that began in step has never played alone."""
    wires = [crowd.wire(Solo(b"head.", steady(30, name=b"%d" % n, first=first))) for n, first in enumerate([0.02, 0.11])]
    crowd.clock.advance(0.01)
    for wire in wires:
        assert wire.stream.place is Place.TROOP
        crowd.player.park(wire.stream)
        assert wire.stream.place is Place.WHEEL
        crowd.player.resume(wire.stream)
    crowd.clock.advance(10.0)
    for n, wire in enumerate(wires):
        assert wire.read_all() == b"head." + told(30, b"%d" % n)
        assert wire.deliveries[0].events == 30
    assert crowd.lateness.late.total == 60


def test_nobody_who_was_to_come_along_is_kept_when_all_have_left(make_theatre):
    theatre = make_theatre(EXACT, 100 * EXACT / 0.02)
    wires = [theatre.wire([steady(200)]) for n in range(100)]
    assert len(theatre.player._recruits) == 99
    for wire in wires:
        theatre.player.drop(wire.stream, "client_gone")
    theatre.clock.advance(1.0)
    assert len(theatre.player._recruits) == theatre.player.waiting == theatre.clock.pending == 0
    theatre.close()


@pytest.mark.parametrize("high", [4096, math.inf])
def test_what_a_socket_does_not_take_waits_and_keeps_nobody_else(crowd, high):
    crowd.high = high
    slow, *others = [crowd.wire([b"head.", steady(40, name=b"%d" % n, size=400)]) for n in range(4)]
    crowd.clock.advance(0.1)
    slow.stop_reading()
    crowd.clock.advance(0.4 + CELL)
    assert slow.stream.place is not Place.TROOP
    for n, wire in enumerate(others, 1):
        assert wire.read_all() == b"head." + told(25, b"%d" % n, size=400)
        assert wire.stream.place is Place.TROOP
    crowd.clock.advance(0.1)
    slow.read_all()
    crowd.clock.advance(10.0)
    for n, wire in enumerate([slow, *others]):
        assert wire.read_all() == b"head." + told(40, b"%d" % n, size=400)
        assert wire.outcomes == [("done", len(wire.seen))]


@pytest.mark.parametrize("high", [3, math.inf])
def test_a_head_that_a_socket_does_not_take_goes_before_all_events(crowd, high):
    crowd.wire([steady(50)])
    crowd.clock.advance(0.0199)
    wire = crowd.wire([b"head.", steady(50)])  # it goes out with the events of the other
    assert (wire.stream.place, wire.read_all()) == (Place.TROOP, b"")
    wire.stop_reading()
    crowd.high = high
    crowd.clock.advance(0.1)
    assert wire.backlog == (b"head." if wire.stream.parked else b"head." + told(4))
    assert wire.stream.parked is (high == 3)
    wire.read_all()
    crowd.clock.advance(10.0)
    assert wire.read_all() == b"head." + told(50)
    assert wire.deliveries[0].events == 50


def test_the_last_event_that_a_socket_does_not_take_follows_through_the_transport(crowd):
    wire = crowd.wire([steady(10, size=3)])
    crowd.clock.advance(0.19)
    before = wire.read_all()
    wire.stop_reading()
    crowd.clock.advance(1.0)
    assert wire.outcomes == [("done", len(told(10, size=3)))]
    assert before == told(9, size=3)
    assert wire.read_all() == told(10, size=3)


def test_a_late_player_sends_what_is_due_in_one_write_and_counts_each_event(crowd):
    wires = [crowd.wire([steady(50, name=b"%d" % n)]) for n in range(3)]
    crowd.clock.advance(0.1)
    before = [len(wire.read_all()) for wire in wires]
    crowd.clock.jump(0.1)
    assert [len(wire.read_all()) - size for wire, size in zip(wires, before, strict=True)] == [len(told(10, b"0", 5))] * 3
    assert {wire.stream.place for wire in wires} == {Place.TROOP}
    crowd.clock.advance(10.0)
    assert [delivery.events for wire in wires for delivery in wire.deliveries] == [50] * 3
    assert [round(delivery.late, 3) for wire in wires for delivery in wire.deliveries] == [0.08] * 3
    assert crowd.lateness.late.total == 150
    assert crowd.lateness.late.histogram().max == pytest.approx(0.08, abs=0.001)


def test_who_begins_or_ends_while_the_others_catch_up_plays_alone_and_loses_nothing(crowd):
    long = crowd.wire([steady(80, name=b"long")])
    short = crowd.wire([steady(8, name=b"short")])
    crowd.clock.advance(0.1)
    new = crowd.wire([steady(80, name=b"new", first=0.04)])
    crowd.clock.jump(0.2 + CELL)
    assert long.read_all() == told(15, b"long")
    assert short.read_all() == told(8, b"short")
    assert new.read_all() == told(9, b"new")
    crowd.clock.advance(0.03)
    assert {wire.stream.place for wire in (long, new)} == {Place.TROOP}  # who is on time again plays in step
    crowd.clock.advance(10.0)
    assert (long.read_all(), new.read_all()) == (told(80, b"long"), told(80, b"new"))
    assert [wire.deliveries[0].events for wire in (long, short, new)] == [80, 8, 80]
    assert crowd.lateness.late.total == 168


class Short(list):
    """Beats that are fewer than they say."""

    def __len__(self) -> int:
        return 20


def test_a_stream_that_has_less_to_send_than_it_said_breaks_those_of_its_moment_and_no_other(crowd):
    run = steady(20)
    lie = Steady(0.02, 0.02, 1, lambda: Short(run.steady.beats[:10]), 1)
    wires = [crowd.wire([steady(20)]), crowd.wire([Run(run.frames, b"|", run.waits, (), lie)])]
    other = crowd.wire([steady(20, first=0.03)])
    crowd.clock.advance(0.3)
    while crowd.soon:
        crowd.soon.pop(0)()
    crowd.clock.advance(10.0)
    assert other.read_all() == told(20)
    assert [wire.read_all() for wire in wires] == [told(10)] * 2
    assert [wire.outcomes[0][0] for wire in (*wires, other)] == ["aborted", "aborted", "done"]
    assert [str(error) for error in crowd.errors] == ["a stream in step has fewer beats than it said"] * 2
    crowd.errors.clear()
    assert crowd.lateness.streams == crowd.player.waiting == 0


STREAMS = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.001, 0.0203, 0.5]),  # starts after the one before
        st.integers(9, 60),  # events
        st.sampled_from([0.0, 0.003, 0.02, 0.3]),  # before the first
        st.integers(1, 4),  # of them together
        st.sampled_from([0.02, 0.02, 0.02, 0.05]),  # interval
        st.sampled_from([0, 0, 0, 0.15, 0.4]),  # hangs up after so many seconds
        st.booleans(),  # is spelled in one
    ),
    min_size=1,
    max_size=8,
)
MOVES = st.lists(st.tuples(st.booleans(), st.sampled_from([0.004, 0.02, 0.05, 0.3])), min_size=8, max_size=20)


def perform(theatre, streams: list, moves: list, slow: int | None) -> list:
    """Let clients come, read, hang up and perhaps stop reading, at the same moments whoever plays."""
    steps = iter([*moves, *[(False, 0.1)] * 40])
    wires = []
    gone = []
    for after, events, first, together, wait, leaves, is_solo in streams:
        late, seconds = next(steps)
        (theatre.clock.jump if late else theatre.clock.advance)(seconds)
        theatre.clock.advance(after)
        run = steady(events, wait, first, together, b"%d" % len(wires))
        run = alone(run) if len(wires) % 2 else run
        wires.append(theatre.wire(Solo(b"head.", run) if is_solo else [b"head.", run]))
        if leaves:
            gone.append((theatre.clock.monotonic() + leaves, wires[-1]))
    if slow is not None and slow < len(wires):
        wires[slow].stop_reading()
    for late, seconds in steps:
        (theatre.clock.jump if late else theatre.clock.advance)(seconds)
        for moment, wire in gone:
            if moment <= theatre.clock.monotonic() and not wire.deliveries:
                theatre.player.drop(wire.stream, "client_gone")
    for _ in range(3):
        for wire in wires:
            wire.read_all()
        theatre.clock.advance(60.0)
    return wires


@settings(max_examples=80, deadline=None)
@given(streams=STREAMS, moves=MOVES, slow=st.sampled_from([None, 0, 2]), high=st.sampled_from([300.0, math.inf]))
@example(  # a role and its text in a slot that comes a thousandth before both
    streams=[(0.001, 9, 0.0, 1, 0.02, 0, False), (0.5, 9, 0.0, 1, 0.02, 0, False), (0.5, 9, 0.3, 2, 0.02, 0, False)],
    moves=[(False, 0.004), (False, 0.02), (False, 0.05), *[(False, 0.004)] * 5],
    slow=None,
    high=300.0,
)
def test_a_crowd_is_told_the_same_as_those_that_play_alone(make_theatre, streams, moves, slow, high):
    theatres = make_theatre(EXACT, math.inf), make_theatre(EXACT, 0.0)
    found = []
    try:
        for theatre in theatres:
            theatre.high = high
            wires = perform(theatre, streams, moves, slow)
            lateness = theatre.lateness
            assert theatre.errors == []
            assert lateness.streams == theatre.player.waiting == 0
            for n, wire in enumerate(wires):
                (delivery,) = wire.deliveries
                whole = b"head." + told(streams[n][1], b"%d" % n)
                assert whole.startswith(wire.read_all())
                if delivery.outcome == "done":
                    assert (wire.seen, delivery.events, delivery.sent) == (whole, streams[n][1], len(whole))
                elif not wire.backlog and slow != n:
                    assert delivery.sent == len(wire.seen)
            stay = [wire.deliveries[0] for wire, (*_, leaves, _) in zip(wires, streams, strict=True) if not leaves]
            times = [lateness.late.total, lateness.itl_planned.total, lateness.itl_actual.total]
            dues = [None if one.first_due is None else round(one.first_due, 9) for one in stay]  # sums in another order
            found.append(
                ([(one.outcome, due) for one, due in zip(stay, dues, strict=True)], times if len(stay) == len(wires) else None)
            )
        assert found[0] == found[1]
    finally:
        for theatre in theatres:
            theatre.close()
