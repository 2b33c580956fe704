"""Faults in scripts: read where they may stand, refused with file and line."""

from __future__ import annotations

import pytest

from understudy.faults import Armed, Place, Trigger
from understudy.faults.error_event import ErrorEvent
from understudy.faults.status import Status


def test_faults_stand_at_the_top_in_models_rules_and_replies(script):
    found = script("""
        faults: [{kind: status, status: 503}, 'overloaded;first=2, rate_limit']
        models: [{id: m, faults: [{kind: overloaded}]}]
        rules:
          - {reply: hi, fault: overloaded}
          - {reply: {text: hi, fault: [{kind: overloaded, status: 529}, server_error]}}
        """)
    overloaded = Armed(Status(error="overloaded"))
    assert found.faults == (
        Armed(Status(503)),
        Armed(Status(error="overloaded"), Trigger(first=2)),
        Armed(Status(error="rate_limit")),
    )
    assert found.models[0].faults == (overloaded,)
    assert found.rules[0].faults == (overloaded,)
    assert found.rules[1].replies[0].faults == (Armed(Status(529, error="overloaded")), Armed(Status(error="server_error")))


def test_a_fault_has_a_place_a_trigger_and_conditions(script):
    (found,) = script("""
        faults:
          - {kind: error-event, at: {event: 3}, then: go-on, probability: 0.5, max: 2, when: {model: "gpt-*"}}
        """).faults
    assert found.fault == ErrorEvent(then="go-on", at=Place("event", 3))
    assert found.trigger == Trigger(probability=0.5, max=2)
    assert found.test is not None


WRONG = {
    "faults: [{kind: statsu}]": ("$.faults[0].kind", "got 'statsu'. Did you mean 'status'?"),
    "faults: [{kind: 503}]": ("$.faults[0].kind", "got 503."),
    "faults: [{kind: }]": ("$.faults[0].kind", "got nothing."),
    "faults: [{status: 503}]": ("$.faults[0]", "got none."),
    "faults: [3]": (
        "$.faults[0]",
        "a mapping with a kind, or a line such as 'reset;event=3', got 3.",
    ),
    "faults: {kind: status}": ("$.faults", "expected a list of faults, got a mapping."),
    "faults: ['status;status=1']": ("$.faults[0]", "fault 'status': status '1': expected a whole number from 400 to 599."),
    "faults: [{kind: status, status: 1}]": (
        "$.faults[0].status",
        "fault 'status': status 1: expected a whole number from 400 to 599.",
    ),
    "faults: [{kind: overloaded, nht: 1}]": ("$.faults[0].nht", "unknown key 'nht'. Did you mean 'nth'?"),
    "faults: [{kind: overloaded, at: end}]": ("$.faults[0].at", "has no place, it concerns the whole answer. Remove 'at'."),
    "faults: [{kind: overloaded, when: {modl: x}}]": ("$.faults[0].when.modl", "Did you mean 'model'?"),
    "rules: [{reply: hi, fault: {kind: malformed, at: {event: 0}}}]": (
        "$.rules[0].fault.at",
        "fault 'malformed': event 0: expected a whole number from 1 up.",
    ),
}


@pytest.mark.parametrize(("text", "place", "message"), [(text, *said) for text, said in WRONG.items()], ids=WRONG)
def test_mistakes_are_placed(problems, text, place, message):
    (problem,) = problems(text)
    assert problem.startswith("script.yaml:1: ")
    assert problem.endswith(f"{message} ({place})")
