from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("line", "order"),
    [
        ("reorder-events", [0, 2, 1, 3, 4, 5]),
        ("reorder-events;by=2", [0, 2, 3, 1, 4, 5]),
        ("reorder-events;event=1;by=5", [1, 2, 3, 4, 5, 0]),
        ("reorder-events;event=6;by=9", [0, 1, 2, 3, 4, 5]),
    ],
)
def test_an_event_comes_late(line, order, play, body_of, texts):
    sound = texts(body_of(play("malformed;event=9")))
    assert texts(body_of(play(line))) == [sound[i] for i in order]


def test_every_event_still_comes(sample, context):
    from understudy.faults.reorder_events import FAULT

    changed = FAULT(by=100).on_frames(sample(), context())
    assert sorted(changed.events()) == sorted(sample().events())
    assert sum(changed.sheet.tokens) == 3
