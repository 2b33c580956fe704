"""Events of a stream in time are counted whatever strikes it, as if nothing had, as far as they are sent."""

from __future__ import annotations

from functools import partial

import pytest

from understudy.runtime.alarm import VIRTUAL, TimerAlarm
from understudy.runtime.clock import VirtualClock
from understudy.runtime.lateness import Lateness
from understudy.runtime.player import Player
from understudy.runtime.stream import Stream

PACES = {
    "fixed": "timing: {ttft: 200ms, itl: 100ms}\n",
    "together": "timing: {ttft: 200ms, itl: 100ms, burstiness: 3}\n",
    "by event": "settings: {response-delay-ms: 50}\n",
}
WAYS = {
    "chat": ("/v1/chat/completions", {"stream": True}),
    "two choices": ("/v1/chat/completions", {"stream": True, "n": 2}),
    "anthropic": ("/v1/messages", {"stream": True, "max_tokens": 99}),
    "ollama": ("/api/chat", {}),
}
RULES = """
rules:
  - reply: one two three four five six seven eight
"""
RAW = """
rules:
  - reply:
      raw:
        headers: {content-type: text/event-stream}
        chunks: [{data: "data: 1\\n\\n"}, {after: 20ms, data: "data: 2\\n\\n"}]
"""


@pytest.fixture
def counted(engine, make_request, chat):
    """What was counted of a stream: its delivery, and the server's numbers."""

    def play(fault, script, path="/v1/chat/completions", **more):
        clock, lateness, ended = VirtualClock(wall=1_700_000_000.0), Lateness(), []
        made = engine(script, validation="lenient")
        made._monotonic = clock.monotonic
        made.course.start(0.0)
        player = Player(clock, partial(TimerAlarm, clock, step=VIRTUAL), lambda call: call(), pytest.fail, lateness)
        made.attend(player.background)
        headers = {"x-understudy-fault": fault} if fault else {}
        plan = made.respond(make_request(chat(**more), path, headers=headers))
        heard = plan.ended
        plan.ended = lambda delivery: [ended.append(delivery), heard(delivery)]
        player.play(Stream(plan, 0.0, lambda _data: None, lambda _ending: None))
        clock.advance(100.0)
        (delivery,) = ended
        assert lateness.events == delivery.events
        numbers = [
            getattr(lateness, name).total for name in ("late", "ttft_planned", "ttft_actual", "itl_planned", "itl_actual")
        ]
        return delivery, numbers

    return play


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("way", WAYS)
def test_what_harms_nothing_changes_no_count(counted, way, pace):
    path, more = WAYS[way]
    sound, numbers = counted("", PACES[pace] + RULES, path, **more)
    assert sound.events >= 8
    for fault in (
        "crlf",
        "wrong-content-type",
        "comments;events=2",
        "early-end;event=99",
        "rechunk;size=9999",
    ):
        delivery, found = counted(fault, PACES[pace] + RULES, path, **more)
        assert (delivery.events, delivery.first_due, delivery.last_due) == (sound.events, sound.first_due, sound.last_due), (
            fault
        )
        assert found == numbers, fault


@pytest.mark.parametrize(
    ("fault", "events", "first", "last"),
    [
        ("late-headers;for=50ms", 9, 0.25, 0.95),
        ("stall;event=5;for=50ms", 9, 0.2, 0.95),
        ("stall;event=1;for=50ms", 9, 0.25, 0.95),
        ("close;event=5", 4, 0.2, 0.5),
        ("reset;event=1", 0, None, 0.2),
        ("error-event;event=5", 4, 0.2, 0.5),
        ("early-end", 9, 0.2, 0.9),
        ("early-end;event=5", 4, 0.2, 0.5),
        ("malformed;event=5", 5, 0.2, 0.5),
        ("reset;time=450ms", 4, 0.2, 0.45),
        ("coalesce;events=4", 9, 0.4, 0.9),
        ("coalesce;events=3,reset;event=5", 4, 0.3, 0.5),
        ("rechunk;size=9999,stall;event=5;for=50ms", 9, 0.2, 0.95),
    ],
)
def test_what_is_sent_is_counted_when_it_is_due(counted, fault, events, first, last):
    delivery, (late, ttft, *_, itl) = counted(fault, PACES["fixed"] + RULES, stream=True)
    silent = 1 + fault.startswith("malformed")  # the role, and what nobody can read
    assert (delivery.events, ttft, itl) == (events, min(events, 1), max(events - silent - 1, 0))
    assert late - events == fault.startswith("late-headers")  # which makes the answer begin at a moment of its own
    assert (delivery.first_due, delivery.last_due) == (first and pytest.approx(first), pytest.approx(last))


ENGINE = "capacity: {decode-step: 100ms, prefill-token: 0ms, decode-per-seq: 0ms}\n"
TRACE = "timing: {ttft: 100ms, itl: {trace: {gaps: [0, 0, 0, 40ms, 10ms, 0]}}}\n"
TOKENS = {
    "chat": ("/v1/chat/completions", {}, 1),
    "completions": ("/v1/completions", {"prompt": "a", "max_tokens": 99, "messages": None}, 0),
    "vllm": ("/vllm/v1/chat/completions", {}, 1),
    "anthropic": ("/v1/messages", {"max_tokens": 99}, 3),
    "gemini": ("/v1beta/models/gemini-2.5-flash:streamGenerateContent", {"contents": [{"parts": [{"text": "a"}]}]}, 0),
    "ollama": ("/api/chat", {}, 0),
}


