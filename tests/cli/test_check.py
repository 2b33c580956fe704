"""`understudy check`: every problem of every script, in the form editors understand."""

from __future__ import annotations

import pytest


def test_a_good_script(run, write):
    done = run("check", write("s.yaml", "rules: [{when: {user: hi}, reply: yo}]\nresponses: {a: b, c: d}\n"))
    assert done.status == 0
    assert done.out.endswith("s.yaml: ok (1 rule, 2 responses)\n")
    assert done.err == ""


def test_all_problems_with_file_and_line(run, write):
    path = write(
        "s.yaml", "rules:\n  - when: {usr: hi}\n    reply: x\n  - reply: {txt: x}\nsettings:\n  port: many\nextra: 1\n"
    )
    done = run("check", path)
    assert done.status == 1
    assert sorted(int(line.removeprefix(f"{path}:").partition(":")[0]) for line in done.out.splitlines()) == [2, 4, 6, 7]


def test_every_script_is_checked_even_after_a_bad_one(run, write):
    bad, good = write("bad.yaml", "rules: 5\n"), write("good.yaml", "{}\n")
    done = run("check", bad, good)
    assert done.status == 1
    assert f"{bad}:1: " in done.out
    assert f"{good}: ok (0 rules, 0 responses)" in done.out


def test_settings_that_do_not_go_together(run, write):
    path = write("s.yaml", "settings: {stream-tokens-min: 5, stream-tokens-max: 2}\n")
    done = run("check", path, write("good.yaml", "{}\n"))
    assert done.status == 1
    assert f"{path}:1: stream-tokens-min 5" in done.out
    assert "good.yaml: ok" in done.out
    apart = write("apart.yaml", "settings:\n  seed: 1\n  stream-tokens-max: 2\n  stream-tokens-min: 5\n  only: [opnai]\n")
    assert run("check", apart).out == (
        f"{apart}:4: stream-tokens-min 5 ({apart}:4): expected at most stream-tokens-max 2 ({apart}:3), got more. Set both.\n"
        f"{apart}:5: only ({apart}:5): unknown dialect 'opnai'. Did you mean 'openai'?\n"
    )
    unknown = write("unknown.yaml", "settings:\n  only: [opnai]\n")
    assert run("check", unknown).out == f"{unknown}:2: only ({unknown}:2): unknown dialect 'opnai'. Did you mean 'openai'?\n"


def test_scripts_that_do_not_go_together(run, write):
    engine = write("engine.yaml", "capacity: {}\n")
    paced = write("paced.yaml", "rules:\n- reply: a\n  timing: {itl: 5ms}\n")
    done = run("check", engine, paced)
    assert done.status == 1
    assert done.out.splitlines()[:2] == [f"{engine}: ok (0 rules, 0 responses)", f"{paced}: ok (1 rule, 0 responses)"]
    assert done.out.splitlines()[2].startswith(f"{paced}:3: expected no itl where `capacity` is said of the same models")


def test_scripts_whose_rules_have_one_name(run, write):
    paths = [write(name, "rules: [{name: sky, reply: Blue.}]\n") for name in ("a.yaml", "b.yaml")]
    assert run("check", *paths).status == 0
    twice = write("twice.yaml", "rules:\n- {name: sky, reply: Blue.}\n- {name: sky, reply: Grey.}\n")
    assert run("check", twice).out.startswith(f"{twice}:3: rule name 'sky' is taken by {twice}:2.")


def test_timing_that_an_engine_leaves_without_effect(run, write):
    path = write("s.yaml", "capacity: {}\nrules:\n- reply: a\n  timing: {itl: 5ms}\n")
    done = run("check", path)
    assert done.status == 1
    assert done.out.startswith(f"{path}:4: expected no itl where `capacity` is said of the same models")


def test_what_can_never_hold_or_must_fail(run, write):
    rules = "rules:\n- {when: {dialect: opnai}, reply: x}\n- {when: {header: {x team: a}}, reply: x}\n"
    path = write("s.yaml", rules + '- {reply: {template: "{{ usr }}"}}\n')
    done = run("check", path)
    assert [line.removeprefix(f"{path}:").partition(": ")[0] for line in done.out.splitlines()] == ["2", "3", "4"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00",
        b"\xff\xfe",
        b"a: [",
        b"- 1",
        b"a: &x [*x]",
        b"!!python/object:os.system {}",
        b"a: 1\na: 2",
        b"\t",
        b"[" * 5000,
    ],
    ids=["empty", "nul", "utf-16", "open", "list", "cycle", "tag", "twice", "tab", "deep"],
)
def test_no_file_makes_a_stack_trace(run, tmp_path, content):
    path = tmp_path / "s.yaml"
    path.write_bytes(content)
    done = run("check", path)
    assert done.status == 1
    assert done.out.startswith(f"{path}:")


def test_missing_folders_and_devices(run, tmp_path):
    for path in (tmp_path / "none.yaml", tmp_path, "/dev/null/x.yaml"):
        done = run("check", path)
        assert done.status == 1
        assert done.out.startswith(f"{path}:1: ")


def test_an_extended_script_is_checked_too(run, write):
    other = write("other.yaml", "rules:\n  - {reply: {txt: 1}}\n")
    done = run("check", write("s.yaml", "extends: [./other.yaml]\n"))
    assert done.status == 1
    assert f"{other}:2: " in done.out
