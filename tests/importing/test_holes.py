"""JSON with holes."""

from __future__ import annotations

import re

import pytest

from understudy.importing.holes import Holes, fill, has_holes

PATTERN = re.compile(r"\{\{.*?\}\}")


@pytest.fixture
def holes():
    return Holes(PATTERN)


def test_holes_may_stand_in_texts_and_for_values(holes):
    found = holes.document(r'{"a": "x \" {{ one }} y", "b": {{ two }}, "c": "\\", "d": {{ three }}}')
    assert has_holes(found["a"])
    assert has_holes(found["b"])
    assert holes.said == ["{{ one }}", "{{ two }}", "{{ three }}"]
    assert holes.original(found["a"]) == 'x " {{ one }} y'
    assert found["c"] == "\\"


def test_what_is_around_must_be_json(holes):
    with pytest.raises(ValueError, match="Expecting"):
        holes.document("hello {{ x }}")


def test_a_text_becomes_a_template_and_what_is_lost_is_told(holes):
    said = holes.document('{"t": "{% x {{ one }} and {{ two }}"}')["t"]
    reply, lost = fill({"text": said, "usage": {"prompt_tokens": 1}}, holes, {"{{ one }}": "user"}.get)
    assert reply == {"template": "{{ '{%' }} x {{ user }} and {{ '{{' }} two }}", "usage": {"prompt_tokens": 1}}
    assert lost == ["{{ two }}"]


def test_identifiers_are_made_anew_and_arguments_stay_as_written(holes):
    call = holes.document('{"name": "f", "id": "c_{{ x }}", "arguments": "{{ y }}"}')
    reply, lost = fill({"tool_calls": [call]}, holes, lambda _: None)
    assert reply == {"tool_calls": [{"name": "f", "arguments": "{{ y }}"}]}
    assert lost == ["{{ y }}"]
