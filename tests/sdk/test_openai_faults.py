"""What the official Python client makes of each kind of damage: the facts behind the table in docs/reference/faults.md."""

from __future__ import annotations

import json

import openai
import pytest

pytestmark = pytest.mark.sdk

HELLO = "Hello! I'm a mock LLM response. How can I help you today?"
LOST, LATE, JSON, TEXT = openai.APIConnectionError, openai.APITimeoutError, json.JSONDecodeError, UnicodeDecodeError
RAISES = [  # kind, from a stream, from a whole answer; None: the answer is read as if nothing were wrong
    ("truncated-json", JSON, JSON),
    ("invalid-utf8", TEXT, TEXT),
    ("reset", LOST, LOST),
    ("reset;event=3", LOST, None),
    ("close", LOST, LOST),
    ("close;event=3", LOST, None),
    ("close;byte=300", LOST, LOST),
    ("wrong-length;by=7", None, LOST),
    ("wrong-length;by=-7", None, JSON),
    ("bad-chunk", LOST, None),
    ("hang", LATE, LATE),
    ("hang;at=after-headers", LATE, LATE),
    ("stall;for=1m", LATE, LATE),
    ("late-headers;for=1m", LATE, LATE),
    ("refuse", LOST, LOST),
    ("missing-done", None, None),
    ("missing-usage", None, None),
    ("split-event", None, None),
    ("coalesce", None, None),
    ("rechunk", None, None),
    ("crlf", None, None),
    ("comments", None, None),
    ("empty-deltas", None, None),
    ("wrong-content-type", None, None),
    ("trickle;bytes-per-second=100000", None, None),
    ("stall;for=1ms;ping=1ms", None, None),
    ("close-next", None, None),
]


@pytest.fixture
def impatient(plain, connect):
    return connect(plain, timeout=0.5, _strict_response_validation=False)


@pytest.fixture
def struck(ask, impatient):
    def read(fault, *, stream):
        """The text and the finish reasons of an answer under a fault."""
        answer = ask(client=impatient, stream=stream, extra_headers={"X-Understudy-Fault": fault})
        if not stream:
            return answer.choices[0].message.content, [answer.choices[0].finish_reason]
        choices = [choice for chunk in answer for choice in chunk.choices or ()]
        ends = [choice.finish_reason for choice in choices if choice.finish_reason]
        return "".join(choice.delta.content or "" for choice in choices), ends

    return read


@pytest.mark.parametrize(("fault", "streamed", "whole"), RAISES, ids=[row[0] for row in RAISES])
def test_what_is_raised(fault, streamed, whole, struck):
    for stream, error in ((True, streamed), (False, whole)):
        if error is None:
            assert struck(fault, stream=stream) == (HELLO, ["stop"])
        else:
            with pytest.raises(error) as caught:
                struck(fault, stream=stream)
            assert type(caught.value) is error


@pytest.mark.parametrize(
    ("fault", "text", "ends"),
    [
        ("missing-finish", HELLO, []),
        ("early-end", HELLO, []),
        ("early-end;event=3", "Hello", []),
        ("duplicate-event", "Hello" + HELLO, ["stop"]),
        ("reorder-events", "!Hello" + HELLO[6:], ["stop"]),
        ("unknown-event", HELLO, ["stop"]),
        ("huge-event;bytes=100000", "x" * 100_000 + HELLO[5:], ["stop"]),
        ("whole-for-stream", "", []),
    ],
)
def test_what_passes_unnoticed(fault, text, ends, struck):
    assert struck(fault, stream=True) == (text, ends)


def test_a_stream_where_none_was_asked_for_is_given_as_text(ask, impatient):
    assert isinstance(ask(client=impatient, extra_headers={"X-Understudy-Fault": "stream-for-whole"}), str)


def test_after_close_next_the_request_that_comes_is_lost_and_the_one_behind_it_is_not(ask, impatient):
    ask(client=impatient, extra_headers={"X-Understudy-Fault": "close-next"})
    with pytest.raises(LOST):
        ask(client=impatient)
    assert ask(client=impatient).choices[0].message.content == HELLO
