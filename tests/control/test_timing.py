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


def test_every_key_is_shown_as_data(made_house, control):
    made_house("""
        timing:
          per-prompt-token: 0.2ms
          burstiness: 2
          chunk-tokens: {min: 1, max: 3}
          whole: off
          overrides: [{model: "gpt-*", key: sk-a, itl: 5ms, per-prompt-token: 1s}, {key: sk-b, chunk-tokens: 4}]
    """)
    five = {"law": "fixed", "mean_ms": 5.0, "p50_ms": 5.0, "p99_ms": 5.0}
    assert control("GET", "timing").json["in_force"] == {
        "per-prompt-token-ms": 0.2,
        "burstiness": 2.0,
        "chunk-tokens": {"min": 1, "max": 3},
        "whole": False,
        "overrides": [
            {"model": "gpt-*", "key": "sk-a", "itl": five, "per-prompt-token-ms": 1000.0},
            {"key": "sk-b", "chunk-tokens": 4},
        ],
    }


def test_overrides_that_are_put_stand_in_place_of_the_scripts(made_house, control):
    made_house("timing: {scale: 2, overrides: [{model: a, scale: 3}]}")
    assert control("PUT", "timing", {"overrides": []}).json["in_force"] == {"scale": 2.0}
    assert control("DELETE", "timing").json["in_force"] == {"scale": 2.0, "overrides": [{"model": "a", "scale": 3.0}]}


def test_settings_are_not_among_it_and_yield_to_it(made_house, control, ask, chat):
    house = made_house("timing: {ttft: 1s}")
    control("PATCH", "settings", {"latency": "50ms"})
    assert list(control("GET", "timing").json["in_force"]) == ["ttft"]
    assert wait(house, ask, chat) == pytest.approx(1.05)
    control("PUT", "timing", {"latency": "250ms"})
    assert wait(house, ask, chat) == pytest.approx(1.25)


def test_what_the_model_says_of_itself_still_wins(made_house, control, ask, chat):
    house = made_house("models: [{id: gpt-4o-mini, timing: {latency: 2s}}]")
    control("PUT", "timing", {"latency": "1s"})
    assert wait(house, ask, chat) == pytest.approx(2.0)
