"""Faults by time under a simulated engine, whose moments nobody knows beforehand: each strikes in time, streamed and not."""

from __future__ import annotations

import re
from functools import partial

import pytest

from understudy.model.plan import Ending, Plan
from understudy.runtime.alarm import VIRTUAL, TimerAlarm
from understudy.runtime.clock import VirtualClock
from understudy.runtime.player import Player
from understudy.runtime.stream import Stream

EIGHT = "one two three four five six seven eight"
STEP = "max-num-seqs: 1, max-waiting: 2, decode-step: 100ms, decode-per-seq: 0ms, prefill-token: 0ms"
ENGINE = f"version: 1\ncapacity: {{{STEP}}}\nrules: [{{reply: {EIGHT}}}]\n"
PACED = f"version: 1\ntiming: {{ttft: 100ms, itl: 100ms}}\nrules: [{{reply: {EIGHT}}}]\n"


class House:
    """An engine, simulated or paced, and a player on one virtual clock."""

    def __init__(self, service, make_request, chat, script):
        self.clock = VirtualClock(wall=1_700_000_000.0)
        self.engine = service(script).engine
        self.engine._monotonic = self.clock.monotonic
        self.errors = []
        make_alarm = partial(TimerAlarm, self.clock, step=VIRTUAL)
        self.player = Player(self.clock, make_alarm, lambda callback: callback(), self.errors.append)
        self.engine.attend(self.player.background)
        self._request = lambda fault, **body: make_request(chat(**body), headers={"x-understudy-fault": fault})

    def ask(self, fault="malformed;event=99", **body):
        request = self._request(fault, **body)
        request.at = self.clock.monotonic()
        return Viewer(self, self.engine.respond(request))

    @property
    def taken(self):
        """Who runs, who waits, and the share of the memory that is held."""
        ((_, engine),) = self.engine.fleet
        now = engine.snapshot
        return now.running, now.waiting, now.kv_used


class Viewer:
    """A client: what it gets and when, how that ends and when."""

    def __init__(self, house, plan):
        assert isinstance(plan, Plan)
        self.house, self.got, self.ended, self.deliveries = house, [], None, []
        ended = plan.ended
        plan.ended = lambda delivery: [self.deliveries.append(delivery), ended(delivery)]
        self.stream = Stream(plan, house.clock.monotonic(), self.write, self.played)
        house.player.play(self.stream)

    def write(self, data):
        self.got.append((self.now, data))

    def played(self, ending):
        self.ended = (self.now, ending)

    def leave(self):
        self.house.player.drop(self.stream, "client_gone")

    @property
    def now(self):
        return round(self.house.clock.monotonic(), 3)

    @property
    def data(self):
        return b"".join(data for _, data in self.got)

    @property
    def tokens(self):
        """The moment of each event that carries text, or of the answer that does."""
        return [at for at, data in self.got for _ in re.findall(rb'"content": ?"[^"]', data)]


@pytest.fixture
def house(service, make_request, chat):
    made = []

    def make(script=ENGINE):
        made.append(House(service, make_request, chat, script))
        return made[-1]

    yield make
    assert [house.errors for house in made] == [[] for _ in made]


@pytest.fixture
def played(house):
    """Play an answer to its end, or for ten seconds."""

    def play(fault, script=ENGINE, **body):
        at = house(script)
        viewer = at.ask(fault, **body)
        at.clock.advance(10.0)
        return viewer

    return play


ENDS = {
    "reset": Ending.ABORT,
    "close": Ending.CLOSE,
    "hang": Ending.HANG,
    "early-end": None,
    "error-event": None,
    "bad-chunk": Ending.CLOSE,
}
BOTH = ("reset", "close", "hang")


@pytest.mark.parametrize("kind", ENDS)
def test_what_ends_a_stream_at_a_time_does_so_then(played, kind):
    viewer = played(f"{kind};time=350ms", stream=True)
    assert viewer.ended == (0.35, ENDS[kind])
    assert viewer.tokens[:3] == [0.1, 0.2, 0.3]
    assert len(viewer.tokens) == (4 if kind == "bad-chunk" else 3)  # which is an event itself
    assert [delivery.events for delivery in viewer.deliveries] == ([] if kind == "hang" else [4])  # with the role


