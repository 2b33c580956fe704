"""From wishes to what holds: precedence, and scripts checked by those who will use them."""

from __future__ import annotations

import pytest

from understudy.config.script import Script
from understudy.config.settings import SettingsError
from understudy.errors import ScriptError
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
    (((_dialect,), message),) = shape_problems({"zzzzz": {}})
    assert message.startswith("unknown dialect 'zzzzz': expected one of anthropic, azure, ")
    assert shape_problems({"openai": {"zzzzz": {}}})[0][1].startswith("unknown key 'zzzzz': expected one of ")
    (((dialect, *_path), message),) = shape_problems({"openai": {"chta": {}}})
    assert dialect == "openai"
    assert "'chta'" in message
    assert "Did you mean 'chat'?" in message


def test_items_are_checked_by_the_dialect_that_says_them(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("rules:\n  - reply: {blocks: [{item: {type: code_interpreter_call, code: 7}}]}\n", encoding="utf-8")
    with pytest.raises(
        ScriptError, match=r"a.yaml:2: expected a text, got an integer. \(\$.rules\[0\].reply.blocks\[0\].item.code\)"
    ):
        read(Sources((path,)))


def test_without_scripts_nothing_is_said():
    assert scripts(Sources(), None) == Script()


def test_a_world_is_made_of_what_was_settled(tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text("version: 1\nrules: [{name: a, reply: x}]\n")
    sources = Sources((script,))
    settings, found = settle(sources, scripts(sources, None), None)
    assert [rule.name for rule in make_world(settings, found).rules.rules] == ["a"]


def test_a_dialect_that_nobody_speaks_is_told_with_its_place(tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text("rules: [{reply: x}]\nsettings:\n  only: [opnai]\n")
    with pytest.raises(SettingsError) as caught:
        read(Sources((script,)))
    message = f"only ({script}:3): unknown dialect 'opnai'. Did you mean 'openai'?"
    assert caught.value.mistakes == (((str(script), 3), message),)


@pytest.mark.parametrize(
    ("sources", "place"),
    [
        (Sources(flags={"only": "opnay"}), "--only"),
        (Sources(flags={"only": "opnay"}, keywords=True), "keyword 'only'"),
        (Sources(environ={"UNDERSTUDY_ONLY": "opnay"}), "UNDERSTUDY_ONLY"),
    ],
)
def test_a_dialect_that_nobody_speaks_is_told_with_its_source(sources, place):
    with pytest.raises(SettingsError) as caught:
        read(sources)
    assert str(caught.value) == f"only ({place}): unknown dialect 'opnay'. Did you mean 'openai'?"
