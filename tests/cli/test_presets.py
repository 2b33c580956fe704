"""`understudy presets`: a list, or the text of one."""

from __future__ import annotations

import yaml

NAMES = ["bifrost-mocker", "fake-llm-server", "m1-mock-provider", "mock-openai", "mockllm"]


def test_the_list_says_what_each_stands_in_for(run):
    lines = run("presets").out.splitlines()
    assert [line.split()[0] for line in lines] == NAMES
    assert all("Stands in for" in line for line in lines)


def test_a_printed_preset_is_a_script_of_its_own(run, write):
    for name in NAMES:
        text = run("presets", name).out
        assert isinstance(yaml.safe_load(text), dict)
        assert run("presets", name).status == 0
