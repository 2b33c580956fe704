"""Events of runs go straight to the socket, together: nothing is lost, overtaken or counted twice, whatever the socket does."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understudy.model.plan import Ending, Plan, Run, Step
from understudy.runtime import ensemble
from understudy.runtime.outlet import BATCH, SLICE, TURN, write_together
from understudy.runtime.stream import NO_FILE, Stream


def run(count: int, wait: float = 1.0, first: float | None = None, name: bytes = b"") -> Run:
    """A run of numbered events, the first of them after a wait of its own."""
    waits = [wait if first is None else first, *itertools.repeat(wait, count - 1)]
    return Run([(b"%b<%d" % (name, n), b">") for n in range(count)], b"|", waits)


def told(count: int, name: bytes = b"") -> bytes:
    return b"".join(b"%b<%d|>" % (name, n) for n in range(count))


def test_events_arrive_in_order_and_on_time_past_the_transport(theatre):
    wire = theatre.wire([b"head.", run(5), b"end."])
    for n in range(1, 6):
        assert wire.read_all() == b"head." + told(n - 1)
        theatre.clock.advance(1.0)
    assert wire.read_all() == b"head." + told(5) + b"end."
    assert wire.got == []
    assert wire.endings == [None]
    (delivery,) = wire.deliveries
    assert (delivery.outcome, delivery.sent, delivery.events) == ("done", len(wire.seen), 5)
    assert (delivery.first_due, round(delivery.first_at, 5)) == (1.0, 1.0)


@pytest.mark.parametrize("wait", [1.0, 0.0])
def test_the_end_of_a_run_goes_out_with_its_last_event_and_ends_the_plan(theatre, wait):
    frames = [(b"%d<" % n, b">") for n in range(5)]
    wire = theatre.wire([b"head.", Run(frames, b"|", [1.0, 1.0, 1.0, 1.0, wait], (b"end.",))])
    theatre.clock.advance(4.5)
    assert wire.read_all().endswith(b"3<|>" if wait else b"4<|>end.")
    theatre.clock.advance(1.0)
    assert wire.read_all() == b"head.0<|>1<|>2<|>3<|>4<|>end."
    assert wire.endings == [None]
    (delivery,) = wire.deliveries
    assert (delivery.outcome, delivery.sent, delivery.events) == ("done", len(wire.seen), 5)
    assert theatre.lateness.late.total == 5
    assert theatre.lateness.streams == theatre.player.waiting == 0


def test_the_end_of_a_run_that_the_socket_does_not_take_follows_through_the_transport(theatre):
    frames = [(b"%03d<" % n, b">" * 50_000) for n in range(40)]
    wire = theatre.wire([Run(frames, b"|", [1.0] * 40, (b"end.",))])
    wire.stop_reading()
    theatre.clock.advance(50.0)
    assert wire.endings in ([], [None])
    wire.read_all()
    theatre.clock.advance(50.0)
    assert wire.read_all() == b"".join(head + b"|" + tail for head, tail in frames) + b"end."
    assert [delivery.events for delivery in wire.deliveries] == [40]


@pytest.mark.parametrize("count", [5, 3 * ensemble.TOGETHER])
def test_a_stream_that_is_late_sends_what_is_due_in_one_write_and_counts_each_event(theatre, count):
    wire = theatre.wire([run(count + 1, wait=0.125, first=0.5), b"end."])
    theatre.clock.advance(0.5)
    theatre.clock._now += 0.125 * (count - 1)  # nobody was woken meanwhile
    theatre.clock.advance(0.125)
    assert wire.read_all() == told(count + 1) + b"end."
    assert (wire.deliveries[0].events, wire.deliveries[0].sent) == (count + 1, len(wire.seen))
    lateness = theatre.lateness
    planned = lateness.itl_planned.histogram()
    assert (planned.total, planned.sum, planned.max) == (count, 0.125 * count, 0.125)
    assert lateness.late.total == count + 1
    assert wire.deliveries[0].late == pytest.approx(0.125 * (count - 2), abs=0.01)


def test_many_streams_that_are_due_together_all_get_their_own_events(theatre):
    count = 3 * BATCH + 1
    wires = [theatre.wire([run(4, name=b"%d" % n)]) for n in range(count)]
    theatre.clock.advance(10.0)
    assert [wire.read_all() for wire in wires] == [told(4, b"%d" % n) for n in range(count)]
    assert theatre.lateness.late.total == 4 * count
    assert theatre.lateness.itl_actual.total == theatre.lateness.itl_planned.total == 3 * count
    assert theatre.lateness.ttft_actual.total == theatre.lateness.ttft_planned.total == count
    assert theatre.lateness.streams == 0


def test_every_event_is_counted_once_at_the_time_it_was_due_and_sent(theatre):
    wire = theatre.wire([run(50, wait=0.125, first=0.5)])
    theatre.clock.advance(10.0)
    assert wire.deliveries[0].events == 50
    lateness = theatre.lateness
    planned, late = lateness.itl_planned.histogram(), lateness.late.histogram()
    assert (planned.total, planned.sum, planned.max) == (49, 0.125 * 49, 0.125)
    assert (lateness.ttft_planned.total, lateness.ttft_planned.histogram().max) == (1, 0.5)
    assert (late.total, late.sum, late.max) == (50, 0.0, 0.0)


def test_what_a_socket_does_not_take_waits_in_the_transport_and_nothing_overtakes_it(theatre):
    wire, other = theatre.wire([run(400, wait=0.01)]), theatre.wire([run(400, wait=0.01)])
    theatre.clock.advance(0.025)
    wire.stop_reading()
    theatre.clock.advance(0.5)
    assert wire.got != []
    assert wire.stream.socket == NO_FILE
    wire.read_all()
    theatre.clock.advance(10.0)
    assert wire.read_all() == other.read_all() == told(400)
    assert wire.deliveries[0].events == 400
    assert wire.deliveries[0].sent == len(told(400))


def test_an_event_of_which_a_socket_takes_a_part_is_completed_by_the_transport(theatre):
    large = b"0123456789abcdef" * 3000
    wire = theatre.wire([Run([(large, b"")] * 30, b"", [0.01] * 30)])
    theatre.clock.advance(10.0)
    assert wire.deliveries == []  # parked, for nobody reads
    assert 0 < len(wire.backlog) != len(large)
    while not wire.deliveries:
        wire.read_all()
        theatre.clock.advance(0.01)
    assert wire.read_all() == large * 30
    assert wire.deliveries[0].sent == len(large) * 30


def test_a_parked_stream_keeps_its_events_and_catches_up_with_one_write(theatre):
    wire = theatre.wire([run(20)])
    theatre.clock.advance(3.0)
    theatre.player.park(wire.stream)
    theatre.clock.advance(5.0)
    assert bytes(wire.far.recv(1000)) == told(3)
    assert theatre.player.waiting == 0
    theatre.player.resume(wire.stream)
    assert bytes(wire.far.recv(1000)) == told(8)[len(told(3)) :]
    theatre.clock.advance(1.0)
    assert bytes(wire.far.recv(1000)) == b"<8|>"
    theatre.clock.advance(20.0)
    assert (wire.deliveries[0].events, theatre.lateness.late.total) == (20, 16)  # four waited for the client
    assert wire.deliveries[0].paused == 5.0


def test_a_stream_parked_and_resumed_before_its_next_event_stays_on_time(theatre):
    wire = theatre.wire([run(4)])
    theatre.clock.advance(1.25)
    theatre.player.park(wire.stream)
    theatre.clock.advance(0.25)
    theatre.player.resume(wire.stream)
    assert wire.read_all() == told(1)
    theatre.clock.advance(0.5)
    assert wire.read_all() == told(2)
    assert theatre.player.waiting == 1


def test_a_broken_connection_is_left_to_the_transport(theatre):
    wire, other = theatre.wire([run(9)]), theatre.wire([run(9)])
    theatre.clock.advance(2.0)
    wire.far.close()
    theatre.clock.advance(1.0)
    assert [data for _, data in wire.got] == [b"<2|>"]
    theatre.player.drop(wire.stream, "client_gone")
    theatre.clock.advance(10.0)
    assert wire.outcomes == [("client_gone", len(told(3)))]
    assert other.read_all() == told(9)


def test_a_transport_that_breaks_breaks_its_stream_and_no_other(theatre):
    wire, other = theatre.wire([run(9)]), theatre.wire([run(9)])
    error = RuntimeError("closed")
    error.expected = True

    def write(_data: bytes) -> None:
        raise error

    theatre.clock.advance(2.0)
    wire.far.close()
    wire.stream.write = write
    theatre.clock.advance(1.0)
    theatre.soon.pop()()
    assert theatre.errors == [error]
    assert wire.endings == [Ending.ABORT]
    theatre.clock.advance(10.0)
    assert other.read_all() == told(9)
    assert theatre.player.waiting == 0


def test_a_late_player_joins_the_events_that_are_due(theatre):
    wire = theatre.wire([run(10)])
    theatre.clock.advance(2.0)
    wire.read_all()
    written = []
    wire.stream.socket = wire.stream.file = NO_FILE
    wire.stream.write = written.append
    theatre.clock.jump(3.5)
    assert written == [b"<2|><3|><4|>"]
    theatre.clock.advance(10.0)
    assert b"".join(written) == told(10)[len(told(2)) :]
    assert wire.deliveries[0].events == theatre.lateness.late.total == 10
    assert round(wire.deliveries[0].late, 5) == 2.5


def test_a_late_player_joins_them_on_the_socket_as_well_and_keeps_the_schedule(theatre):
    wire = theatre.wire([run(10, wait=0.25)])
    theatre.clock.advance(0.5)
    theatre.clock.jump(0.8)
    assert wire.read_all() == told(5)
    assert wire.stream.socket != NO_FILE
    theatre.clock.advance(0.2)
    assert wire.read_all() == told(6)
    theatre.clock.advance(10.0)
    assert wire.read_all() == told(10)
    assert wire.deliveries[0].events == theatre.lateness.late.total == 10
    assert theatre.lateness.itl_actual.total == 9


def test_a_run_that_ends_goes_on_with_the_plan(theatre):
    wire = theatre.wire([run(3), b"between.", run(2), 1.0, b"late.", Ending.CLOSE])
    theatre.clock.advance(3.0)
    assert wire.read_all() == told(3) + b"between."
    theatre.clock.advance(2.0)
    assert wire.read_all() == told(3) + b"between." + told(2)
    theatre.clock.advance(1.0)
    assert wire.read_all() == told(3) + b"between." + told(2) + b"late."
    assert wire.outcomes == [("closed", len(wire.seen))]
    assert wire.deliveries[0].events == 5


def test_a_run_without_waits_is_one_write(theatre):
    viewer = theatre.play([b"head.", run(5, wait=0.0), b"end."])
    assert viewer.got == [(0.0, b"head." + told(5) + b"end.")]
    assert viewer.deliveries[0].events == 5


def test_an_endless_run_without_waits_lets_others_have_their_turn(theatre):
    viewer = theatre.play([Run(itertools.repeat((b"x" * 1000, b"")), b"", itertools.chain([0.5, 0.5], itertools.repeat(0.0)))])
    theatre.clock.advance(1.0)
    assert TURN <= len(viewer.data) < TURN + SLICE + 2000
    assert theatre.player.waiting == 0
    theatre.soon.pop()()
    assert 2 * TURN <= len(viewer.data) < 2 * (TURN + SLICE + 2000)


def test_an_endless_run_that_was_paced_lets_others_have_their_turn(theatre):
    waits = itertools.chain([0.5, 0.5, 0.5], itertools.repeat(0.0))
    wire = theatre.wire([Run(itertools.repeat((b"x" * 1000, b"")), b"", waits)])
    written = []
    theatre.clock.advance(1.0)
    assert wire.stream.socket != NO_FILE
    wire.read_all()

    def write(data: bytes) -> None:
        written.append(data)

    wire.stream.write = write
    wire.near.close()
    theatre.clock.advance(0.5)
    assert TURN <= len(b"".join(written)) < TURN + SLICE + 2000
    assert len(theatre.soon) == 1
    wire.stream.socket = NO_FILE


@pytest.mark.parametrize("at", [0, 1, 5])
def test_a_run_that_raises_is_aborted_alone(theatre, at):
    error = ValueError("broken")
    error.expected = True

    def frames() -> Iterator[tuple[bytes, bytes]]:
        for n in itertools.count():
            if n == at:
                raise error
            yield b"<%d" % n, b">"

    wire, other = theatre.wire([Run(frames(), b"|", itertools.repeat(1.0))]), theatre.wire([run(9)])
    theatre.clock.advance(20.0)
    assert wire.endings == [Ending.ABORT]
    assert theatre.errors == [error]
    assert len(wire.outcomes) == 1
    assert other.read_all() == told(9)
    assert theatre.lateness.streams == 0


@pytest.mark.parametrize("moment", [float("inf"), float("nan"), "soon"])
def test_a_wait_that_is_none_breaks_its_plan_and_no_other(theatre, moment):
    wire = theatre.wire([Run(itertools.repeat((b"<", b">")), b"", [1.0, 1.0, moment, 1.0])])
    other = theatre.wire([run(9)])
    theatre.clock.advance(20.0)
    assert wire.endings == [Ending.ABORT]
    assert len(theatre.errors) == 1
    theatre.errors.clear()
    assert other.read_all() == told(9)


def test_a_plan_without_time_of_its_own_goes_straight_to_the_socket(theatre):
    wire = theatre.wire([b"a", b"b", 1.0, b"c"])
    theatre.clock.advance(1.0)
    assert wire.read_all() == b"abc"
    assert wire.got == []


# -- dropped in the middle --------------------------------------------------------------------------------------------


def test_a_stream_that_is_over_is_dropped_by_the_end_of_another_before_its_own_is_told(theatre):
    """Both end at the same moment, with all that follows their last events."""
    wires = []
    ending = Run([(b"<", b">")] * 3, b"|", [1.0] * 3, (b"end.",))
    plan = Plan([ending], lambda _: theatre.player.drop(wires[0].stream, "server_stopped"))
    endings = []
    killer = Stream(plan, 0.0, lambda data: None, endings.append)
    killer.socket = theatre.wire([run(1)]).stream.socket
    theatre.player.play(killer)
    wires.append(theatre.wire([ending]))
    theatre.clock.advance(20.0)
    assert endings == [None]
    assert (wires[0].endings, wires[0].outcomes) == ([], [("server_stopped", len(b"<|>" * 3 + b"end."))])
    assert theatre.errors == []
    assert theatre.player.waiting == theatre.lateness.streams == 0


@pytest.mark.parametrize("wait", [1.0, 0.0])
def test_an_end_that_cannot_be_made_breaks_its_stream_and_no_other(theatre, wait):
    error = RuntimeError("broken")
    error.expected = True

    def end() -> Iterator[bytes]:
        raise error
        yield b""

    waits = [1.0, 1.0, wait]
    wire = theatre.wire([Run([(b"<", b">")] * 3, b"|", waits, end())])
    other = theatre.wire([Run([(b"<", b">")] * 3, b"|", waits, (b"end.",))])
    theatre.clock.advance(20.0)
    assert theatre.errors == [error]
    assert (wire.endings, other.endings) == ([Ending.ABORT], [None])
    assert other.read_all() == b"<|><|><|>end."
    assert theatre.player.waiting == theatre.lateness.streams == 0


def test_an_end_that_breaks_what_hears_it_harms_no_other(theatre):
    error = RuntimeError("broken")
    error.expected = True

    def played(_ending: Ending | None) -> None:
        raise error

    ending = Run([(b"<", b">")] * 3, b"|", [1.0] * 3, (b"end.",))
    wires = [theatre.wire([ending]) for _ in range(3)]
    wires[1].stream.played = played
    theatre.clock.advance(20.0)
    assert theatre.errors == [error]
    assert [wire.endings for wire in wires] == [[None], [], [None]]


@pytest.mark.parametrize("moment", [float("inf"), float("nan")])
def test_a_stream_without_a_next_moment_is_dropped_by_the_end_of_another(theatre, moment):
    """Both are due at the same moment; one of them has no place any more when the end of the other drops it."""
    victims = []
    plan = Plan([run(3)], lambda _: theatre.player.drop(victims[0].stream, "server_stopped"))
    theatre.player.play(Stream(plan, 0.0, lambda data: None, lambda ending: None))
    victims.append(theatre.wire([Run(itertools.repeat((b"<", b">")), b"", [1.0, 1.0, 1.0, moment, 1.0])]))
    theatre.clock.advance(20.0)
    assert [outcome for outcome, _ in victims[0].outcomes] == ["server_stopped"]
    assert len(theatre.errors) == 1
    theatre.errors.clear()
    assert theatre.player.waiting == theatre.lateness.streams == 0


@pytest.mark.parametrize("first", [True, False], ids=["before it is its turn", "after it was"])
def test_a_stream_dropped_by_the_end_of_another_is_not_written_to(theatre, first):
    """Both are due at the same moment; the end of one drops the other."""
    victims = []
    plan = Plan([run(3)], lambda delivery: theatre.player.drop(victims[0].stream, "server_stopped"))
    killer = Stream(plan, 0.0, lambda data: None, lambda ending: None)
    if first:
        theatre.player.play(killer)
    victims.append(theatre.wire([run(9)]))
    if not first:
        theatre.player.play(killer)
    theatre.clock.advance(20.0)
    (delivery,) = victims[0].deliveries
    assert delivery.outcome == "server_stopped"
    assert victims[0].read_all() == told(3)
    assert (delivery.sent, delivery.events) == (len(told(3)), 3)
    assert theatre.player.waiting == 0
    assert theatre.lateness.streams == 0


def test_streams_that_end_each_other_end_once(theatre):
    streams: list[Stream] = []
    ended: list[str] = []

    def end(delivery):
        ended.append(delivery.outcome)
        for stream in streams:
            theatre.player.drop(stream, "server_stopped")

    for _ in range(5):
        streams.append(Stream(Plan([run(3)], end), 0.0, lambda data: None, lambda ending: None))
        theatre.player.play(streams[-1])
    theatre.clock.advance(5.0)
    assert sorted(ended) == ["done", *["server_stopped"] * 4]
    assert theatre.lateness.streams == 0


def test_a_clock_that_sleeps_in_the_middle_is_counted_as_it_was(theatre, monkeypatch):
    wire = theatre.wire([run(5, wait=0.5)])
    theatre.clock.advance(1.25)

    def slowly(*args) -> list[object]:
        theatre.clock._now = max(31.5, theatre.clock._now)
        return write_together(*args)

    monkeypatch.setattr(ensemble, "write_together", slowly)
    theatre.clock.advance(0.25)
    monkeypatch.undo()
    theatre.clock._now += 30.0  # where the move that it slept in has put it back
    theatre.clock.advance(10.0)
    assert wire.read_all() == told(5)
    assert 29.0 < wire.deliveries[0].late < 31.0
    assert theatre.lateness.late.total == 5
    assert theatre.lateness.late.histogram().max > 29.0


# -- both ways say the same -------------------------------------------------------------------------------------------

WAITS = st.sampled_from([0.0, 0.001, 0.01, 0.02, 0.02, 0.02, 0.1, 0.5, 1.5])
EVENTS = st.lists(st.tuples(WAITS, st.integers(1, 400)), min_size=1, max_size=12)
PLANS = st.lists(st.one_of(EVENTS, WAITS, st.just("send"), st.just("huge")), min_size=1, max_size=4)
MOVES = st.lists(st.tuples(st.booleans(), st.sampled_from([0.005, 0.02, 0.05, 0.3, 1.0, 3.0])), max_size=12)


def steps_of(plan: list) -> list[Step]:
    steps: list[Step] = []
    letters = itertools.cycle(b"abcdefghijklmnopqrstuvwxyz")
    for part in plan:
        if isinstance(part, list):
            frames = [(bytes([next(letters)]) * size, b">") for _, size in part]
            steps.append(Run(frames, b"|", [wait for wait, _ in part]))
        elif isinstance(part, float):
            steps.append(part)
        else:
            steps.append(bytes([next(letters)]) * (10 if part == "send" else 3 * SLICE))
    return steps


def spelled(steps: list[Step]) -> bytes:
    atoms = [step.steps() if isinstance(step, Run) else (step,) for step in steps]
    return b"".join(atom for atom in itertools.chain.from_iterable(atoms) if isinstance(atom, bytes))


@pytest.mark.parametrize("count", range(6))
def test_a_run_that_tells_the_tokens_of_too_few_events_lets_the_others_go_on(theatre, count):
    waits, frames = [1.0, 0.0, 1.0, 0.0, 1.0, 1.0], [(b"%d<" % n, b">") for n in range(6)]
    wires = [theatre.wire([Run(frames, b"|", waits, (), said=bytes([1] * told))]) for told in (count, 6)]
    for _ in range(6):
        theatre.clock.advance(1.0)
        for wire in wires:
            wire.read_all()
    assert wires[1].endings == [None]
    assert [delivery.events for delivery in wires[1].deliveries] == [6]
    assert {type(error) for error in theatre.errors} == {IndexError}
    theatre.errors.clear()


SPOKEN = st.lists(st.tuples(WAITS, st.integers(0, 2)), min_size=1, max_size=24)


@settings(max_examples=80, deadline=None)
@given(opening=st.integers(0, 4), spoken=SPOKEN, moves=MOVES, wired=st.booleans(), step=st.sampled_from([2.0**-80, 1 / 4096]))
def test_the_times_between_tokens_are_those_from_one_event_that_carries_some_to_the_next(
    make_theatre, opening, spoken, moves, wired, step
):
    waits, said = [0.25, *[0.0] * (opening - 1)] if opening else [], [0] * opening
    for wait, silent in spoken:  # what carries none has no time of its own
        waits += [wait if 1 in said else 0.0 if opening else 0.25, *[0.0] * silent]
        said += [1, *[0] * silent]
    theatre = make_theatre(step)
    try:
        plan = [Run([(b"%d<" % n, b">") for n in range(len(said))], b"|", waits, (), said=said)]
        viewer = theatre.wire(plan) if wired else theatre.play(plan)
        for late, seconds in [*moves, (False, 60.0)]:
            (theatre.clock.jump if late else theatre.clock.advance)(seconds)
            for wire in theatre.wires:
                wire.read_all()
        lateness, tokens = theatre.lateness, said.count(1)
        dues = [due for due, tokens in zip(itertools.accumulate(waits), said, strict=True) if tokens]
        assert (viewer.deliveries[0].events, lateness.late.total, lateness.ttft_planned.total) == (len(said), len(said), 1)
        assert lateness.itl_planned.total == lateness.itl_actual.total == tokens - 1
        assert lateness.itl_planned.histogram().sum == pytest.approx(dues[-1] - dues[0], abs=tokens * step + 1e-5 * tokens)
    finally:
        theatre.close()


@settings(max_examples=60, deadline=None)
@given(
    plans=st.lists(PLANS, min_size=1, max_size=3),
    moves=MOVES,
    ending=st.sampled_from([None, *Ending]),
    high=st.sampled_from([4096, float("inf")]),
    step=st.sampled_from([2.0**-80, 1 / 4096]),
)
def test_a_socket_gets_what_a_transport_gets_and_the_same_is_counted(make_theatre, plans, moves, ending, high, step):
    generic, fast = theatres = make_theatre(step), make_theatre(step)
    fast.high = high
    found = []
    try:
        for theatre, play in ((generic, generic.play), (fast, fast.wire)):
            viewers = [play([*steps_of(plan), *([ending] if ending else [])]) for plan in plans]
            for late, seconds in [*moves, (False, 60.0)]:
                (theatre.clock.jump if late else theatre.clock.advance)(seconds)
                for wire in theatre.wires:
                    wire.read_all()
            data = [viewer.read_all() if theatre is fast else viewer.data for viewer in viewers]
            for viewer in viewers:
                theatre.player.drop(viewer.stream, "client_gone")
            lateness = theatre.lateness
            times = [lateness.ttft_actual, lateness.ttft_planned]
            if high > 4096:  # else waits may end while parked, and then nobody is late
                times += [lateness.late, lateness.itl_actual, lateness.itl_planned]
            delivered = [[(d.outcome, d.sent, d.events, d.first_due) for d in viewer.deliveries] for viewer in viewers]
            found.append((data, [viewer.endings for viewer in viewers], delivered, [each.total for each in times]))
            assert theatre.errors == []
            assert lateness.streams == 0
            assert data == [spelled(steps_of(plan)) for plan in plans] or ending is Ending.ABORT
        assert found[0] == found[1]
    finally:
        for theatre in theatres:
            theatre.close()
