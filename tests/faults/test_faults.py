"""Faults by name: built from texts, refused with the nearest kind; what a kind does not override passes through."""

from __future__ import annotations

import pytest

from understudy import faults
from understudy.faults import Fault
from understudy.faults.status import Status
from understudy.model.frame import Body
from understudy.model.reply import Reply


def test_every_kind_has_a_name_and_says_what_it_does():
    kinds = list(faults.kinds())
    assert {"malformed", "status", "timeout"} <= {kind.name for kind in kinds}
    assert all(kind.help and kind.__doc__ for kind in kinds)


def test_a_fault_is_read_from_one_line():
    assert faults.parse(" status ; status = 503 ; message = Full = full ") == Status(503, "Full = full")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("statsu", "unknown fault 'statsu': expected one of malformed, status, timeout. Did you mean 'status'?"),
        ("zzz", "unknown fault 'zzz': expected one of malformed, status, timeout."),
        ("status;status", "fault parameter 'status': expected key=value"),
        ("status;status=399", "fault 'status': Expected `int` >= 400 - at `$.status`"),
        ("status;status=500;other=1", "fault 'status': Object contains unknown field `other`"),
        ("malformed", "fault 'malformed': Object missing required field `event`"),
    ],
)
def test_mistakes_are_named(text, message):
    with pytest.raises(ValueError) as caught:
        faults.parse(text)
    assert str(caught.value) == message


def test_a_fault_that_does_nothing_passes_everything_through():
    fault, reply, body, steps = Fault(), Reply(), Body(b""), [b"x"]
    assert fault.on_reply(reply) is reply
    assert fault.on_frames(body) is body
    assert fault.on_steps(steps) is steps