@pytest.mark.parametrize("fault", ["", "crlf"])
@pytest.mark.parametrize("pace", [TRACE, *PACES.values(), ENGINE], ids=["trace", *PACES, "capacity"])
@pytest.mark.parametrize("way", TOKENS)
def test_times_between_tokens_are_counted_whatever_else_a_provider_says(counted, way, pace, fault):
    path, more, opening = TOKENS[way]
    delivery, numbers = counted(fault, pace + RULES, path, stream=True, **more)
    assert (delivery.events, numbers) == (opening + 8, [opening + 8, 1, 1, 7, 7])


@pytest.mark.parametrize("pace", [TRACE, PACES["fixed"], ENGINE], ids=["trace", "fixed", "capacity"])
@pytest.mark.parametrize("way", ["chat", "completions", "vllm", "gemini"])
def test_each_token_of_each_choice_is_counted_to_the_last(counted, way, pace):
    path, more, opening = TOKENS[way]
    choices = {"generationConfig": {"candidateCount": 3}} if way == "gemini" else {"n": 3}
    delivery, numbers = counted("", pace + RULES, path, stream=True, **more, **choices)
    assert (delivery.events, numbers) == (3 * (opening + 8), [3 * (opening + 8), 1, 1, 23, 23])


def test_an_event_that_trickles_is_one(counted):
    delivery, (_, ttft, *_, itl) = counted("trickle;bytes-per-second=100000", PACES["fixed"] + RULES, stream=True)
    assert (delivery.events, ttft, itl) == (9, 1, 7)


def test_raw_answers_in_time_are_counted_by_their_pieces(counted):
    for fault in ("", "crlf", "comments"):
        delivery, numbers = counted(fault, RAW)
        assert (delivery.events, delivery.first_due, delivery.last_due) == (2, 0.0, pytest.approx(0.02))
        assert numbers == [2, 1, 1, 1, 1]


@pytest.mark.parametrize("pace", [PACES["fixed"], ENGINE], ids=["timing", "capacity"])
@pytest.mark.parametrize(
    ("fault", "sent"),
    [
        ("coalesce;events=99,close;byte=10", 0),
        ("coalesce;events=4,close;event=8", 7),
        ("rechunk;size=9999,close;byte=10", 0),
        ("rechunk;size=7;pause=0ms,close;byte=700", 1),
        ("close;byte=700", 2),
        ("comments,close;byte=671", 2),
        ("comments;events=2,close;byte=662", 2),
        ("split-event,close;byte=700", 2),
        ("trickle;bytes-per-second=100000,close;byte=700", 2),
    ],
)
def test_what_is_kept_back_or_cut_off_is_not_counted(counted, pace, fault, sent):
    delivery, numbers = counted(fault, pace + RULES, stream=True)
    assert (delivery.events, numbers[1]) == (sent, min(sent, 1))


@pytest.mark.parametrize("fault", ["", "crlf", "comments", "coalesce;events=3", "split-event", "late-headers;for=50ms"])
@pytest.mark.parametrize("way", WAYS)
def test_an_engine_counts_what_timing_does_whatever_strikes(counted, way, fault):
    path, more = WAYS[way]
    paced, as_paced = counted(fault, "timing: {ttft: 100ms, itl: 100ms}\n" + RULES, path, **more)
    made, numbers = counted(fault, ENGINE + RULES, path, **more)
    assert (made.events, numbers) == (paced.events, as_paced)
    late = 0.05 if fault == "late-headers;for=50ms" else 0.0  # holds up what is sent, and not the engine
    assert made.first_due == pytest.approx(paced.first_due - late)


def test_the_first_token_of_choices_is_there_when_that_of_the_last_is(counted):
    delivery, (late, *ttft, planned, actual) = counted("", ENGINE.replace("{", "{max-num-seqs: 1, ") + RULES, stream=True, n=2)
    assert (delivery.first_due, delivery.first_at) == (pytest.approx(0.9), pytest.approx(0.9))
    assert (delivery.events, late, ttft, planned, actual) == (18, 18, [1, 1], 15, 15)


@pytest.mark.parametrize("pace", [PACES["fixed"], ENGINE], ids=["timing", "capacity"])
def test_a_whole_answer_is_no_event_but_the_server_can_be_late_for_it(counted, pace):
    delivery, (late, *others) = counted("", pace + RULES)
    assert (delivery.events, late, sum(others)) == (0, 1, 0)


@pytest.mark.parametrize("fault", ["split-event", "rechunk;size=50", "trickle;bytes-per-second=2000", "hang;time=1300ms"])
@pytest.mark.parametrize("pace", [PACES["fixed"], ENGINE], ids=["timing", "capacity"])
def test_the_waits_of_a_fault_are_no_events_and_nobody_is_late_for_them(counted, pace, fault):
    delivery, (late, *_) = counted(fault, pace + RULES, stream=True)
    assert late - delivery.events in {0, fault.startswith("trickle")}  # whose first byte the answer begins with
