"""Faults as one line: what is spelled is what a header would have asked for."""

import pytest
from msgspec import structs

from understudy.faults import kinds, parse, spelled, told

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


@pytest.mark.parametrize(
    "line",
    [
        "reset;event=3",
        "rate_limit;retry-after=2s;probability=0.25",
        "overloaded;nth=2|5;per=key",
        "server_error;window=10s..40s/120s;max=3",
        "bad_gateway;window=..5s",
        "stall;for=5s;burst=0.02/0.2/1;every=2;first=9",
        "stall;for=1e-05s",
        "stall;for=1234567.5s;time=2e-2s",
    ],
)
def test_what_is_told_can_be_asked_for_again(line):
    (armed,) = parse(line)
    assert parse(told(armed)) == (armed,)


def test_that_there_are_conditions_is_told():
    (armed,) = parse("reset;first=1")
    assert told(structs.replace(armed, test=lambda _call, _request: None)) == "reset;first=1 (when ...)"
