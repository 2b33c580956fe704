"""Streams that are one JSON array stay one, whatever is done to their events."""

from __future__ import annotations

import json

import pytest

from understudy.faults import Place
from understudy.faults._array import element, placed
from understudy.faults.error_event import ErrorEvent
from understudy.model.frame import Brackets
from understudy.model.plan import Ending

BRACKETS = Brackets(b"[", b",\r\n", b"]")
PATH = "/v1beta/models/gemini-2.5-flash:streamGenerateContent"
ASKED = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
BUSY = "This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later."
ERROR = {"code": 503, "message": BUSY, "status": "UNAVAILABLE"}


@pytest.fixture
def elements(ask):
    """The elements of an answer under a fault; that it is an array is part of what is asked."""

    def read(fault="", close=b""):
        answer = ask(ASKED, PATH, headers={"x-understudy-fault": fault} if fault else {})
        assert answer.headers["content-type"].startswith("application/json")
        found = json.loads(answer.body + close)
        assert isinstance(found, list)
        return found

    return read


@pytest.mark.parametrize(("place", "before"), [("event=1", 0), ("event=3", 2), ("at=after-headers", 0), ("token=2", 1)])
def test_an_error_is_the_last_element_of_an_array_that_is_closed(place, before, elements):
    *found, error = elements(f"error-event;error=overloaded;{place}")
    assert found == elements()[:before]
    assert error == {"error": ERROR}


@pytest.mark.parametrize(("place", "before"), [("event=1", 0), ("event=3", 2), ("at=end", None)])
def test_an_array_goes_on_behind_an_error(place, before, elements):
    sound = elements()
    found = elements(f"error-event;error=overloaded;then=go-on;{place}")
    assert found.pop(len(sound) if before is None else before) == {"error": ERROR}
    assert found == sound


def test_an_error_at_the_end_stands_before_the_bracket(elements):
    assert elements("error-event;error=overloaded;at=end") == [*elements(), {"error": ERROR}]


@pytest.mark.parametrize(
    "fault", ["duplicate-event", "reorder-events", "empty-deltas", "missing-finish", "missing-usage", "huge-event;bytes=9"]
)
def test_events_that_are_moved_or_added_are_elements_where_they_stand(fault, elements):
    found, sound = elements(fault), elements()
    assert found != sound
    assert all("candidates" in chunk for chunk in found)


@pytest.mark.parametrize("fault", ["missing-done", "early-end;event=3"])
def test_an_array_that_breaks_off_is_not_closed(fault, elements):
    sound = elements()
    assert elements(fault, close=b"]") == (sound if fault == "missing-done" else sound[:2])
    with pytest.raises(json.JSONDecodeError):
        elements(fault)


def test_where_nothing_is_chunked_the_array_is_closed_before_the_connection(striking):
    context = striking(stream=True, events=2, head_bytes=4, brackets=BRACKETS)
    context.spell_error = lambda _: b'data: {"e":1}\n\n'
    steps = [b"HEAD", b"[{}\r\n", b",\r\n{}\r\n", b"]", Ending.CLOSE]
    assert list(ErrorEvent().on_steps(steps, context)) == [*steps[:2], b',\r\n{"e":1}\r\n', b"]", Ending.CLOSE]
    first = ErrorEvent(at=Place("event", 1), then="go-on")
    assert list(first.on_steps(steps, context)) == [b"HEAD", b'[{"e":1}\r\n', b",\r\n{}\r\n", *steps[2:]]


def test_an_element_is_the_document_of_an_event():
    assert element(b'data: {"a":{}}\r\n\r\n', BRACKETS, is_first=True) == b'[{"a":{}}\r\n'
    assert element(b"odd", BRACKETS, is_first=False) == b",\r\nodd\r\n"


def test_events_begin_as_their_places_want_it():
    assert list(placed([b",\r\n{1}", b"[{2}", b"odd", b"]"], BRACKETS)) == [b"[{1}", b",\r\n{2}", b"odd", b"]"]
    assert list(placed([b"]"], BRACKETS)) == [b"[]"]
