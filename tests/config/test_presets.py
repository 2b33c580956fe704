"""The presets that ship with the program."""

from __future__ import annotations

import pytest

from understudy.config.load import load
from understudy.config.presets import preset_names, preset_text
from understudy.errors import UsageError

FIVE = ["bifrost-mocker", "fake-llm-server", "m1-mock-provider", "mock-openai", "mockllm"]


def test_the_five_are_there():
    assert set(FIVE) <= set(preset_names())


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_is_a_valid_script(name, tmp_path):
    assert load([], name, folder=tmp_path).settings["port"] > 0
    assert preset_text(name).startswith("#"), "its first line says what it is"


@pytest.mark.parametrize("name", ["mocklm", "../load", "", "."])
def test_another_name_is_refused(name):
    with pytest.raises(UsageError) as caught:
        preset_text(name)
    assert str(caught.value).startswith(f"preset {name!r}: expected one of bifrost-mocker, fake-llm-server, ")


def test_the_nearest_name_is_suggested():
    with pytest.raises(UsageError, match=r"Did you mean 'mockllm'\?$"):
        load([], "mocklm")
