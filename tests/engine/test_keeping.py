"""What endpoints that keep things are given, and others are not."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from understudy.dialects import Endpoint, Moment, Options, always
from understudy.engine.case import Case
from understudy.engine.decision import Decision
from understudy.engine.errands import Errands
from understudy.engine.keeping import equip, follow, recalled, why_ended
from understudy.engine.pace import NO_PACE, Pace
from understudy.engine.state import MemoryState
from understudy.model.call import Call, Prefix
from understudy.model.exchange import Context, Exchange, Particulars
from understudy.model.frame import Body
from understudy.model.http import Request, RequestHead
from understudy.model.reply import Reply, Text, ToolCall
from understudy.timing.fixed import Fixed

CALL = Call("chat", "any", user="now")


def decode(_request, _params, _options):
    return CALL


def encode(_call, _replies, _moment):
    return Body(b"")


def recall(call, store, _wall):
    return replace(call, user=(store.get("said", "last") or b"").decode())


PLAIN = Endpoint("POST", "/", "chat", decode, encode, lambda call: len(call.user))
KEEPING = Endpoint("POST", "/", "chat", decode, encode, lambda call: len(call.user), recall=recall, keeps=always)
ERRANDS = Errands(lambda _request: b"", lambda: 5.5, lambda: 0.0, lambda: None)
DECISION = Decision(b"0" * 16)
ASKED = Request(RequestHead("POST", "/", "/", "", {}), b"", 0.0)


def equipped(endpoint, state=None, call=CALL, pace=NO_PACE, at=5.5, held=None):
    """The moment of a call of session `one` with what it was given."""
    case = Case(ASKED, SimpleNamespace(session="one"), call, DECISION, None, pace, 0.0)
    found = Moment(DECISION, b"", b"", 0, Options(), 7, wall=at)
    equip(endpoint, case, found, state or MemoryState(), ERRANDS, held)
    return found


def test_a_call_that_needs_nothing_kept_is_left_alone():
    endpoint = replace(KEEPING, keeps=lambda call: call.user != CALL.user)
    assert recalled(endpoint, CALL, 3, MemoryState(), "one", lambda: 0.0) == (CALL, 3)
    found = equipped(endpoint, pace=Pace(ttft=Fixed(2.0)))
    assert (found.store, found.agent, found.waits, found.making) == (None, None, None, None)
    assert equipped(endpoint, call=replace(CALL, user="another")).store is not None


def test_a_call_is_completed_from_its_session_and_counted_again():
    state = MemoryState()
    state.store("one").put("said", "last", b"before")
    call, tokens = recalled(KEEPING, CALL, 3, state, "one", lambda: 0.0)
    assert (call.user, tokens) == ("before", 6)
    assert recalled(KEEPING, CALL, 3, state, "two", lambda: 0.0)[1] == 0


def test_who_keeps_nothing_is_left_alone():
    assert recalled(PLAIN, CALL, 3, MemoryState(), "one", lambda: 0.0) == (CALL, 3)
    found = equipped(PLAIN, pace=Pace(ttft=Fixed(2.0)))
    assert (found.store, found.agent, found.waits, found.making) == (None, None, None, None)


def test_a_moment_knows_store_time_and_waits():
    state = MemoryState()
    found = equipped(KEEPING, state, pace=Pace(ttft=Fixed(2.0), per_prompt_token=1.0))
    found.store.put("said", "last", b"x")
    assert state.store("one").get("said", "last") == b"x"
    assert found.wall == found.agent.wall() == 5.5
    assert list(found.waits([0, 1, 0])) == [9.0, 0.0, 0.0]
    assert equipped(KEEPING, state).waits is None


def test_what_is_kept_needs_no_recall():
    endpoint = replace(PLAIN, keeps=always)
    assert recalled(endpoint, CALL, 3, MemoryState(), "one", lambda: 0.0) == (CALL, 3)
    found = equipped(endpoint)
    assert None not in (found.store, found.agent, found.making)


def test_a_prompt_that_was_sent_before_is_warm():
    state = MemoryState()
    begins = Endpoint("POST", "/", "chat", decode, encode, begins=lambda call, tokens: b"x" * 2048)
    marked = replace(CALL, prefixes=(Prefix(b"y", 5, 60.0),))
    assert [equipped(begins, state, at=at).warm_tokens for at in (0.0, 599.0, 1300.0)] == [0, 2048, 0]
    assert [equipped(PLAIN, state, marked, at=at).warm_tokens for at in (0.0, 59.0)] == [0, 5]
    assert equipped(PLAIN, state).warm_tokens == 0


def test_what_is_known_already_is_not_looked_up():
    begins = Endpoint("POST", "/", "chat", decode, encode, begins=lambda call, tokens: b"x" * 2048)
    state = MemoryState()
    assert [equipped(begins, state, held=held).warm_tokens for held in (5, None, None)] == [5, 0, 2048]


def test_why_a_model_ended_is_read_from_its_reply():
    replies = (Reply((Text("a"),)), Reply((ToolCall("f", "{}"),)), Reply((ToolCall("f", "{}"),), finish="length"))
    assert [why_ended(reply) for reply in replies] == ["stop", "tool_calls", "length"]


@pytest.mark.parametrize(
    ("outcome", "faults", "told"),
    [
        ("done", (), "done"),
        ("client_gone", (), "client_gone"),
        ("closed", (), "done"),
        ("closed", ("close",), "closed"),
    ],
)
def test_an_encoder_hears_how_its_answer_went_after_those_who_count(outcome, faults, told):
    heard = []
    exchange = Exchange(0.0, ASKED, Context(), particulars=Particulars(faults), settle=lambda _ended: heard.append("counted"))
    follow(exchange, heard.append)
    exchange.outcome = outcome
    exchange.settle(exchange)
    assert heard == ["counted", told]


def test_nobody_is_told_who_does_not_want_to_know():
    exchange = Exchange(0.0, ASKED, Context())
    follow(exchange, None)
    assert exchange.settle is None