@pytest.mark.parametrize("kind", BOTH)
def test_what_ends_a_whole_answer_at_a_time_does_so_before_it_is_there(played, kind):
    viewer = played(f"{kind};time=350ms")
    assert (viewer.ended, viewer.data) == ((0.35, ENDS[kind]), b"")
    assert [delivery.events for delivery in viewer.deliveries] == ([] if kind == "hang" else [0])


AS_PACED = [
    *(f"{kind};time={time}" for kind in ENDS for time in ("0", "50ms", "350ms", "750ms", "2s")),
    "error-event;time=350ms;then=go-on",
    "comments;interval=30ms",
    "comments;interval=50ms",
    "comments;interval=100ms",
    "comments;interval=250ms",
    "trickle;bytes-per-second=4000",
    "trickle;time=350ms;bytes-per-second=2000",
    "coalesce;events=3",
    "timeout;after=350ms",
    "comments;interval=30ms,reset;time=350ms",
    "reset;time=350ms,comments;interval=30ms",
    "comments;interval=40ms,comments;interval=30ms,reset;time=350ms",
    "reset;time=350ms,reset;time=250ms",
    "close;time=250ms,hang;time=350ms",
    "reset;time=350ms,trickle;bytes-per-second=4000",
    "trickle;bytes-per-second=4000,close;time=350ms",
    "comments;interval=30ms,trickle;bytes-per-second=9000",
    "malformed;event=1",
    "malformed;event=4",
    "early-end;event=4",
    "unknown-event;event=4",
    "truncated-json;token=5",
    "duplicate-event;event=4",
    "empty-deltas;event=4",
    "missing-usage",
    "crlf",
    "coalesce;events=3,early-end;time=350ms",
    "early-end;time=350ms,coalesce;events=3",
    "comments;interval=30ms,coalesce;events=3",
]


@pytest.mark.parametrize("fault", AS_PACED)
def test_an_engine_with_one_stream_is_struck_as_a_pace_of_the_same_moments(played, fault):
    made, paced = played(fault, stream=True), played(fault, PACED, stream=True)
    assert made.ended == paced.ended
    assert made.got == [(pytest.approx(at, abs=0.0011), data) for at, data in paced.got]


@pytest.mark.parametrize("fault", [f"{kind};time={time}" for kind in ENDS for time in ("50ms", "350ms", "2s")])
def test_so_is_an_engine_with_one_whole_answer(played, fault):
    made, paced = played(fault), played(fault, PACED)
    assert made.ended == paced.ended
    assert [(at, data.partition(b"\r\n\r\n")[2]) for at, data in made.got] == [
        (at, data.partition(b"\r\n\r\n")[2]) for at, data in paced.got
    ]


@pytest.mark.parametrize(
    ("fault", "tokens", "pings"),
    [
        ("stall;time=350ms;for=200ms", [0.1, 0.2, 0.3, 0.55, 0.55, 0.6, 0.7, 0.8], 0),
        ("stall;time=350ms;for=1s;ping=300ms", [0.1, 0.2, 0.3, *[1.35] * 5], 3),
        ("stall;token=4;for=150ms", [0.1, 0.2, 0.3, 0.55, 0.55, 0.6, 0.7, 0.8], 0),
        ("comments;interval=30ms,stall;time=350ms;for=200ms", [0.1, 0.2, 0.3, 0.55, 0.55, 0.6, 0.7, 0.8], 17),
        ("late-headers;for=350ms", [0.35, 0.35, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8], 0),
        ("split-event;token=4;byte=30;pause=150ms", [0.1, 0.2, 0.3, 0.55, 0.55, 0.6, 0.7, 0.8], 0),
        ("rechunk;size=1000;pause=150ms", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], 0),
    ],
)
def test_what_an_engine_makes_during_a_silence_comes_behind_it(played, fault, tokens, pings):
    viewer = played(fault, stream=True)
    assert viewer.tokens == tokens
    assert viewer.data.count(b": ping\n\n") == pings


