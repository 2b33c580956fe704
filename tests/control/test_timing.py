"""Timing over the control API: keys of the script's timing are replaced and come back."""

from __future__ import annotations

import pytest

SCRIPT = "timing: {ttft: 1s, itl: {uniform: {min: 10ms, max: 30ms}}}"


def wait(house, ask, chat):
    """Seconds before an answer begins."""
    return sum(step for step in ask(chat(), to=house.engine).steps if isinstance(step, float))


def test_what_is_put_paces_the_next_answer(made_house, control, ask, chat):
    house = made_house("timing: {latency: 1s}")
    assert wait(house, ask, chat) == pytest.approx(1.0)
    control("PUT", "timing", {"latency": "250ms"})
    assert wait(house, ask, chat) == pytest.approx(0.25)
    control("DELETE", "timing")
    assert wait(house, ask, chat) == pytest.approx(1.0)


def test_timing_is_shown_as_put_and_as_it_works_out(made_house, control):
    made_house(SCRIPT)
    uniform = {"law": "uniform", "mean_ms": 20.0, "p50_ms": 20.0, "p99_ms": 29.8}
    one_second = {"law": "fixed", "mean_ms": 1000.0, "p50_ms": 1000.0, "p99_ms": 1000.0}
    assert control("GET", "timing").json == {"put": None, "in_force": {"ttft": one_second, "itl": uniform}}
    answer = control("PUT", "timing", {"itl": "5ms", "scale": 2})
    assert answer.json["put"] == {"itl": "5ms", "scale": 2}
    assert answer.json["in_force"] == {
        "ttft": one_second,
        "itl": {"law": "fixed", "mean_ms": 5.0, "p50_ms": 5.0, "p99_ms": 5.0},
        "scale": 2.0,
    }
    assert control("DELETE", "timing").json == {"put": None, "in_force": {"ttft": one_second, "itl": uniform}}


def test_what_the_model_says_of_itself_still_wins(made_house, control, ask, chat):
    house = made_house("models: [{id: gpt-4o-mini, timing: {latency: 2s}}]")
    control("PUT", "timing", {"latency": "1s"})
    assert wait(house, ask, chat) == pytest.approx(2.0)
