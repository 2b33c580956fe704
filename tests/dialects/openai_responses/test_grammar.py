"""Events read and changed from outside: how a stream ends that fails on the way."""

from __future__ import annotations

import json

from understudy.dialects.openai_responses.events import event
from understudy.dialects.openai_responses.grammar import failed

BEGUN = {"id": "resp_1", "status": "in_progress", "error": None, "output": [], "usage": None, "model": "gpt-4o"}
CREATED = event("response.created", {"response": BEGUN, "sequence_number": 0})
DELTA = event("response.output_text.delta", {"delta": "po", "sequence_number": 4})
ERROR = event("error", {"error": {"type": "server_error", "code": None, "message": "It broke."}, "sequence_number": 0})


def told(data):
    return [json.loads(block.partition(b"data: ")[2]) for block in data.removesuffix(b"\n\n").split(b"\n\n")]


def test_an_error_is_numbered_and_the_response_failed():
    error, end = told(failed(CREATED, DELTA, ERROR))
    assert (error["type"], error["sequence_number"], error["error"]["message"]) == ("error", 5, "It broke.")
    assert (end["type"], end["sequence_number"]) == ("response.failed", 6)
    assert end["response"] == {
        **BEGUN,
        "status": "failed",
        "error": {"code": "server_error", "message": "It broke."},
    }


def test_the_events_are_framed_and_begin_with_their_type():
    lines = failed(CREATED, DELTA, ERROR).split(b"\n")
    assert lines[0] == b"event: error"
    assert lines[1].startswith(b'data: {"type":"error",')
    assert lines[3] == b"event: response.failed"
    assert lines[4].startswith(b'data: {"type":"response.failed",')


def test_a_stream_taken_up_later_ends_by_the_error_alone():
    (error,) = told(failed(DELTA, DELTA, ERROR))
    assert error["sequence_number"] == 5


def test_what_has_ended_does_not_end_again():
    end = event("response.completed", {"response": BEGUN, "sequence_number": 8})
    (error,) = told(failed(CREATED, end, ERROR))
    assert error["sequence_number"] == 9


def test_with_nothing_before_it_the_error_stays_as_it_is():
    assert failed(b"", b"", ERROR) == ERROR
    assert failed(b": ping\n\n", b": ping\n\n", ERROR) == ERROR
