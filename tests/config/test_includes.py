"""What scripts extend: order, cycles, and no way out of the folder."""

from __future__ import annotations

import pytest

from understudy.config.load import load
from understudy.errors import ScriptError


def test_what_is_extended_stands_below_and_the_last_one_highest(script, write):
    write("a.yaml", "settings: {seed: 1, token-mean: 1, latency: 1}\nrules: [{name: a, reply: a}]")
    write("sub/b.yaml", "settings: {seed: 2, token-mean: 2}\nrules: [{name: b, reply: b}]")
    loaded = script("extends: [a.yaml, ./sub/b.yaml]\nsettings: {seed: 3}\nrules: [{name: own, reply: c}]")
    assert loaded.settings == {"seed": 3, "token-mean": 2, "latency": 1}
    assert [rule.name for rule in loaded.rules] == ["own", "b", "a"]
    assert [path.name for path in loaded.sources] == ["script.yaml", "a.yaml", "b.yaml"]


def test_a_single_name_needs_no_list(script, write):
    write("a.yaml", "settings: {seed: 1}")
    assert script("extends: a.yaml").settings == {"seed": 1}


def test_names_are_relative_to_the_script_that_names_them(script, write):
    write("sub/a.yaml", "extends: b.yaml")
    write("sub/b.yaml", "settings: {seed: 1}")
    assert script("extends: sub/a.yaml").settings == {"seed": 1}


def test_a_script_extended_twice_is_read_once_and_stands_below_both(script, write):
    write("base.yaml", "settings: {seed: 1}\nrules: [{name: base, reply: a}]")
    write("a.yaml", "extends: base.yaml\nsettings: {seed: 2}")
    write("b.yaml", "extends: [./base.yaml]")
    loaded = script("extends: [a.yaml, b.yaml]")
    assert loaded.settings == {"seed": 2}
    assert [rule.name for rule in loaded.rules] == ["base"]


def test_presets_can_be_extended(script, preset_folder):
    (preset_folder / "low.yaml").write_text("settings: {seed: 1, latency: 1}")
    (preset_folder / "high.yaml").write_text("extends: preset:low\nsettings: {seed: 2}")
    assert script("extends: [preset:high]\nsettings: {jitter: 1}").settings == {"jitter": 1, "seed": 2, "latency": 1}


def test_json_files_extend_and_are_extended(script, write):
    write("a.json", '{"settings": {"seed": 1}}')
    assert script('{"extends": ["a.json"]}', name="script.json").settings == {"seed": 1}


@pytest.mark.parametrize(
    ("extends", "problem"),
    [
        ("none.yaml", "extends 'none.yaml': no such file. Check the path."),
        (
            "../x.yaml",
            "extends '../x.yaml': expected a file in the folder of this script or below, got a path that may leave it.",
        ),
        (
            "sub/../../x.yaml",
            "extends 'sub/../../x.yaml': expected a file in the folder of this script or below, got a path that may leave it.",
        ),
        (
            "/etc/hostname",
            "extends '/etc/hostname': expected a file in the folder of this script or below, got a path that may",
        ),
        ("link.yaml", "extends 'link.yaml': expected a file in the folder of this script or below, got a link that leaves it."),
        (
            "linked/x.yaml",
            "extends 'linked/x.yaml': expected a file in the folder of this script or below, got a link that leaves",
        ),
        ("loop.yaml", "extends 'loop.yaml': cannot be read: too many levels of symbolic links."),
        (r'"a\0b"', r"extends 'a\x00b': expected a file in the folder of this script or below, got a path that may leave it."),
        ("sub", "extends 'sub': expected a file, got a directory."),
        ("preset:nothing", "extends 'preset:nothing': preset 'nothing': expected one of "),
        (
            "script.yaml",
            "extends 'script.yaml': expected scripts that do not extend themselves, got script.yaml -> script.yaml.",
        ),
        ("''", "expected a text that is not empty, got ''."),
    ],
)
def test_what_cannot_be_extended_is_told_at_its_line(problems, tmp_path, extends, problem):
    home = tmp_path / "home"
    (home / "sub").mkdir(parents=True)
    (tmp_path / "x.yaml").write_text("version: 1")
    (home / "link.yaml").symlink_to("../x.yaml")
    (home / "linked").symlink_to(tmp_path)
    (home / "loop.yaml").symlink_to("loop.yaml")
    found = problems(f"version: 1\nextends:\n  - {extends}", name="home/script.yaml")
    assert len(found) == 1
    assert found[0].startswith(f"home/script.yaml:3: {problem}")
    assert found[0].endswith(" ($.extends[0])")


def test_a_link_inside_the_folder_may_be_followed(script, write, tmp_path):
    write("..data/a.yaml", "settings: {seed: 1}")
    (tmp_path / "a.yaml").symlink_to("..data/a.yaml")
    assert script("extends: a.yaml").settings == {"seed": 1}


def test_a_cycle_is_told_with_its_chain(problems, write):
    write("a.yaml", "extends: b.yaml")
    write("b.yaml", "version: 1\nextends: [a.yaml]")
    assert problems("extends: a.yaml") == [
        (
            "b.yaml:2: extends 'a.yaml': expected scripts that do not extend themselves, got a.yaml -> b.yaml -> a.yaml. "
            "($.extends[0])"
        )
    ]


def test_a_long_chain_is_refused(problems, write):
    for i in range(30):
        write(f"{i}.yaml", f"extends: {i + 1}.yaml")
    assert problems("extends: 0.yaml") == [
        "19.yaml:1: extends '20.yaml': expected at most 20 scripts that extend one another, got more. ($.extends)"
    ]


def test_mistakes_of_every_file_are_told(problems, write, tmp_path):
    write("sub/a.yaml", "rulez: 1\nsettings: {port: x}")
    (tmp_path / "b.yaml").write_bytes(b"a: 1\n\xff")
    found = problems("extends: [sub/a.yaml, b.yaml, c.yaml]\nrules: 5")
    assert [problem.partition(": ")[0] for problem in found] == [
        "sub/a.yaml:1",
        "sub/a.yaml:2",
        "b.yaml:2",
        "script.yaml:1",
        "script.yaml:2",
    ]


def test_presets_extend_presets_only(preset_folder):
    (preset_folder / "p.yaml").write_text("extends: a.yaml")
    with pytest.raises(ScriptError) as caught:
        load([], "p")
    assert str(caught.value) == (
        "preset:p:1: extends 'a.yaml': expected preset:NAME, got a file: presets extend presets only. ($.extends)"
    )
