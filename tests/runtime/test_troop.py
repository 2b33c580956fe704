"""A troop knows who plays its next beat, whose last it is, and what each has had when it leaves."""

from __future__ import annotations

import pytest

from understudy.model.plan import Plan
from understudy.model.steady import Steady
from understudy.runtime.lateness import Lateness
from understudy.runtime.stream import Place, Stream
from understudy.runtime.tally import Tally
from understudy.runtime.troop import Troop
from understudy.runtime.wheel import Wheel

RATE = 8192.0
BEATS = [(b"a", b"b", b"c"), *[(b"%d<" % n, b">") for n in range(1, 9)]]  # two events at first, then one at a time
MADE = [b"a|b|c", *[b"%d<|>" % n for n in range(1, 9)]]
SIZES = [sum(map(len, MADE[:n])) for n in range(10)]


@pytest.fixture
def troop() -> Troop:
    return Troop(0.25, 3, 10.0, RATE)


@pytest.fixture
def tally() -> Tally:
    return Tally(Lateness(), Wheel(1 / RATE))


def stream(due: float, file: int = 7) -> Stream:
    made = Stream(Plan(()), 9.0, lambda data: None, lambda ending: None)
    made.due, made.socket, made.joint = due, file, b"|"
    made.steady, made.said = Steady(0.25, 0.25, 2, lambda: BEATS, 1), bytes([0, *[1] * 9])
    return made


def play(troop: Troop, tally: Tally, beats: int = 1, late: float = 0.0) -> list[bytes]:
    troop.fall_in()
    made = troop.draw(beats)
    at = troop.due + (beats - 1) * troop.wait + late
    for _ in range(beats):
        troop.count(round(at * RATE), at, tally)
    return made


def join(troop: Troop, stream: Stream, due: float) -> bool:
    assert stream.steady is not None
    return troop.join(stream, stream.steady, due)


def test_who_joins_plays_from_the_beat_on_that_is_its_next(troop, tally):
    now, later = stream(10.0, 7), stream(10.5, 8)
    assert join(troop, now, 10.0)
    assert join(troop, later, 10.5)
    assert len(troop) == 2
    assert [now.place, later.place] == [Place.TROOP] * 2
    assert [play(troop, tally) for _ in range(3)] == [[MADE[0]], [MADE[1]], [MADE[2], MADE[0]]]
    assert troop.files == [7, 8]
    assert troop.streams == [now, later]
    assert troop.due == 10.75


def test_a_beat_that_was_played_takes_nobody_in(troop, tally):
    join(troop, stream(10.0), 10.0)
    play(troop, tally)
    assert not join(troop, late := stream(10.0), 10.0)
    assert late.troop is None
    assert len(troop) == 1


def test_what_was_played_is_written_down_when_a_stream_leaves(troop, tally):
    one = stream(10.0 - 2 / RATE)
    join(troop, one, 10.0)
    play(troop, tally, late=3 / RATE)
    play(troop, tally, late=0.0)
    assert (one.sent, one.events, troop.given(one)) == (0, 0, SIZES[2])
    troop.leave(one)
    assert (one.place, one.troop, len(troop), troop.files) == (Place.NOWHERE, None, 0, [])
    assert (one.sent, one.events, one.late) == (SIZES[2], 3, 5)
    assert one.due == pytest.approx(10.5 - 2 / RATE)
    assert (one.first_due, one.first_at) == (10.0 - 2 / RATE, 10.0 + 3 / RATE)
    assert one.last == (round(10.25 * RATE) - 2, round(10.25 * RATE))
    assert list(one.frames or ()) == BEATS[2:]
    assert list(one.dues) == pytest.approx([10.5 - 2 / RATE + n * 0.25 for n in range(1, 7)])


def test_who_comes_back_goes_on_where_it_was(troop, tally):
    one = stream(10.0)
    join(troop, one, 10.0)
    play(troop, tally)
    troop.leave(one)
    assert join(troop, one, 10.25)
    assert play(troop, tally) == [MADE[1]]
    troop.leave(one)
    assert (one.sent, one.events) == (SIZES[2], 3)


def test_who_leaves_before_its_first_beat_is_as_it_was(troop, tally):
    one, other = stream(10.0), stream(10.25)
    join(troop, one, 10.0)
    join(troop, other, 10.25)
    troop.leave(other)
    troop.fall_in()
    troop.leave(one)
    assert [(left.sent, left.events, left.due) for left in (one, other)] == [(0, 0, 10.0), (0, 0, 10.25)]
    assert len(troop) == 0
    assert play(troop, tally) == []


def test_whose_last_beat_was_played_is_finished(troop, tally):
    one = stream(10.0)
    join(troop, one, 10.0)
    made = []
    while not (done := troop.finished()):
        made += play(troop, tally)
    assert made == MADE
    assert done == [one]
    assert (one.sent, one.events, one.due) == (SIZES[9], 10, 12.0)
    assert len(troop) == 0


def test_several_beats_are_one_piece_each_and_those_that_play_only_some_are_known(troop, tally):
    short, long, new = stream(10.0), stream(10.75, 8), stream(12.5, 9)
    join(troop, short, 10.0)
    join(troop, long, 10.75)
    assert play(troop, tally, 3) == [b"".join(MADE[:3])]
    join(troop, new, 12.5)
    troop.fall_in()
    assert troop.passing(6) == []  # the last of the short one is the last of six
    assert troop.passing(7) == [short]
    assert troop.passing(8) == [new, short]
    assert [len(each) for each in troop.draw(6)] == [SIZES[9] - SIZES[3], SIZES[6]]


def test_a_worse_beat_than_all_before_is_remembered_for_those_that_played_it(troop, tally):
    early, late = stream(10.0), stream(10.5)
    join(troop, early, 10.0)
    join(troop, late, 10.5)
    for lateness in (2, 6, 1, 4, 3):
        play(troop, tally, late=lateness / RATE)
    troop.leave(early)
    troop.leave(late)
    assert (early.late, late.late) == (6, 4)
    assert tally.lateness.late.ticks[:7] == [0, 3, 2, 2, 2, 0, 1]  # two events each were in their first beats


def test_who_leaves_between_falling_in_and_playing_is_not_counted(troop, tally):
    gone, stays = stream(10.0, 7), stream(10.0, 8)
    assert join(troop, gone, 10.0)
    assert join(troop, stays, 10.0)
    troop.fall_in()
    troop.leave(gone)
    play(troop, tally)
    play(troop, tally)
    assert tally.lateness.ttft_actual.total == 1
    assert tally.lateness.itl_actual.total == 1  # the third; the first two of all are a role and its text
