"""Chunks of the family's streams: none is written before it is looked at, and each is the same whichever is looked at first."""

from __future__ import annotations

import json

import pytest

from understudy.dialects import Moment, Options
from understudy.dialects._kin import Kin
from understudy.dialects._kin.chunks import Chunks
from understudy.dialects._kin.decode import Extra
from understudy.dialects._kin.kin import Answered
from understudy.dialects._turn import costs, work_out
from understudy.engine.decision import Decision
from understudy.model.call import Call
from understudy.model.reply import Reasoning, Reply, Text, ToolCall

MOMENT = Moment(Decision(b"0123456789abcdef"), b"0123456789abcdefghijkl", b"", 0, Options(), 5)
CALLS = (ToolCall("f", '{"a":1}', "1"), ToolCall("g", "{}", "2"))
SAID = Reply((Reasoning("Hm, well."), Text("one two"), *CALLS, Reasoning("And?"), ToolCall("h", "{}", "3"), Text(" three")))


@pytest.fixture
def seen():
    """What amendments were shown, in order."""
    return []


@pytest.fixture
def tell(seen):
    def told(reply=SAID, operation="chat", pad=None, **own):
        call = Call(operation, "any", "m", extra=Extra())

        def chunk(document, answered):
            seen.append((answered.number, answered.place, answered.said, answered.before))
            return document

        kin = Kin("any", (), chunk=chunk, **own)
        turn = work_out(call, reply)
        answered = Answered(call, MOMENT, costs(turn, reply, MOMENT), (turn,))
        return Chunks(kin, answered, {"id": "x"}, (reply,), pad, bytes)

    return told


def deltas(chunks):
    return [json.loads(data[6:])["choices"][0]["delta"] for data in chunks.frames]


def test_none_is_written_before_it_is_looked_at(tell, seen):
    chunks = tell()
    assert seen == []
    assert chunks.frames[3].startswith(b"data: ")
    assert [number for number, *_ in seen] == [3]


@pytest.mark.parametrize("how", ["pieces", "whole", "together"])
def test_each_is_the_same_whichever_is_looked_at_first(tell, seen, how):
    chunks = tell(streams_calls=how)
    forwards = list(chunks.frames)
    told, seen[:] = list(seen), []
    assert [chunks.frames[at] for at in reversed(range(len(forwards)))] == forwards[::-1]
    assert seen[::-1] == told
    assert len(chunks.tokens) == len(forwards)


def test_amendments_hear_of_what_came_before(tell, seen):
    chunks = tell(Reply((Reasoning("Hm, well."), Text("one two"))))
    assert list(chunks.frames)
    assert [(place, before) for _, place, _, before in seen] == [
        ("first", ""),
        *[("said", "")],
        *[("said", "reasoning")] * 4,
        *[("said", "text")],
        ("last", "text"),
    ]
    assert [said for _, _, said, _ in seen] == [sum(chunks.tokens[: n + 1]) for n in range(len(seen))]


@pytest.mark.parametrize(
    ("how", "expected"), [("pieces", None), ("whole", [["f"], ["g"], ["h"]]), ("together", [["f", "g"], ["h"]])]
)
def test_calls_are_said_as_the_provider_does(tell, how, expected):
    found = [delta["tool_calls"] for delta in deltas(tell(streams_calls=how)) if "tool_calls" in delta]
    named = [[call["function"]["name"] for call in calls if "name" in call["function"]] for calls in found]
    assert [names for names in named if names] == (expected or [["f"], ["g"], ["h"]])
    assert [call["index"] for calls in found for call in calls if "id" in call] == [0, 1, 2]
    arguments = ["", "", ""]
    for call in (call for calls in found for call in calls):
        arguments[call["index"]] += call["function"]["arguments"]
    assert arguments == ['{"a":1}', "{}", "{}"]


def test_thoughts_that_have_no_place_part_no_calls(tell):
    found = [delta for delta in deltas(tell(streams_calls="together", thought=())) if "tool_calls" in delta]
    assert [len(delta["tool_calls"]) for delta in found] == [3]


def test_the_role_stands_in_the_first_that_says_something(tell):
    assert [delta.get("role") for delta in deltas(tell(opens=False))][:2] == ["assistant", None]
    assert deltas(tell(opens=False))[0]["reasoning_content"]
    assert deltas(tell(Reply(), opens=False)) == [{"role": "assistant"}]


def test_a_text_completion_has_no_place_for_calls_and_thoughts(tell):
    choices = [json.loads(data[6:])["choices"][0] for data in tell(operation="completion").frames]
    assert "".join(choice["text"] for choice in choices) == "one two three"
    assert not any("delta" in choice for choice in choices)


def test_an_echo_is_said_before_nothing(engine, ask):
    asked = {"model": "m", "prompt": "hi", "stream": True, "echo": True}
    answer = ask(asked, "/vllm/v1/completions", to=engine("rules: [{reply: {tool_calls: [{name: f}]}}]"))
    assert (answer.status, answer.text()) == (200, "hi")


def test_an_end_that_counts_is_left_to_who_counts(tell):
    usual, chunks = tell(), tell(counts="finish")
    assert len(chunks.tokens) == len(usual.tokens) - 1
    choice, before = chunks.ending
    assert (json.loads(choice)["finish_reason"], before) == ("tool_calls", "text")
    assert usual.ending is None


def test_padding_is_made_for_all_but_the_first(tell):
    chunks = tell(Reply((Text("one two"),)), pad=lambda number: "p" * number)
    assert [json.loads(data[6:]).get("p") for data in chunks.frames] == [None, "p", "pp", "ppp"]


CUT = Reply((Reasoning("Hm"), Text("one two")), finish="length")


@pytest.mark.parametrize("operation", ["chat", "completion"])
def test_a_cut_is_told_on_the_chunk_of_the_last_token_by_some(tell, seen, operation):
    usual, chunks = tell(CUT, operation), tell(CUT, operation, cuts_on_last=("chat", "completion"))
    *others, last = [json.loads(data[6:])["choices"][0] for data in chunks.frames]
    assert last["text" if operation == "completion" else "delta"] in (" two", {"content": " two"})
    assert [choice["finish_reason"] for choice in (*others, last)] == [None] * len(others) + ["length"]
    assert (seen[-1][1:3], chunks.tokens) == (("last", sum(usual.tokens)), usual.tokens[:-1])
    other = tell(CUT, operation, cuts_on_last=("embedding",))
    assert list(other.frames) == list(usual.frames)


@pytest.mark.parametrize("reply", [Reply(finish="length"), Reply((Text("one two"),)), SAID], ids=["nothing", "stop", "calls"])
def test_what_is_not_cut_off_ends_with_a_chunk_more(tell, reply):
    assert list(tell(reply, cuts_on_last=("chat",)).frames) == list(tell(reply).frames)


def test_a_call_may_be_the_last_that_is_said(tell):
    chunks = tell(Reply(CALLS, finish="length"), cuts_on_last=("chat",))
    last = json.loads(chunks.frames[-1][6:])["choices"][0]
    assert (last["delta"]["tool_calls"][0]["index"], last["finish_reason"]) == (1, "length")
