"""JSON with holes."""

from __future__ import annotations

import json
import re

import pytest

from understudy.importing.holes import Holes, fill, has_holes

PATTERN = re.compile(r"\{\{.*?\}\}")


@pytest.fixture
def holes():
    return Holes()


def test_holes_may_stand_in_texts_and_for_values(holes):
    found = holes.document(r'{"a": "x \" {{ one }} y", "b": {{ two }}, "c": "\\", "d": {{ three }}}', PATTERN)
    assert has_holes(found["a"])
    assert has_holes(found["b"])
    assert holes.said == ["{{ one }}", "{{ two }}", "{{ three }}"]
    assert holes.filled(found["a"], lambda _: None, []) == 'x " {{ one }} y'
    assert found["c"] == "\\"


def test_what_is_around_must_be_json(holes):
    with pytest.raises(ValueError, match="Expecting"):
        holes.document("hello {{ x }}", PATTERN)


def test_a_text_becomes_a_template_and_what_is_lost_is_told(holes):
    said = holes.document('{"t": "{% x {{ one }} and {{ two }}"}', PATTERN)["t"]
    reply, lost = fill({"text": said, "usage": {"prompt_tokens": 1}}, holes, {"{{ one }}": "{{ user }}"}.get)
    assert reply == {"template": "{{ '{%' }} x {{ user }} and {{ '{{' }} two }}", "usage": {"prompt_tokens": 1}}
    assert lost == ["{{ two }}"]


def test_identifiers_are_made_anew_and_arguments_stay_as_written(holes):
    call = holes.document('{"name": "f", "id": "c_{{ x }}", "arguments": "{{ y }}"}', PATTERN)
    reply, lost = fill({"tool_calls": [call]}, holes, lambda _: None)
    assert reply == {"tool_calls": [{"name": "f", "arguments": "{{ y }}"}]}
    assert lost == ["{{ y }}"]


def test_what_stands_there_in_every_answer_is_put_in_as_what_it_is(holes):
    plain = {"{{ n }}": 7, "{{ t }}": "a"}.get
    said = holes.document('{"n": {{ n }}, "t": {{ t }}, "m": "{{ n }} {{ t }} {{ x }}", "raw": {{ n }}}', PATTERN)
    raw = json.dumps({"n": said.pop("raw"), "m": said["m"]}, ensure_ascii=False)
    reply, lost = fill({**said, "raw": raw}, holes, lambda _: None, plain)
    assert reply == {"n": 7, "t": "a", "m": "7 a {{ x }}", "raw": '{"n": 7, "m": "7 a {{ x }}"}'}
    assert lost == ["{{ x }}"] * 2
