"""Chunks read and changed from outside, as faults do."""

from __future__ import annotations

import json

import pytest

from understudy.dialects.gemini.events import END, GRAMMAR, beginning, behind, counted, written


def event(candidate, *, sse=True, first=False):
    head, tail = counted(beginning(candidate), {"totalTokenCount": 2}, behind("m", sse=sse), sse=sse, first=first)
    return head + b"id" + tail


WORD = {"content": {"parts": [{"text": "hi"}], "role": "model"}, "index": 0}
LAST = {"content": {"parts": [{"text": ""}], "role": "model"}, "finishReason": "STOP", "index": 0}


@pytest.mark.parametrize("sse", [True, False])
def test_text_is_replaced_by_the_raw_inside_of_a_string(sse):
    assert b'{"text": "\\ud800"}' in GRAMMAR.say(event(WORD, sse=sse), b"\\ud800")
    assert GRAMMAR.say(event(LAST, sse=sse), b"x") is None
    assert GRAMMAR.say(END, b"x") is None


def test_parts_are_left_out():
    assert GRAMMAR.without(event(LAST), "finish") is None
    assert GRAMMAR.without(event(WORD), "finish") == event(WORD)
    assert b"usageMetadata" not in GRAMMAR.without(event(WORD), "usage")
    assert GRAMMAR.without(event(WORD), "done") == event(WORD)
    assert GRAMMAR.without(END, "done") is None
    assert GRAMMAR.without(END, "usage") == END


def test_an_array_stays_one_when_its_last_chunk_loses_the_reason():
    made = event(WORD, sse=False, first=True) + GRAMMAR.without(event(LAST, sse=False), "finish") + END
    assert "finishReason" not in json.loads(made)[1]["candidates"][0]


@pytest.mark.parametrize(
    ("fault", "lost"), [("missing-finish", "finishReason"), ("missing-usage", "usageMetadata"), ("malformed", None)]
)
def test_faults_of_streams_find_what_they_look_for(engine, say, contents, fault, lost):
    to = engine('rules: [{reply: "one two"}]')
    answer = say(
        contents("x"),
        "gemini-2.0-flash",
        "streamGenerateContent",
        query="alt=sse",
        to=to,
        headers={"x-understudy-fault": fault},
    )
    assert answer.status == 200
    if lost:
        assert lost.encode() not in answer.body


def test_half_a_surrogate_pair_is_written_as_an_escape():
    assert written({"a": "é\ud83d"}) == '{"a": "é\\ud83d"}'.encode()
