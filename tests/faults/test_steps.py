"""Places among steps: everything before is passed through, the fault gets the rest."""

from __future__ import annotations

import json
import re

import pytest

from understudy.faults import Place
from understudy.faults._steps import at_most, one_event, split_head, strike
from understudy.model.plan import SENT, Ending, Gate, Until

HEAD = b"HEAD"
STEPS = [0.5, b"HEAD", 0.2, b"one", 0.3, b"two", b"end"]

CUTS = {
    ("before-headers", 0): [0.5, "x", b"HEAD", 0.2, b"one", 0.3, b"two", b"end"],
    ("after-headers", 0): [0.5, b"HEAD", 0.2, "x", b"one", 0.3, b"two", b"end"],
    ("event", 1): [0.5, b"HEAD", 0.2, "x", b"one", 0.3, b"two", b"end"],
    ("event", 2): [0.5, b"HEAD", 0.2, b"one", 0.3, "x", b"two", b"end"],
    ("event", 3): STEPS,
    ("token", 7): [0.5, b"HEAD", 0.2, b"one", 0.3, "x", b"two", b"end"],
    ("token", 8): STEPS,
    ("end", 0): [0.5, b"HEAD", 0.2, b"one", 0.3, b"two", "x", b"end"],
    ("byte", 0): [0.5, b"HEAD", "x", 0.2, b"one", 0.3, b"two", b"end"],
    ("byte", 1): [0.5, b"HEAD", 0.2, b"o", "x", b"ne", 0.3, b"two", b"end"],
    ("byte", 3): [0.5, b"HEAD", 0.2, b"one", "x", 0.3, b"two", b"end"],
    ("byte", 10): STEPS,
    ("time", 0): ["x", *STEPS],
    ("time", 0.25): [0.25, "x", 0.25, b"HEAD", 0.2, b"one", 0.3, b"two", b"end"],
    ("time", 0.5): [0.5, "x", b"HEAD", 0.2, b"one", 0.3, b"two", b"end"],
    ("time", 2): STEPS,
}


@pytest.mark.parametrize(("place", "expected"), CUTS.items(), ids=[f"{kind}-{number}" for kind, number in CUTS])
def test_the_fault_strikes_at_the_place(striking, place, expected):
    context = striking(stream=True, events=2, tokens=[3, 4], head_bytes=4, chunked=True)

    def then(rest):
        yield "x"
        yield from rest

    assert list(strike(STEPS, Place(*place), context, then)) == expected


def test_a_byte_beyond_the_last_one_is_no_place(striking):
    assert list(strike([b"HEAD", b"one"], Place("byte", 4), striking(head_bytes=4), lambda rest: [])) == [b"HEAD", b"one"]


@pytest.mark.parametrize("place", [Place("end"), Place("byte", 3)])
def test_what_ends_a_plan_comes_after_the_end_of_the_answer(striking, place):
    steps = [b"HEAD", b"one", Ending.CLOSE]
    assert list(strike(steps, place, striking(head_bytes=4), lambda rest: [*rest][:0])) == [b"HEAD", b"one"]


def test_what_is_behind_a_byte_is_behind_what_counts_its_event(striking):
    steps = [b"HEAD", b"one", SENT, 0.3, b"two"]
    assert list(strike(steps, Place("byte", 3), striking(head_bytes=4), lambda rest: ["x"])) == [b"HEAD", b"one", SENT, "x"]


@pytest.mark.parametrize("place", [Place("event", 2), Place("end")])
def test_behind_the_end_that_another_fault_puts_among_chunks_nothing_is_struck(striking, place):
    context, steps = striking(stream=True, events=1, head_bytes=4, chunked=True), [b"HEAD", b"one", Ending.ABORT]
    assert list(strike(steps, place, context, lambda rest: ["x"])) == steps


def test_head_and_body_in_one_step_are_told_apart(striking):
    context = striking(head_bytes=4)
    assert list(split_head([0.1, b"HEADbody"], context)) == [0.1, b"HEAD", b"body"]
    assert list(strike([b"HEADbody"], Place("event", 1), context, lambda rest: [b"!"])) == [b"HEAD", b"!"]


@pytest.mark.parametrize(
    ("steps", "sent"), [([b"one", SENT, b"two", SENT], [b"one", SENT]), ([b"one", b"two", SENT], [b"one"]), ([], [])]
)
def test_an_event_goes_with_what_counts_it(steps, sent):
    assert list(one_event(iter(steps))) == sent


@pytest.mark.parametrize(("place", "number"), [(Place("byte", 1), None), (Place("event", 2), 2), (Place("event", 3), None)])
def test_events_by_number(striking, place, number):
    assert striking(events=2).event_at(place) == number


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (0.05, [(0.05, "x"), (0.1, "a"), (0.4, "b"), (0.5, "c")]),
        (0.1, [(0.1, "x"), (0.1, "a"), (0.4, "b"), (0.5, "c")]),
        (0.15, [(0.1, "a"), (0.15, "x"), (0.4, "b"), (0.5, "c")]),
        (0.35, [(0.1, "a"), (0.35, "x"), (0.4, "b"), (0.5, "c")]),
        (0.45, [(0.1, "a"), (0.4, "b"), (0.45, "x"), (0.5, "c")]),
        (0.55, [(0.1, "a"), (0.4, "b"), (0.5, "c")]),
    ],
)
def test_a_time_comes_while_a_gate_is_shut(striking, opening, timed, time, expected):
    steps = [opening(0.1), "a", 0.2, opening(0.4), "b", opening(0.2), 0.1, "c"]

    def then(rest):
        yield "x"
        yield from rest

    assert timed(strike(steps, Place("time", time), striking(), then)) == expected


