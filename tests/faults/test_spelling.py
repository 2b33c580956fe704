"""Faults as one line: what is spelled is what a header would have asked for."""

import pytest

from understudy.faults import kinds, parse, spelled

LINES = [
    "hang",
    "reset;event=3",
    "stall;for=2s;at=before-headers",
    "error-event;status=529;then=go-on",
    "rate_limit;retry-after=2s",
    "late-headers",
]


@pytest.mark.parametrize("line", LINES)
def test_a_spelled_fault_reads_back_as_itself(line):
    (armed,) = parse(line)
    (again,) = parse(spelled(armed.fault))
    assert again.fault == armed.fault


def test_only_what_differs_from_the_kind_is_said():
    assert spelled(parse("error-event;then=go-on;event=4")[0].fault) == "error-event;then=go-on;event=4"
    assert spelled(parse('status;status=500;message="a; b"')[0].fault) == 'status;status=500;message="a; b"'


@pytest.mark.parametrize("name", sorted(set(kinds().names()) - {"context_length", "status", "wrong-length"}))
def test_every_kind_without_parameters_is_its_name(name):
    (armed,) = parse(name)
    assert spelled(armed.fault) == name
