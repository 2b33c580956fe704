"""Limits over the control API: they replace the script's, and come back."""

from __future__ import annotations

from understudy.config.script import LimitSpec

SCRIPT = "limits: [{per: [key, model], rpm: 5, burst: 1s, dry-run: true}]"
SHOWN = {"per": ["key", "model"], "rpm": 5, "burst": 1000.0, "dry-run": True}


def test_what_is_put_replaces_the_scripts_limits_until_it_is_dropped(made_house, control):
    house = made_house(SCRIPT)
    assert control("GET", "limits").json == {"put": None, "in_force": [SHOWN]}
    written = [{"input-tpm": 100}, {"per": "session", "concurrent": 2, "model": "gpt-*"}]
    shown = [{"per": ["all"], "input-tpm": 100}, {"per": ["session"], "concurrent": 2, "model": "gpt-*"}]
    assert control("PUT", "limits", written).json == {"put": written, "in_force": shown}
    assert house.script.limits[0] == LimitSpec(input_tpm=100)
    assert control("PUT", "limits", []).json == {"put": [], "in_force": []}
    assert control("DELETE", "limits").json == {"put": None, "in_force": [SHOWN]}


def test_what_is_shown_can_be_put(made_house, control):
    house = made_house(SCRIPT)
    before = house.script.limits
    assert control("PUT", "limits", control("GET", "limits").json["in_force"]).status == 200
    assert house.script.limits == before


def test_a_limit_that_cannot_be_used_changes_nothing(made_house, control):
    house = made_house(SCRIPT)
    answer = control("PUT", "limits", [{"rpm": 5}, {"rmp": 5}])
    assert answer.status == 400
    assert answer.problem == "PUT limits: $[1].rmp: unknown key 'rmp'. Did you mean 'rpm'?"
    assert house.overlay is None
