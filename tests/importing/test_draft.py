"""The script that is being made."""

from __future__ import annotations

import pytest

from understudy.importing.answers import BOUND
from understudy.importing.draft import Draft
from understudy.importing.order import Entry
from understudy.importing.source import Where

HERE = Where("f.json", 3)


def test_a_rule_that_no_script_may_hold_is_left_out_with_the_reason():
    draft = Draft()
    draft.rule(HERE, {"when": {"user": {"regex": "(?=x)"}}, "reply": "x"})
    draft.rule(HERE, {"when": {"user": "x"}, "reply": {"template": "{{"}})
    assert draft.rules() == []
    assert [str(remark).split(": ")[:2] for remark in draft.remarks] == [["f.json:3", "left out"]] * 2


def test_names_come_from_what_is_looked_for_and_are_given_once():
    draft = Draft()
    for when in ({"user": {"contains": "sky"}}, {"user": "sky"}, {"json": "contains(a, 'b c')"}, {"stream": True}, {}):
        draft.rule(HERE, {"when": when, "reply": "x"})
    assert [rule["name"] for rule in draft.rules()] == ["sky", "sky (2)", "b c", "rule", "anything else"]


def test_remarks_are_told_once_in_the_order_of_lines():
    draft = Draft()
    draft.remark(Where("b", 1), "x")
    draft.remark(HERE, "x")
    draft.remark(Where("b", 1), "x")
    assert [str(remark) for remark in draft.remarks] == ["b:1: x", "f.json:3: x"]


def test_what_cannot_be_read_is_left_out():
    draft = Draft()
    with draft.attempt(HERE, "fixture"):
        raise KeyError("name")
    assert "fixture: expected another form" in str(draft.remarks[0])
    with pytest.raises(RuntimeError), draft.attempt(HERE, "fixture"):
        raise RuntimeError


def test_pace_is_for_streams_alone():
    draft = Draft()
    draft.entries([Entry(HERE, {}, {"text": "x", "timing": {"latency": "1ms"}})])
    assert draft.sections == {}
    draft.entries([Entry(HERE, {}, {"text": "x", "timing": {"ttft": "1ms"}})])
    assert draft.sections == {"timing": {"whole": False}}


def test_what_no_script_may_hold_is_no_section_and_no_setting():
    draft = Draft()
    draft.section(HERE, "faults", [{"kind": "status", "probability": 7}])
    draft.listen(HERE, 99999, 5)
    assert (draft.sections, draft.settings) == ({}, {})
    assert len(draft.remarks) == 3
    draft.listen(HERE, 80, "::1")
    assert draft.settings == {"port": 80, "host": "::1"}


def test_a_file_is_seen_once(tmp_path):
    draft = Draft()
    assert [draft.first_sight(tmp_path / "a") for _ in range(2)] == [True, False]


def test_what_many_parts_have_in_common_is_told_at_the_first():
    draft = Draft()
    for line in (3, 5):
        draft.remark_once(Where("f", line), "odd")
    assert [(remark.where.line, remark.message) for remark in draft.remarks] == [(3, "odd")]


def test_a_document_that_no_reply_can_say_is_kept_from_streams():
    draft = Draft()
    raw = {"headers": {"content-type": "application/json"}, "chunks": [{"data": "{}"}]}
    draft.rule(Where("f", 1), {"when": {"user": "x"}, "reply": {"raw": raw}})
    assert draft.rules()[0]["when"] == {"user": "x", "stream": False}
    assert [remark.message for remark in draft.remarks] == [BOUND]
