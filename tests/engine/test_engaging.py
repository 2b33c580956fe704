"""An answer in a simulated engine: how long it is, what it says of its prompt, and who hears how it went."""

from __future__ import annotations

import sys
from functools import partial

import pytest
from msgspec.structs import replace

from understudy.capacity import Batcher, CapacitySpec
from understudy.dialects import Endpoint, Making, Moment, Options
from understudy.engine import engaging
from understudy.engine.decision import Decision
from understudy.engine.engaging import Engaged
from understudy.engine.store import MemoryStore
from understudy.engine.twin import Twins
from understudy.model.call import Call, Message
from understudy.model.frame import Body, Sheet, Stream
from understudy.model.plan import Gate, Plan, Until
from understudy.model.reply import Failure, Reply, Text
from understudy.runtime.alarm import VIRTUAL, TimerAlarm
from understudy.runtime.clock import VirtualClock
from understudy.runtime.lateness import Lateness
from understudy.runtime.player import Player
from understudy.runtime.stream import Stream as Played

CALL = Call("chat", "any", "m", [Message("user", "word " * 64)])
REPLY = Reply((Text("one two three"),))
STEP = {"decode_step": 1.0, "prefill_token": 0.0, "decode_per_seq": 0.0}


def encode(call, replies, moment):
    """Say what was found, and how often the name was claimed."""
    if moment.store is not None:
        claimed = moment.store.claim("name")
        moment.afterwards = lambda outcome: moment.store.put("told", outcome, b"%d %d" % (claimed, moment.cached_tokens))
    if not call.stream:
        return Body(b"found %d" % moment.cached_tokens, 64, 300)
    frames = [(b"%d:%d " % (moment.cached_tokens, number), b"") for number in range(3 * len(replies))]
    timed = [1, *[0] * (len(replies) - 1)] * 3
    return Stream(Sheet(frames, [1] * len(frames), timed=timed), b"")


ENDPOINT = Endpoint("POST", "/", "chat", lambda *_: CALL, encode)


@pytest.fixture
def engine():
    return Batcher(CapacitySpec(**STEP, max_num_seqs=2, kv_cache_tokens=1024))


@pytest.fixture
def engage(engine):
    """Engage an engine for the same call again and again."""

    def make(call=CALL, replies=(REPLY,), store=None, delay=0.0):
        moment = Moment(Decision(b"0" * 16), b"", b"", 0, Options(), 64, store=store, making=Making())
        engaged = Engaged(engine, ENDPOINT, call, replies, moment, None)
        failure = engaged.submit(0.0, Twins(), delay, 0.0)
        return engaged if failure is None else failure

    return make


def work(engine):
    """Do all that is to be done; return when it was."""
    done = 0.0
    for gate in engine.steps():
        if not engine.busy:
            break
        done = gate.at
    return done


def sent(steps):
    return [step for step in steps if not isinstance(step, Gate | Until)]


def test_an_answer_is_as_long_as_its_stream(engine, engage):
    whole, streamed = engage(), engage(replace(CALL, stream=True))
    assert (whole.ticket.output, streamed.ticket.output) == (3, 3)
    assert work(engine) == 3.0


def test_choices_are_sequences_as_long_as_the_longest(engage):
    ticket = engage(replace(CALL, stream=True), (REPLY,) * 2).ticket
    assert [ticket.output, *(other.output for other in ticket.others)] == [3, 3]


def test_prompts_are_sequences_of_their_own(engage):
    call = Call("completion", "any", "m", inputs=(list(range(16)), list(range(48))))
    ticket = engage(call, (REPLY,) * 4).ticket
    assert [each.prompt for each in (ticket, *ticket.others)] == [16, 16, 48, 48]


def test_each_choice_is_named_by_what_it_says(engine, engage):
    replies = tuple(Reply((Text(f"{said} " * 200),)) for said in ("one", "two"))
    call = Call("completion", "any", "m", inputs=("Go " * 40, list(range(48))))
    ticket = engage(call, replies * 2).ticket
    first, second, *of_tokens = [ticket, *ticket.others]
    assert [len(each.further) for each in (first, second, *of_tokens)] == [1, 1, 0, 0]
    assert first.names == second.names
    assert first.further != second.further
    assert not hasattr(engage(call, replies * 2), "_prompts")  # long texts are not held while an answer is made


