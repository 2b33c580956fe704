from __future__ import annotations


def test_an_event_comes_again(play, body_of, texts):
    once, twice = texts(body_of(play("malformed;event=9"))), texts(body_of(play("duplicate-event;event=3")))
    assert twice == [*once[:3], once[2], *once[3:]]


def test_it_takes_no_time_and_costs_no_tokens(play, sample, context):
    waits = [step for step in play("duplicate-event;event=3;times=3", waits=0.5) if isinstance(step, float)]
    assert len(waits) == 9  # the small answer of this folder waits before every event but the first
    from understudy.faults.duplicate_event import FAULT

    assert list(FAULT(times=3).on_frames(sample(), context()).sheet.tokens) == [0, 1, 0, 0, 0, 1, 1, 0, 0, 0]


def test_a_stream_without_such_an_event_stays_as_it_is(play):
    assert play("duplicate-event;event=8") == play("duplicate-event;token=4") == play("malformed;event=9")


def test_the_sheet_that_others_share_is_left_alone(sample, context):
    from understudy.faults.duplicate_event import FAULT

    whole = sample()
    before = whole.events()
    FAULT().on_frames(whole, context())
    assert whole.events() == before
