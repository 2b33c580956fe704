"""The timeline over the control API: where it stands, start and stop."""

from __future__ import annotations

import pytest

from understudy.config.script import Phase, TimelineSpec
from understudy.engine.timeline import Course, Timeline

PHASES = (Phase(name="brown-out", at=60.0, lasts=30.0, scale=4.0), Phase(name="recovery", at=90.0, ramp=10.0))


@pytest.fixture
def running(sight, clock):
    """Put a timeline in force; the server started at 40 s."""

    def put(start="server", **fields):
        made = Timeline(TimelineSpec(PHASES, start, **fields))
        sight.timeline, sight.course = lambda: made, Course(sight.started)

    return put


def test_without_a_timeline_there_is_none(control):
    assert control("GET", "timeline").json == {"state": "none"}
    for action in ("start", "stop"):
        answer = control("POST", f"timeline/{action}")
        assert answer.status == 409
        assert answer.problem == "timeline: expected one in the script, got none. PUT one to /_understudy/timeline."


def test_it_says_where_it_stands(control, running, clock):
    running()
    clock.now = 105.0
    assert control("GET", "timeline").json == {
        "state": "running",
        "start": "server",
        "repeat": None,
        "elapsed": 65.0,
        "next_change": 90.0,
        "in_force": {"phases": ["brown-out"], "scale": 4.0, "timing": {}, "faults": 0},
        "phases": [
            {"name": "brown-out", "at": 60.0, "for": 30.0, "ramp": 0.0, "scale": 4.0, "timing": {}, "faults": 0},
            {"name": "recovery", "at": 90.0, "for": None, "ramp": 10.0, "scale": 1.0, "timing": {}, "faults": 0},
        ],
    }
    clock.now = 135.0
    assert control("GET", "timeline").json["in_force"] == {"phases": ["recovery"], "scale": 2.5, "timing": {}, "faults": 0}


def test_one_that_waits_for_the_api_starts_when_told_and_anew_when_told_again(control, running, clock):
    running("api")
    clock.now = 1000.0
    idle = control("GET", "timeline").json
    assert (idle["state"], idle["elapsed"], idle["next_change"], idle["in_force"]["scale"]) == ("stopped", None, None, 1.0)
    assert control("POST", "timeline/start").json["elapsed"] == 0.0
    clock.now = 1070.0
    assert control("GET", "timeline").json["in_force"]["scale"] == 4.0
    assert control("POST", "timeline/start").json["in_force"]["scale"] == 1.0
    clock.now = 1135.0
    assert control("GET", "timeline").json["elapsed"] == 65.0
    assert control("POST", "timeline/stop").json["state"] == "stopped"
    assert control("POST", "timeline/stop").status == 200


def test_what_phases_replace_is_told_as_timing_tells_it(house, control):
    first, second = {"ttft": "1s", "itl": "20ms", "per-prompt-token": "1ms"}, {"ttft": "2s", "chunk-tokens": 3, "whole": False}

    def shown(timing):
        control("DELETE", "timing")
        return control("PUT", "timing", timing).json["in_force"]

    control("PUT", "timeline", [{"at": "0s", "timing": first}, {"at": "0s", "timing": {"scale": 2, **second}}])
    told = control("POST", "timeline/start").json
    assert [phase["timing"] for phase in told["phases"]] == [shown(first), shown(second)]
    assert (told["in_force"]["timing"], told["in_force"]["scale"]) == (shown(first | second), 2.0)
    assert told["in_force"]["timing"]["ttft"]["mean_ms"] == 2000.0
    assert control("POST", "timeline/stop").json["in_force"]["timing"] == {}


def test_a_timeline_is_put_and_dropped_like_any_section(made_house, control):
    house = made_house("timeline: [{at: 1s}]")
    control("PUT", "timeline", {"start": "api", "phases": [{"at": "5s", "timing": {"scale": 3}}]})
    assert (house.script.timeline.start, house.script.timeline.phases[0].scale) == ("api", 3.0)
    assert control("PUT", "timeline", [{"at": "-5s"}]).status == 400
    assert house.script.timeline.start == "api"
    control("DELETE", "timeline")
    assert [phase.at for phase in house.script.timeline.phases] == [1.0]


WAITING = {"start": "api", "phases": [{"at": "0s", "timing": {"scale": 3}}]}


@pytest.mark.parametrize("before", [None, "start", "stop"])
def test_what_is_put_starts_as_it_says_itself_whatever_was_told_before(made_house, control, clock, before):
    made_house("timeline: [{for: 2s, timing: {scale: 2}}]")
    clock.now += 3.0
    if before is not None:
        control("POST", f"timeline/{before}")
    clock.now += 4.0
    put = control("PUT", "timeline", [{"for": "2s", "name": "slow", "timing": {"scale": 5}}]).json
    assert (put["state"], put["elapsed"], put["next_change"]) == ("running", 0.0, 2.0)
    assert put["in_force"]["phases"] == ["slow"]
    clock.now += 3.0
    assert control("GET", "timeline").json["elapsed"] == 3.0
    waits = control("PUT", "timeline", WAITING).json
    assert (waits["state"], waits["elapsed"], waits["in_force"]["scale"]) == ("stopped", None, 1.0)
    assert control("POST", "timeline/start").json["in_force"]["scale"] == 3.0
    assert control("PUT", "timeline", WAITING).json["state"] == "stopped"


def test_the_scripts_own_begins_anew_when_it_comes_back_and_not_before(made_house, control, clock):
    made_house("timeline: [{for: 2s}]")
    clock.now += 3.0
    assert control("DELETE", "timeline").json["elapsed"] >= 3.0
    control("PUT", "timeline", WAITING)
    clock.now += 1.0
    assert control("DELETE", "timeline").json["elapsed"] == 0.0
    control("PUT", "timeline", WAITING)
    control("POST", "timeline/start")
    assert control("PUT", "timeline", [{"at": "-5s"}]).status == 400
    clock.now += 1.0
    assert control("GET", "timeline").json["elapsed"] == 1.0


def test_faults_of_phases_count_anew_when_it_starts_and_when_another_is_put(made_house, control, ask, chat):
    written = [{"at": "0s", "name": "a", "faults": ["overloaded;first=1"]}]
    house = made_house("timeline: [{at: 0s, name: a, faults: ['conflict;first=1']}]")

    def statuses():
        return [ask(chat("x"), to=house.engine).status for _ in range(2)]

    assert statuses() == [409, 200]
    control("POST", "timeline/start")
    assert statuses() == [409, 200]
    for _ in range(2):
        control("PUT", "timeline", written)
        assert statuses() == [503, 200]
    control("DELETE", "timeline")
    assert statuses() == [409, 200]
