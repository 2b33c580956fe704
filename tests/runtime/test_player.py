"""Plans are played at exact times, without drift; a slow client parks its stream and loses nothing."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator

import pytest

from understudy.model.plan import Ending, Gate, Plan, Run, Solo, Step
from understudy.model.steady import Steady
from understudy.runtime.alarm import EXACT
from understudy.runtime.clock import VirtualClock
from understudy.runtime.outlet import SLICE, TURN
from understudy.runtime.player import Player
from understudy.runtime.stream import NOTHING, Stream


def expected(text: str) -> Exception:
    error = ValueError(text)
    error.expected = True  # type: ignore[attr-defined]  # how a test says that it meant to break something
    return error


def test_an_unpaced_plan_plays_within_the_call_as_one_write(theatre):
    viewer = theatre.play([b"a", b"b", 0.0, b"c"])
    assert viewer.got == [(0.0, b"abc")]
    assert viewer.endings == [None]
    assert viewer.outcomes == [("done", 3)]
    assert theatre.clock.pending == 0


def test_times_are_exact_and_never_drift(theatre):
    viewer = theatre.play(itertools.chain.from_iterable((0.02, b"x") for _ in range(1000)))
    theatre.clock.advance(30.0)
    deadline, wanted = 0.0, []
    for _ in range(1000):
        deadline += 0.02
        wanted.append((deadline, b"x"))
    assert viewer.got == wanted
    assert viewer.outcomes == [("done", 1000)]


def test_waits_count_from_the_start_given(theatre):
    theatre.clock.advance(10.0)
    viewer = theatre.play([0.5, b"a", 0.5, b"b"], start=9.75)
    theatre.clock.advance(5.0)
    assert viewer.got == [(10.25, b"a"), (10.75, b"b")]


def test_a_late_player_catches_up_with_one_write_and_keeps_the_schedule(theatre):
    viewer = theatre.play([1.0, b"a", 1.0, b"b", 1.0, b"c", 1.0, b"d"], start=-2.5)
    assert viewer.got == [(0.0, b"ab")]
    theatre.clock.advance(5.0)
    assert viewer.got[1:] == [(0.5, b"c"), (1.5, b"d")]


def test_what_is_due_at_once_is_joined(theatre):
    viewer = theatre.play([b"a", b"b", 1.0, b"c", 0.0, b"d", b"e", 1.0, b"f"])
    theatre.clock.advance(2.0)
    assert viewer.got == [(0.0, b"ab"), (1.0, b"cde"), (2.0, b"f")]


def test_steps_are_taken_only_when_due(theatre):
    taken = []

    def steps() -> Iterator[Step]:
        for n in range(100):
            taken.append(n)
            yield b"%d" % n
            yield 1.0

    theatre.play(steps())
    assert taken == [0]
    theatre.clock.advance(2.0)
    assert taken == [0, 1, 2]


def test_a_wait_at_the_end_is_waited_out(theatre):
    viewer = theatre.play([b"a", 2.0])
    theatre.clock.advance(1.9)
    assert viewer.endings == []
    theatre.clock.advance(0.2)
    assert viewer.endings == [None]


def test_many_streams_share_one_wake_up(theatre):
    viewers = [theatre.play([1.0 + n / 1000, b"x", 1.0, b"y"]) for n in range(200)]
    assert theatre.clock.pending == 1
    assert theatre.player.waiting == 200
    theatre.clock.advance(1.1)
    assert theatre.clock.pending == 1
    assert [(viewer.times, viewer.data) for viewer in viewers[:101]] == [([round(1.0 + n / 1000, 5)], b"x") for n in range(101)]
    theatre.clock.advance(10.0)
    assert all(viewer.data == b"xy" for viewer in viewers)
    assert theatre.clock.pending == 0


def test_an_earlier_deadline_moves_the_wake_up_forward(theatre):
    late, early = theatre.play([10.0, b"late"]), theatre.play([1.0, b"early"])
    assert theatre.clock.pending == 1
    theatre.clock.advance(1.0)
    assert (early.data, late.data) == (b"early", b"")


def test_equal_deadlines_are_served_first_come_first_served(theatre):
    order = []

    def steps(name: int) -> Iterator[Step]:
        yield 1.0
        order.append(name)

    for name in range(50):
        theatre.play(steps(name))
    theatre.clock.advance(1.0)
    assert order == list(range(50))


# -- endings ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ending", "outcome"), [(Ending.CLOSE, "closed"), (Ending.ABORT, "aborted"), (Ending.NEXT, "done")])
def test_endings(theatre, ending, outcome):
    viewer = theatre.play([b"a", 1.0, b"b", ending, b"never"])
    theatre.clock.advance(1.0)
    assert viewer.data == b"ab"
    assert viewer.endings == [ending]
    assert viewer.outcomes == [(outcome, 2)]


def test_a_hanging_plan_takes_no_timer_and_ends_when_it_is_dropped(theatre):
    viewer = theatre.play([b"a", Ending.HANG, b"never"])
    assert viewer.endings == [Ending.HANG]
    assert viewer.outcomes == []
    assert theatre.clock.pending == 0
    theatre.player.resume(viewer.stream)
    theatre.player.drop(viewer.stream, "client_gone")
    theatre.player.drop(viewer.stream, "client_gone")
    assert viewer.data == b"a"
    assert viewer.outcomes == [("client_gone", 1)]


def test_a_plan_that_breaks_is_aborted_and_reported(theatre):
    def steps() -> Iterator[Step]:
        yield b"a"
        raise expected("broken")

    viewer, other = theatre.play(steps()), theatre.play([1.0, b"fine"])
    theatre.clock.advance(1.0)
    assert viewer.endings == [Ending.ABORT]
    assert viewer.outcomes == [("aborted", 0)]
    assert [str(error) for error in theatre.errors] == ["broken"]
    assert other.data == b"fine"


def test_a_step_outside_the_vocabulary_breaks_the_plan(theatre):
    viewer = theatre.play([b"a", "text"])  # type: ignore[list-item]  # that it is refused is the test
    assert viewer.endings == [Ending.ABORT]
    assert "expected a step, got str" in str(theatre.errors.pop())


def test_a_listener_that_breaks_is_reported_and_the_stream_still_ends(theatre):
    def listen(delivery):
        raise expected("listener")

    endings: list[Ending | None] = []
    theatre.player.play(Stream(Plan([b"a"], listen), 0.0, lambda data: None, endings.append))
    assert endings == [None]
    assert [str(error) for error in theatre.errors] == ["listener"]


# -- leaving ----------------------------------------------------------------------------------------------------------


def test_a_dropped_stream_is_forgotten_at_once(theatre):
    closed = []

    def steps() -> Iterator[Step]:
        try:
            yield b"a"
            yield 100.0
        finally:
            closed.append(True)

    viewer = theatre.play(steps())
    theatre.player.drop(viewer.stream, "client_gone")
    assert closed == [True]
    assert viewer.outcomes == [("client_gone", 1)]
    assert viewer.endings == []
    assert theatre.player.waiting == 0
    theatre.clock.advance(100.0)
    assert theatre.clock.pending == 0


def test_dropping_many_leaves_the_others_on_time(theatre):
    viewers = [theatre.play([1.0, b"x"]) for _ in range(100)]
    for viewer in viewers[:99]:
        theatre.player.drop(viewer.stream, "client_gone")
    assert theatre.player.waiting == 1
    theatre.clock.advance(1.0)
    assert [viewer.data for viewer in viewers] == [b""] * 99 + [b"x"]


def test_dropping_a_few_keeps_the_count_right(theatre):
    viewers = [theatre.play([1.0, b"x"]) for _ in range(10)]
    theatre.player.drop(viewers[3].stream, "client_gone")
    assert theatre.player.waiting == 9
    theatre.clock.advance(1.0)
    assert theatre.player.waiting == 0


def test_a_stream_may_be_dropped_while_another_plays(theatre):
    victims = [theatre.play([1.0, b"x"]) for _ in range(10)]

    def steps() -> Iterator[Step]:
        yield 0.5
        for victim in victims:
            theatre.player.drop(victim.stream, "client_gone")
        yield 1.0
        yield b"done"

    killer = theatre.play(steps())
    theatre.clock.advance(2.0)
    assert killer.data == b"done"
    assert [victim.data for victim in victims] == [b""] * 10


def test_a_generator_that_breaks_while_closing_is_reported(theatre):
    def steps() -> Iterator[Step]:
        try:
            yield 1.0
        finally:
            raise expected("closing")

    viewer = theatre.play(steps())
    theatre.player.drop(viewer.stream, "client_gone")
    assert viewer.outcomes == [("client_gone", 0)]
    assert len(theatre.errors) == 1


# -- slow clients -----------------------------------------------------------------------------------------------------


def test_a_parked_stream_takes_no_step_and_no_timer(theatre):
    taken = []

    def steps() -> Iterator[Step]:
        for n in range(10):
            yield 1.0
            taken.append(n)
            yield b"x"

    viewer = theatre.play(steps(), room=2)
    theatre.clock.advance(2.0)
    assert theatre.player.waiting == 0
    theatre.clock.advance(18.0)
    assert viewer.data == b"xx"
    assert taken == [0, 1]
    assert theatre.clock.pending == 0


def test_a_stream_that_is_resumed_skips_time_but_no_event(theatre):
    viewer = theatre.play(itertools.chain.from_iterable((1.0, b"%d" % n) for n in range(10)), room=2)
    theatre.clock.advance(6.5)
    viewer.read_on()
    theatre.clock.advance(20.0)
    assert viewer.got == [
        (1.0, b"0"),
        (2.0, b"1"),
        (6.5, b"2345"),
        (7.0, b"6"),
        (8.0, b"7"),
        (9.0, b"8"),
        (10.0, b"9"),
    ]


def test_the_time_for_which_a_client_did_not_read_is_not_the_servers(theatre):
    viewer = theatre.play([Run([(b"%d" % n, b"") for n in range(10)], b"", [1.0] * 10)], room=2)
    theatre.clock.advance(6.5)
    viewer.read_on()
    theatre.clock.advance(20.0)
    lateness = theatre.player.lateness
    assert viewer.data == b"0123456789"
    assert (lateness.late.total, lateness.events, viewer.deliveries[0].events) == (6, 10, 10)  # four waited for their client
    assert lateness.late.histogram().max < 0.001
    assert lateness.itl_actual.histogram().max < 1.001
    assert lateness.itl_actual.total == lateness.itl_planned.total == 5
    assert lateness.paused_seconds == pytest.approx(4.5)


def test_a_client_that_does_not_read_from_the_beginning_makes_no_late_first_event(theatre):
    viewer = theatre.play([b"head", Run([(b"x", b"")], b"", [1.0])], room=1)
    theatre.clock.advance(5.0)
    viewer.read_on()
    assert viewer.data == b"headx"
    assert theatre.player.lateness.ttft_actual.histogram().max == pytest.approx(1.0, abs=0.001)


def test_a_stream_resumed_before_its_next_deadline_stays_on_time(theatre):
    viewer = theatre.play([b"a", 5.0, b"b"], room=1)
    theatre.clock.advance(1.0)
    viewer.read_on()
    theatre.clock.advance(10.0)
    assert viewer.got == [(0.0, b"a"), (5.0, b"b")]


def test_an_endless_unpaced_plan_hands_over_a_bounded_amount(theatre):
    viewer = theatre.play(itertools.repeat(b"x" * 100), room=1000)
    assert len(viewer.data) < SLICE + 100
    viewer.read_on(room=1)
    assert len(viewer.data) < 2 * (SLICE + 100)


def test_a_large_step_is_handed_over_piece_by_piece(theatre):
    large = bytes(range(256)) * 4096
    viewer = theatre.play([large, b"end", Ending.CLOSE], room=1)
    assert len(viewer.data) == SLICE
    assert viewer.endings == []
    while not viewer.endings:
        before = len(viewer.data)
        viewer.read_on(room=1)
        assert 0 < len(viewer.data) - before <= SLICE
    assert viewer.data == large + b"end"
    assert viewer.endings == [Ending.CLOSE]
    assert viewer.outcomes == [("closed", len(large) + 3)]


@pytest.mark.parametrize("ending", [[], [Ending.CLOSE], [Ending.HANG]])
def test_an_ending_waits_for_the_last_bytes(theatre, ending):
    viewer = theatre.play([b"x" * SLICE * 2, *ending], room=1)
    assert viewer.endings == []
    viewer.read_on()
    assert len(viewer.data) == SLICE * 2
    assert viewer.endings == [ending[0] if ending else None]


def test_a_generator_is_closed_when_only_its_last_bytes_are_left(theatre):
    closed = []

    def steps() -> Iterator[Step]:
        try:
            yield b"x" * (SLICE - 1)
            yield b"y" * SLICE
        finally:
            closed.append(True)

    viewer = theatre.play(steps(), room=1)
    viewer.read_on()
    assert closed == [True]
    assert viewer.outcomes == [("done", 2 * SLICE - 1)]


def test_an_abort_does_not_wait_for_a_slow_client(theatre):
    viewer = theatre.play([b"x" * (SLICE - 1), b"y" * SLICE, Ending.ABORT], room=SLICE * 2)
    assert viewer.endings == [Ending.ABORT]
    other = theatre.play([b"x", 1.0, b"y" * (SLICE // 2), Ending.ABORT], room=SLICE)
    theatre.clock.advance(1.0)
    assert other.endings == [Ending.ABORT]


def test_a_large_step_behind_a_wait_keeps_the_waits_behind_it(theatre):
    viewer = theatre.play([b"x" * (SLICE + 10), 1.0, b"y", 1.0, b"z"], room=1)
    theatre.clock.advance(0.25)
    viewer.read_on()
    theatre.clock.advance(5.0)
    assert [(at, len(data)) for at, data in viewer.got] == [(0.0, SLICE), (0.25, 10), (1.0, 1), (2.0, 1)]


def test_an_endless_stream_lets_others_have_their_turn(theatre):
    greedy = theatre.play(itertools.repeat(b"x" * 1000))
    assert TURN <= len(greedy.data) < TURN + SLICE + 1000
    gluttonous = theatre.play(itertools.repeat(b"y" * 1000))
    assert len(theatre.soon) == 1
    theatre.soon.pop()()
    assert all(2 * TURN <= len(stream.data) < 2 * (TURN + SLICE + 1000) for stream in (greedy, gluttonous))
    theatre.player.drop(greedy.stream, "server_stopped")
    theatre.soon.pop()()
    assert len(greedy.data) < 2 * (TURN + SLICE + 1000) < len(gluttonous.data)


def test_letting_others_go_first_does_not_delay_what_is_due(theatre):
    large = TURN + 2 * SLICE
    viewer = theatre.play([b"x" * SLICE] * 20 + [1.0, b"end"])
    assert len(viewer.data) < large
    theatre.soon.pop()()
    theatre.clock.advance(1.0)
    assert viewer.got[-1] == (1.0, b"end")
    assert viewer.outcomes == [("done", 20 * SLICE + 3)]


def test_a_stream_dropped_while_parked_is_forgotten(theatre):
    viewer = theatre.play([b"x" * SLICE * 3], room=1)
    theatre.player.drop(viewer.stream, "client_gone")
    viewer.read_on()
    assert viewer.outcomes == [("client_gone", SLICE)]
    assert len(viewer.data) == SLICE


def test_a_stream_due_a_hair_behind_its_slot_is_played_when_the_slot_comes(make_theatre):
    theatre = make_theatre(step=1 / 4096)
    viewer = theatre.play([1.0000000000000002, b"a", 1.0, b"b"])
    theatre.clock.advance(1.0)
    assert viewer.data == b"a"
    theatre.clock.advance(1.0)
    assert viewer.data == b"ab"
    theatre.close()


def test_where_time_has_steps_nothing_is_early_or_later_than_a_step(make_theatre):
    theatre = make_theatre(step=1 / 1024)
    viewer = theatre.play(itertools.chain.from_iterable((0.0123, b"x") for _ in range(300)))
    theatre.clock.advance(30.0)
    assert all(-1e-6 < at - 0.0123 * n < 1 / 1024 for n, (at, _) in enumerate(viewer.got, 1))
    assert viewer.outcomes == [("done", 300)]
    theatre.close()


def test_what_is_left_of_a_large_step_goes_out_before_the_next_moment(theatre):
    viewer = theatre.play([1.0, b"x" * SLICE * 2, 5.0, b"end"], room=1)
    theatre.clock.advance(1.0)
    assert len(viewer.data) == SLICE
    viewer.read_on()
    assert (len(viewer.data), theatre.player.waiting) == (SLICE * 2, 1)
    theatre.clock.advance(5.0)
    assert viewer.got[-1][1] == b"end"
    assert viewer.times[-1] == 6.0


def test_the_time_for_which_a_client_did_not_read_is_told(theatre):
    viewer = theatre.play([b"ab", 1.0, b"c"], room=1)
    theatre.clock.advance(3.0)
    viewer.read_on()
    assert viewer.deliveries[0].paused == 3.0
    gone = theatre.play([b"ab", 1.0, b"c"], room=1)
    theatre.clock.advance(2.0)
    theatre.player.drop(gone.stream, "client_gone")
    assert gone.deliveries[0].paused == 2.0
    assert (theatre.lateness.pauses, theatre.lateness.paused_seconds) == (2, 5.0)


def test_a_plan_dropped_by_itself_ends_once(theatre):
    def steps() -> Iterator[Step]:
        yield 1.0
        theatre.player.drop(viewer.stream, "server_stopped")
        yield b"a"

    viewer = theatre.play(steps())
    theatre.clock.advance(1.0)
    assert viewer.outcomes == [("server_stopped", 0)]
    assert viewer.endings == []
    assert theatre.lateness.streams == 0
    assert [type(theatre.errors.pop())] == [ValueError]  # a generator cannot be closed while it runs


def test_whoever_hears_an_end_and_breaks_harms_nobody_else(theatre):
    def played(ending: Ending | None) -> None:
        raise expected("listener")

    stream = Stream(Plan([1.0, b"a"]), 0.0, lambda data: None, played)
    theatre.player.play(stream)
    other = theatre.play([1.0, b"fine"])
    theatre.clock.advance(1.0)
    assert [str(error) for error in theatre.errors] == ["listener"]
    assert other.data == b"fine"
    assert theatre.player.waiting == 0


# -- plans that are nobody's answer -----------------------------------------------------------------------------------


def test_a_plan_in_the_background_is_played_on_time_and_counts_nowhere(theatre):
    seen = []

    def steps() -> Iterator[Step]:
        for _ in range(3):
            yield 1.0
            seen.append(round(theatre.clock.monotonic(), 5))

    ended = []
    theatre.player.background(Plan(steps(), ended.append))
    theatre.clock.advance(10.0)
    assert seen == [1.0, 2.0, 3.0]
    assert [delivery.outcome for delivery in ended] == ["done"]
    assert (theatre.lateness.streams, theatre.lateness.late.total, theatre.lateness.ttft_actual.total) == (0, 0, 0)


def test_a_plan_in_the_background_can_be_stopped_and_ends_with_the_player(theatre):
    ended = []
    stop = theatre.player.background(Plan(itertools.repeat(1.0), ended.append))
    theatre.player.background(Plan(itertools.repeat(1.0), ended.append))
    stop()
    stop()
    assert [delivery.outcome for delivery in ended] == ["server_stopped"]
    theatre.player.close()
    assert [delivery.outcome for delivery in ended] == ["server_stopped"] * 2
    assert theatre.player.waiting == 0
    assert theatre.clock.pending == 0


# -- beginnings -------------------------------------------------------------------------------------------------------

HEAD = b"head."


def begin(theatre, before: float):
    """Let a stream begin so long before another has an event."""
    theatre.wire([Run([(b"<", b">")] * 9, b"|", [1.0] * 9)])
    theatre.clock.advance(1.0 - before)
    return theatre.wire([HEAD, Run([(b"<", b">")] * 2, b"|", [1.0] * 2)])


def test_how_a_stream_begins_is_written_with_the_next_events_if_they_come_soon(make_theatre):
    theatre = make_theatre(1 / 8192)
    wire = begin(theatre, 0.0003)
    assert wire.read_all() == b""
    theatre.clock.advance(0.0005)
    assert wire.read_all() == HEAD
    theatre.clock.advance(5.0)
    assert wire.read_all() == HEAD + b"<|>" * 2
    assert wire.deliveries[0].sent == len(wire.seen)
    theatre.close()


@pytest.mark.parametrize(
    ("step", "before"), [(1 / 8192, 0.01), (2.0**-80, 0.0003)], ids=["later", "on a clock that stands still"]
)
def test_otherwise_it_is_written_at_once(make_theatre, step, before):
    theatre = make_theatre(step)
    assert begin(theatre, before).read_all() == HEAD
    theatre.close()


def test_a_stream_that_ends_before_it_began_says_nothing(make_theatre):
    theatre = make_theatre(1 / 8192)
    wire = begin(theatre, 0.0003)
    theatre.player.drop(wire.stream, "client_gone")
    theatre.clock.advance(5.0)
    assert wire.read_all() == b""
    assert wire.outcomes == [("client_gone", 0)]
    theatre.close()


def test_a_beginning_that_a_socket_does_not_take_is_handed_on_and_nothing_overtakes_it(make_theatre):
    theatre = make_theatre(1 / 8192)
    wire = begin(theatre, 0.0003)
    wire.stop_reading()
    theatre.clock.advance(0.001)
    assert [data for _, data in wire.got] == [HEAD]
    theatre.clock.advance(5.0)
    assert wire.read_all() == HEAD + b"<|>" * 2
    assert wire.deliveries[0].sent == len(wire.seen)
    theatre.close()


def test_a_stream_may_say_all_it_has_in_the_tick_it_begins_with(make_theatre):
    theatre = make_theatre(1 / 8192)
    theatre.wire([Run([(b"<", b">")] * 9, b"|", [1.0] * 9)])
    theatre.clock.advance(0.9997)
    wire = theatre.wire([HEAD, Run([(b"<", b">")] * 2, b"|", [0.0001, 0.0], (b"end.",))])
    theatre.clock.advance(0.001)
    assert wire.read_all() == HEAD + b"<|>" * 2 + b"end."
    assert wire.deliveries[0].sent == len(wire.seen)
    theatre.close()


class Bell:
    """An alarm that rings when the test says so, and remembers what it was set for."""

    step = EXACT

    def __init__(self, ring: Callable[[], None]) -> None:
        self.ring = ring
        self.moments: list[float] = []
        self.set = self.moments.append
        self.again = self.clear = self.close = lambda: None


@pytest.mark.parametrize(("late", "wait", "rests"), [(0.0, 0.0006, False), (0.0003, 0.0008, True)])
def test_who_is_woken_late_rests_for_as_long_as_the_work_took_and_nobody_else(late, wait, rests):
    clock, bells = VirtualClock(), []
    player = Player(clock, lambda ring: bells.append(Bell(ring)) or bells[-1], lambda call: None, pytest.fail)
    player.play(Stream(Plan([0.1, b"a", wait, b"b"]), 0.0, lambda data: clock.advance(0.0004), lambda ending: None))
    (bell,) = bells
    clock.advance(bell.moments[0] + late)
    bell.ring()
    due = EXACT * math.ceil((0.1 + wait) / EXACT)
    assert bell.moments[1] == pytest.approx(clock.monotonic() + 0.0004 if rests else due)
    assert (bell.moments[1] > due) is rests


def solo(first: float) -> Solo:
    """Some bytes and two events, the first after so many seconds."""
    frames = [(b"a", b"!"), (b"b", b"!")]
    return Solo(b"head.", Run(frames, b"|", [first, 0.25], (), Steady(first, 0.25, 1, lambda: frames, 1)))


def test_a_solo_is_played_as_its_steps_are(theatre):
    viewer, other = theatre.play(solo(0.5)), theatre.play([*solo(0.5)])
    theatre.clock.advance(2.0)
    assert viewer.got == other.got == [(0.0, b"head."), (0.5, b"a|!"), (0.75, b"b|!")]
    assert viewer.outcomes == other.outcomes == [("done", 11)]


def test_the_first_event_of_a_solo_goes_with_its_head_where_it_is_due(theatre):
    viewer = theatre.play(solo(0.0))
    assert viewer.got == [(0.0, b"head.a|!")]
    theatre.clock.advance(2.0)
    assert viewer.data == b"head.a|!b|!"


def test_a_solo_that_is_to_begin_later_waits_for_that(theatre):
    viewer = theatre.play(solo(0.5), start=1.0)
    assert viewer.got == []
    theatre.clock.advance(3.0)
    assert viewer.times == [1.0, 1.5, 1.75]


def test_a_solo_whose_run_is_not_steady_is_played_step_by_step(theatre):
    viewer = theatre.play(Solo(b"head.", Run([(b"a", b"!"), (b"b", b"!")], b"|", [0.5, 0.25])))
    theatre.clock.advance(2.0)
    assert viewer.got == [(0.0, b"head."), (0.5, b"a|!"), (0.75, b"b|!")]
    assert viewer.outcomes == [("done", 11)]


def test_only_a_steady_solo_whose_first_event_is_to_come_begins_without_its_steps(theatre):
    begun, due = theatre.play(solo(0.5)), theatre.play(solo(0.0))
    assert (begun.stream.steps is NOTHING, due.stream.steps is NOTHING) == (True, False)


def test_a_solo_may_be_dropped_while_its_head_is_written(theatre):
    ended = []
    stream = Stream(Plan(solo(0.5), ended.append), 0.0, lambda data: theatre.player.drop(stream, "client_gone"), pytest.fail)
    theatre.player.play(stream)
    assert [delivery.outcome for delivery in ended] == ["client_gone"]
    assert theatre.player.waiting == theatre.lateness.streams == 0
    theatre.clock.advance(2.0)
    assert len(ended) == 1


def test_of_a_silent_plan_no_time_is_counted(theatre):
    gate, got = Gate(), []
    stream = Stream(Plan([b"a", gate, b"b", gate], silent=True), 0.0, got.append, lambda _ending: None)
    theatre.player.play(stream)
    gate.open(1.0)
    theatre.clock.advance(1.0)
    theatre.player.park(stream)
    theatre.player.drop(stream, "client_gone")
    times = theatre.player.lateness
    assert b"".join(got) == b"ab"
    assert (times.streams, times.events, times.pauses, times.ttft_actual.total, times.paused_seconds) == (0, 0, 0, 0, 0.0)


def test_a_gate_opened_for_a_moment_that_is_past_is_no_lag_of_the_loop(theatre):
    gate = Gate()
    viewer = theatre.play([gate, b"a"])
    theatre.clock.advance(5.0)
    gate.open(2.0)
    theatre.clock.advance(1.0)
    assert [data for _, data in viewer.got] == [b"a"]
    assert theatre.lateness.lag.histogram().max < 0.001
