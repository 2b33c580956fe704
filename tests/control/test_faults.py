"""Faults over the control API: they replace the script's, and come back."""

from __future__ import annotations

SCRIPT = "faults: [{kind: status, status: 503, probability: 0.5}]"


def test_what_is_put_replaces_the_scripts_faults_until_it_is_dropped(made_house, control):
    house = made_house(SCRIPT)
    assert control("GET", "faults").json == {"put": None, "in_force": ["status;status=503;probability=0.5"]}
    written = [{"kind": "timeout"}, "status;status=429"]
    assert control("PUT", "faults", written).json == {"put": written, "in_force": ["timeout", "status;status=429"]}
    assert [armed.fault.name for armed in house.script.faults] == ["timeout", "status"]
    assert control("PUT", "faults", []).json == {"put": [], "in_force": []}
    assert control("DELETE", "faults").json == {"put": None, "in_force": ["status;status=503;probability=0.5"]}


def test_a_fault_that_cannot_be_used_changes_nothing(made_house, control):
    house = made_house(SCRIPT)
    answer = control("PUT", "faults", [{"kind": "status", "status": 503}, {"kind": "statsu"}])
    assert answer.status == 400
    assert answer.problem.startswith("PUT faults: $[1].kind: expected one of ")
    assert house.overlay is None


def test_faults_of_one_kind_are_told_apart(made_house, control):
    made_house()
    written = ["rate_limit;first=2", {"kind": "overloaded", "nth": [2, 5], "when": {"model": "gpt-*"}}]
    found = control("PUT", "faults", written).json["in_force"]
    assert found == ["status;error=rate_limit;first=2", "status;error=overloaded;nth=2|5 (when ...)"]


def statuses(house, ask, chat, count=3):
    return [ask(chat("x"), to=house.engine).status for _ in range(count)]


def test_what_is_put_counts_from_its_beginning(made_house, control, ask, chat):
    house = made_house("faults: [{kind: conflict, first: 1}]")
    assert statuses(house, ask, chat) == [409, 200, 200]
    control("PUT", "faults", ["overloaded;first=2"])
    assert statuses(house, ask, chat) == [503, 503, 200]
    control("PUT", "faults", ["overloaded;first=2"])
    assert statuses(house, ask, chat) == [503, 503, 200]
    control("DELETE", "faults")
    assert statuses(house, ask, chat) == [409, 200, 200]