@pytest.mark.parametrize(("at", "outcome", "due"), [(0.5, (False, 0.2), 0.4), (0.35, (True, 0.15), 0.35)])
def test_whoever_bounds_a_wait_that_has_a_bound_tells_what_came_of_it(striking, opening, timed, at, outcome, due):
    waits = [Until(opening(0.1), 9.0), Until(opening(9.0), 0.1), Until(opening(at), 0.2), Until(opening(0.2), 9.0)]
    place = Place("time", 0.3)

    def then(rest):
        yield "x"
        yield from rest

    found = timed(strike([step for wait in waits for step in (wait, "a")], place, striking(), then))
    assert found == [(0.1, "a"), (0.2, "a"), (0.3, "x"), (due, "a"), (due, "a")]
    told = [(wait.opened, round(wait.waited, 6)) for wait in waits]
    assert told == [(True, 0.1), (False, 0.1), outcome, (True, round(0.2 - due, 6))]


def test_a_part_of_a_wait_is_no_longer_than_the_wait():
    gate = Gate()
    wait = Until(gate, 3.0)
    for seconds, longest, left in ((1.0, 1.0, 2.0), (0.5, 0.5, 1.5), (5.0, 1.5, None)):
        play = at_most(wait, seconds)
        part = next(play)
        assert (part.gate, part.seconds) == (gate, longest)
        part.begin(0.0)
        part.end()
        with pytest.raises(StopIteration) as over:
            next(play)
        assert over.value.value == (part, [] if left is None else [wait])
        assert wait.seconds == (left or 0.0)
    assert (wait.opened, wait.waited) == (False, 3.0)


def test_what_nobody_plays_has_open_gates(striking):
    gate = Gate()
    steps = list(strike([gate, "a", Until(gate, 0.1), "b"], Place("time", 0.05), striking(), lambda rest: ["x"]))
    assert [step for step in steps if isinstance(step, str)] == ["a", "b"]


FRAMING = [
    "comments",
    "comments;events=2",
    "comments;interval=1ms",
    "stall;for=20ms;ping=5ms",
    "stall;for=20ms;ping=5ms;event=2",
    "coalesce;events=3",
    "rechunk;size=50",
    "split-event",
    "split-event;event=2",
    "trickle;bytes-per-second=1000",
    "trickle;bytes-per-second=1000;event=2",
    "crlf",
    "error-event;event=2;then=go-on",
]


@pytest.mark.parametrize("chunked", [True, False])
@pytest.mark.parametrize("other", FRAMING)
@pytest.mark.parametrize("line", ["{},{}", "{1},{0}"])
@pytest.mark.parametrize("fault", ["reset", "close", "hang", "error-event"])
def test_events_are_counted_as_the_answer_has_them_whatever_frames_them(play, fault, line, other, chunked):
    for place in ("event=5", "token=4", "at=end"):
        steps = play(line.format(other, f"{fault};{place}"), chunked=chunked, waits=0.01)
        sent = b"".join(step for step in steps if isinstance(step, bytes)).partition(b"\r\n\r\n")[2]
        body = re.sub(rb"(^|\r\n)[0-9a-f]+\r\n", b"", sent) if chunked else sent
        texts = [text in body for text in (b'"role"', b"One", b" two", b" three", b'"stop"', b"[DONE]")]
        expected = 6 if place == "at=end" else 4 if place == "event=5" else 3
        if place == "token=4":
            expected = 6  # there are three
        assert texts == [True] * expected + [False] * (6 - expected), place


@pytest.mark.parametrize("other", FRAMING)
@pytest.mark.parametrize("seed", range(5))
def test_an_error_event_stands_between_two_events(play, body_of, other, seed):
    for line in (f"{other},error-event;event=3,legal-fuzz", f"legal-fuzz,{other},error-event;event=3"):
        lines = body_of(play(line, waits=0.01, decision=seed)).replace(b"\r\n", b"\n").split(b"\n\n")
        data = [event for event in lines if event and not event.startswith(b": ")]
        assert all(json.loads(event.removeprefix(b"data: ")) for event in data)
        assert b'"error":{"code":500}' in data[-1]


@pytest.mark.parametrize("fault", ["duplicate-event", "malformed", "truncated-json", "invalid-utf8"])
def test_a_fault_of_an_event_strikes_no_comment(play, body_of, fault):
    plain = body_of(play(f"{fault};event=3"))
    for line in (f"comments,{fault};event=3", f"{fault};event=3,comments"):
        assert body_of(play(line)).replace(b": ping\n\n", b"") == plain


@pytest.mark.parametrize("fault", ["error-event;time=20ms", "early-end;time=20ms", "bad-chunk;time=20ms"])
def test_what_belongs_into_a_body_waits_for_the_head(play, fault):
    late, soon = play(f"late-headers;for=1s,{fault}", waits=0.5), play(fault.replace("20ms", "0ms"), waits=0.5)
    assert late == [0.02, 0.98, *soon]


def test_bytes_and_moments_are_those_of_the_connection(play, body_of):
    for line in ("close;byte=100,rechunk;size=50", "rechunk;size=50,close;byte=100"):
        sent = [step for step in play(line) if isinstance(step, bytes)]
        assert len(b"".join(sent[1:])) == 100
        assert sent[1].startswith(b"32\r\n")
    for line in ("reset;time=10ms,stall;for=1s", "stall;for=1s,reset;time=10ms"):
        assert play(line)[1:] == [0.01, Ending.ABORT]
