"""From wishes to what holds: precedence, and scripts checked by those who will use them."""

from __future__ import annotations

from understudy.config.script import Script
from understudy.sources import Sources, make_world, read, scripts, settle, shape_problems


def test_flags_win_over_the_environment_and_that_over_scripts(tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text("version: 1\nsettings: {seed: 1, latency: 1, jitter: 1}\n")
    environ = {"UNDERSTUDY_SEED": "2", "UNDERSTUDY_LATENCY": "2"}
    settings, _ = read(Sources((script,), None, {"seed": "3"}, environ))
    assert (settings.seed, settings.latency, settings.jitter) == (3, 0.002, 0.001)


def test_shapes_are_checked_by_their_dialect():
    assert shape_problems({"openai": {}}) == []
    assert shape_problems({"opnai": {}}) == [(("opnai",), "unknown dialect 'opnai'. Did you mean 'openai'?")]
    (((dialect, *_path), message),) = shape_problems({"openai": {"chta": {}}})
    assert dialect == "openai"
    assert "'chta'" in message
    assert "Did you mean 'chat'?" in message


def test_without_scripts_nothing_is_said():
    assert scripts(Sources(), None) == Script()


def test_a_world_is_made_of_what_was_settled(tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text("version: 1\nrules: [{name: a, reply: x}]\n")
    sources = Sources((script,))
    settings, found = settle(sources, scripts(sources, None), None)
    assert [rule.name for rule in make_world(settings, found).rules.rules] == ["a"]
