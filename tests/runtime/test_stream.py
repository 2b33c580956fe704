"""A stream tells how its plan was played."""

from __future__ import annotations

from understudy.model.plan import Delivery, Plan
from understudy.runtime.stream import NO_FILE, Beat, Place, Stream


def stream() -> Stream:
    return Stream(Plan([b"a"]), 10.0, lambda data: None, lambda ending: None)


def test_a_new_stream_waits_nowhere_and_writes_through_its_transport():
    new = stream()
    assert (new.place, new.parked, new.hanging, new.silent) == (Place.NOWHERE, False, False, False)
    assert new.file == new.socket == NO_FILE
    assert new.due == new.start == 10.0


def test_a_delivery_without_events_knows_no_first():
    played = stream()
    played.sent, played.paused = 7, 1.5
    assert played.delivery("done", 0.125) == Delivery("done", 7, 0, 0.0, None, None, 1.5, 0.0)


def test_a_delivery_counts_its_moments_from_the_start():
    played = stream()
    played.sent, played.events, played.late = 7, 3, 2
    played.first_due, played.first_at, played.due = 10.5, 10.75, 11.0
    assert played.delivery("closed", 0.125) == Delivery("closed", 7, 3, 0.25, 0.5, 0.75, 0.0, 1.0)


def test_what_changes_with_each_event_comes_first_in_memory():
    assert Stream.__base__ is Beat
    assert not set(Beat.__slots__) & set(Stream.__slots__)


def test_a_stream_costs_no_dict():
    assert not hasattr(stream(), "__dict__")


def test_who_makes_it_hears_when_it_begins():
    began = []
    made = Stream(Plan([b"a"], maker=began.append), 10.0, lambda data: None, lambda ending: None)
    assert (made.made, began, stream().made) == (True, [10.0], False)
