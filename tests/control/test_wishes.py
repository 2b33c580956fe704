"""Bodies become changes: JSON or YAML, and every mistake in the words of `check`."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "PUT timing: $: expected JSON, got nothing."),
        (b"{", "PUT timing: $: line 1: not JSON: "),
        (b'{\n "itl": 5,\n "itl": 6}', "PUT timing: $: line 3: key 'itl' is given twice, first on line 2."),
        (b'{"itl": \xff}', "PUT timing: $: expected UTF-8 text, got the byte 0xff."),
        (b"[" * 200 + b"]" * 200, "PUT timing: $: line 1: expected at most 100 levels of nesting, got more."),
        (b'{"itl": {"trace": {"file": "/etc/passwd"}}}', "PUT timing: $.itl.trace: "),
        (b'{"itl": {"trace": {"file": "gaps.csv"}}}', "PUT timing: $.itl.trace: "),
    ],
)
def test_a_body_that_cannot_be_used_is_refused_and_changes_nothing(house, control, body, problem):
    before = house.engine.world
    answer = control("PUT", "timing", body)
    assert answer.status == 400
    assert answer.problem.startswith(problem), answer.problem
    assert "root:" not in answer.problem
    assert house.engine.world is before
    assert house.overlay is None


@pytest.mark.parametrize(
    ("method", "section"),
    [
        ("POST", "rules"),
        ("PUT", "faults"),
        ("PUT", "limits"),
        ("PUT", "timing"),
        ("PUT", "timeline"),
        ("PATCH", "settings"),
    ],
)
def test_a_whole_script_is_told_from_its_section(house, control, method, section):
    answer = control(method, section, {"version": 1, section: []})
    assert answer.problem == (
        f"{method} {section}: $.{section}: expected what a script has under '{section}', got a script. "
        "Send the value of that key itself."
    )
    assert house.overlay is None


def test_every_mistake_is_listed(house, control):
    answer = control("POST", "rules", [{"wehn": {}, "reply": "a"}, {"reply": {"txt": "b"}}])
    assert [problem.partition(":")[2].split(":")[0].strip() for problem in answer.json["error"]["problems"]] == [
        "$[0].wehn",
        "$[1].reply.txt",
    ]


def test_a_body_may_be_yaml(house, control):
    yaml = b"# as in a script\n- {name: sky, when: {user: sky}, reply: Blue.}\n"
    answer = control("POST", "rules", yaml, content_type="application/yaml; charset=utf-8")
    assert answer.json == {"posted": ["sky"]}
    broken = control("POST", "rules", b"a: [\n", content_type="text/yaml")
    assert broken.problem.startswith("POST rules: $: line 2: not YAML: ")
