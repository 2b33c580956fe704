"""What is written is read as what it was."""

from __future__ import annotations

import pytest

from understudy.config.source import parse
from understudy.recorder.page import extended, rendered, rules_in

ODD = [
    "true", "no", "12", "1e3", "", " ", " lead", "trail ", "a\nb", "a\n\n b\n", "\n a", "- x", "# x", "a: b", "é☃😀", "a\tb",
    "a\r\nb", "\u2028x\ny", "x\x85y\nz", "`\"'", "{{ x }}", "x" * 300, "tab\tline\nnext  ", "~", "&a", "*a", "!t", "%d", "\x00",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_every_text_survives(text):
    rules = [
        {"name": "n", "when": {"user": text}, "reply": {"text": text, "pieces": [text, "a b"], "usage": {"prompt_tokens": 1}}}
    ]
    assert parse(rendered(rules, "here"), "x.yaml").data == {"version": 1, "rules": rules}


@pytest.mark.parametrize("text", ["\x7f\x85\x9f\u2028\ufeff\uffff", 'é☃😀"\\ #: \n'])
def test_a_text_too_long_to_be_read_by_people_survives_on_one_line(text):
    rules = [{"name": "n", "reply": {"text": text + "x" * 200_000}}]
    page = rendered(rules, "here")
    assert page.count("\n") == 4
    assert parse(page, "x.yaml").data == {"version": 1, "rules": rules}


def test_it_reads_well():
    rule = {
        "name": "a b",
        "when": {"user": "Hi there"},
        "reply": {"text": "One\ntwo\n", "timing": {"itl": {"trace": {"gaps": [1.5, 2.0]}}}},
    }
    assert rendered([rule], "https://x.") == (
        "# Recorded from https://x.\nversion: 1\nrules:\n"
        '  - name: "a b"\n    when:\n      user: "Hi there"\n    reply:\n      text: |\n        One\n        two\n'
        "      timing:\n        itl:\n          trace:\n            gaps: [1.5, 2.0]\n"
    )


@pytest.mark.parametrize(
    "before",
    ["", "version: 1\n", "rules:\n  - {reply: a}\n", "rules:\n- {reply: a}\n", "rules:\n  - reply: a  # end"],
)
def test_rules_are_added_at_the_end(before):
    rule = {"name": "n", "reply": "b"}
    text = extended(before, [rule])
    if not before:
        assert text is None
        return
    assert text.startswith(before)
    assert parse(text, "x.yaml").data["rules"][-1] == rule


@pytest.mark.parametrize("before", ["rules: []\nversion: 1\n", "rules: [{reply: a}]\n", "rules: 1\n", "- a\n", "a: [\n"])
def test_where_they_cannot_be_added_nothing_is_written(before):
    assert extended(before, [{"reply": "b"}]) is None


def test_the_rules_of_a_script_are_read_as_they_stand():
    assert rules_in("rules:\n  - {name: a, reply: x}\n  - b\n") == [{"name": "a", "reply": "x"}]
    assert rules_in("rules: 1\n") == rules_in("- a\n") == rules_in("a: [\n") == []


def test_no_rules_leave_a_script_as_it_is():
    assert extended("anything", []) == "anything"
    assert parse(rendered([], "here"), "x.yaml").data == {"version": 1, "rules": []}