@pytest.mark.parametrize("headed", [None, lambda data: data])
def test_only_of_a_stream_a_first_token_is_seen(engine, engage, headed):
    clock, lateness, deliveries, errors = VirtualClock(), Lateness(), [], []
    alarm = partial(TimerAlarm, clock, step=VIRTUAL)
    player = Player(clock, alarm, lambda callback: callback(), errors.append, lateness)
    whole, streamed = engage(), engage(replace(CALL, stream=True))
    player.background(Plan(engine.steps()))
    for steps in (whole.whole(b"head", headed), streamed.streamed(b"head", streamed.answer, chunked=False)):
        player.play(Played(Plan(steps, deliveries.append), 0.0, lambda data: None, lambda ending: None))
    clock.advance(5.0)
    assert [(each.outcome, each.events, each.first_due, each.last_due) for each in deliveries] == [
        ("done", 0, None, 3.0),
        ("done", 3, 1.0, 3.0),
    ]
    assert (lateness.ttft_planned.total, lateness.ttft_actual.total, lateness.late.total) == (1, 1, 4)
    assert errors == []


def test_what_was_found_is_told_when_it_is_known(engine, engage):
    first, second, third = engage(), engage(replace(CALL, stream=True)), engage()
    steps = [
        first.whole(b"head found 0", lambda data: b"head " + data),
        second.streamed(b"head ", second.answer, chunked=False),
        third.whole(b"head found 0", lambda data: b"new head " + data),
    ]
    assert next(steps[1]) == b"head "
    work(engine)
    assert sent(steps[0]) == [b"head found 0"]
    assert sent(steps[1]) == [b"48:0 ", b"48:1 ", b"48:2 "]
    assert sent(steps[2]) == [b"new head found 48"]


def test_what_is_found_of_several_prompts_is_told_together(engine, engage):
    call = Call("completion", "any", "m", inputs=(list(range(40)), list(range(100, 170))))
    engage(call, (REPLY,) * 2)
    work(engine)
    assert engage(call, (REPLY,) * 4).made().data == b"found %d" % (32 + 64)


def test_a_head_alone_and_what_a_fault_must_know_stay_as_they_are(engine, engage):
    engage()
    second = engage()
    steps = second.whole(b"head", None)
    work(engine)
    assert sent(steps) == [b"head"]


def test_what_was_claimed_once_is_granted_again_and_the_last_encoding_hears(engine, engage):
    store = MemoryStore().of("one")
    engage(store=store)
    second = engage(store=store)
    work(engine)
    assert second.made().data == b"found 48"
    second.tell("done")
    assert store.get("told", "done") == b"1 48"
    assert store.claim("name") == 2


def test_who_keeps_answers_can_ask_whether_one_is_made(engine, engage):
    engaged = engage(replies=(REPLY,) * 2)
    making = engaged._moment.making
    assert making.made() is False
    work(engine)
    assert making.made() is True


def test_who_keeps_answers_hears_that_there_will_be_none():
    store = MemoryStore().of("one")
    moment = Moment(Decision(b"0" * 16), b"", b"", 0, Options(), 64, store=store)
    engaged = Engaged(Batcher(CapacitySpec(max_model_len=9)), ENDPOINT, CALL, (REPLY,), moment, None)
    assert isinstance(engaged.submit(0.0, Twins(), 0.0, 0.0), Failure)
    assert store.get("told", "client_gone") == b"0 0"


def test_an_answer_comes_so_much_later_as_it_is_delayed(engine, engage):
    ticket = engage(delay=0.5).ticket
    work(engine)
    assert [gate.at for gate in ticket.whole()] == [3.5]


def test_a_stream_that_has_begun_holds_neither_its_call_nor_what_it_was_made_of(engine, engage):
    call, replies = replace(CALL, stream=True), (Reply((Text("one two three"),)),)
    engaged = engage(call, replies)
    held = [sys.getrefcount(each) for each in (call, replies)]
    steps = engaged.streamed(b"head ", engaged.answer, chunked=False)
    next(steps)
    work(engine)
    assert sent(steps) == [b"0:0 ", b"0:1 ", b"0:2 "]
    assert [sys.getrefcount(each) for each in (call, replies)] == [count - 1 for count in held]
    assert not {type(each) for each in vars(engaged).values()} & {Moment, Stream, Call, Reply}


def test_a_stream_that_is_made_anew_settles_in_its_text(engine, engage, monkeypatch):
    settled = []
    monkeypatch.setattr(engaging, "settle", lambda reply, frames: settled.append((reply, list(frames))))
    engage()
    engaged = engage(replace(CALL, stream=True))
    steps = engaged.streamed(b"head ", engaged.answer, chunked=False)
    next(steps)
    work(engine)
    said = sent(steps)
    assert settled == [(REPLY, [(event, b"") for event in said])]