@pytest.mark.parametrize(
    ("fault", "at"), [("stall;time=350ms;for=200ms", 0.8), ("stall;time=350ms;for=1s", 1.35), ("late-headers;for=1s", 1.0)]
)
def test_a_whole_answer_that_is_made_during_a_silence_comes_behind_it(played, fault, at):
    viewer = played(fault)
    assert (viewer.tokens, viewer.ended) == ([at], (at, None))


BREAKING = [(kind, stream) for kind in ENDS for stream in (True, False) if kind != "hang" and (stream or kind in BOTH)]


@pytest.mark.parametrize(("kind", "stream"), BREAKING)
def test_who_is_struck_gives_up_slot_and_memory_at_that_moment(house, kind, stream):
    at = house()
    at.ask(f"{kind};time=350ms", stream=stream)
    at.clock.advance(0.349)
    assert at.taken[:2] == (1, 0)
    assert at.taken[2] > 0
    at.clock.advance(0.002)
    assert at.taken == (0, 0, 0)


@pytest.mark.parametrize(("kind", "stream"), BREAKING)
def test_who_waits_behind_one_that_is_struck_comes_next(house, kind, stream):
    at = house()
    at.ask(f"{kind};time=350ms", stream=stream)
    other = at.ask(stream=True)
    at.clock.advance(10.0)
    assert other.tokens == [pytest.approx(0.5 + n / 10) for n in range(8)]  # the step under way takes as long as it would have
    assert at.taken == (0, 0, 0)


@pytest.mark.parametrize(("kind", "stream"), BREAKING)
def test_who_is_struck_while_it_waits_gives_up_its_place(house, kind, stream):
    at = house()
    first = at.ask(stream=True)
    second = at.ask(f"{kind};time=350ms", stream=stream)
    third = at.ask(stream=True)
    at.clock.advance(0.351)
    assert second.ended == (0.35, ENDS[kind])
    assert second.tokens == []
    assert at.taken[:2] == (1, 1)
    at.clock.advance(10.0)
    assert (first.tokens[-1], third.tokens[0]) == (0.8, 0.9)
    assert at.taken == (0, 0, 0)


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])
def test_who_hangs_keeps_its_slot_until_it_leaves_or_all_of_it_is_made(house, stream):
    left, stayed = house(), house()
    for at in (left, stayed):
        viewer = at.ask("hang;time=350ms", stream=stream)
        at.clock.advance(0.4)
        assert at.taken[:2] == (1, 0)
        if at is left:
            viewer.leave()
            assert at.taken == (0, 0, 0)
            assert [delivery.outcome for delivery in viewer.deliveries] == ["client_gone"]
    stayed.clock.advance(0.5)
    assert stayed.taken == (0, 0, 0)


@pytest.mark.parametrize("fault", ["comments;interval=30ms", "reset;time=5s", "stall;time=350ms;for=200ms", "coalesce"])
def test_who_leaves_a_struck_answer_gives_up_its_slot(house, fault):
    at = house()
    viewer = at.ask(fault, stream=True)
    at.clock.advance(0.375)
    viewer.leave()
    assert at.taken == (0, 0, 0)
    seen = viewer.data
    at.clock.advance(10.0)
    assert viewer.data == seen
    assert at.clock.pending == 0


def test_a_fault_too_late_to_strike_leaves_nothing_behind(house):
    at = house()
    viewer = at.ask("reset;time=5s", stream=True)
    at.clock.advance(0.85)
    assert viewer.ended == (0.8, None)
    assert (at.taken, at.clock.pending) == ((0, 0, 0), 0)


@pytest.mark.parametrize("name", [f"s{n}" for n in range(12)])
def test_legal_changes_are_legal_under_an_engine_too(played, name):
    struck, plain = played("legal-fuzz", stream=True, user=name), played("malformed;event=99", stream=True, user=name)
    texts = [re.findall(rb'"content": ?"([^"]+)"', _joined(viewer.data)) for viewer in (struck, plain)]
    assert texts[0] == texts[1] != []
    assert struck.ended[1] is None


def _joined(data):
    """The body of a stream, out of its chunks."""
    rest, body = data.partition(b"\r\n\r\n")[2], b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        body, rest = body + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
    return body
