"""The two forms of a line, and that neither can be forged."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.observe._lines import FORMS, Line, json_line, rfc3339, text_line

NOON = 1769860800.25


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (0.0, "1970-01-01T00:00:00.000Z"),
        (NOON, "2026-01-31T12:00:00.250Z"),
        (NOON + 0.7495, "2026-01-31T12:00:00.999Z"),
        (NOON + 0.7499999, "2026-01-31T12:00:01.000Z"),
        (-5.0, "1970-01-01T00:00:00.000Z"),
        (float("nan"), "1970-01-01T00:00:00.000Z"),
        (float("inf"), "1970-01-01T00:00:00.000Z"),
        (1e18, "1970-01-01T00:00:00.000Z"),
    ],
)
def test_times(at, text):
    assert rfc3339(at) == text


def test_a_json_line():
    line = json_line(Line(NOON, "info", "request", {"status": 200, "stream": False, "rule": "", "ms": 0.5, "ids": [1, None]}))
    assert line == (
        '{"time":"2026-01-31T12:00:00.250Z","level":"info","event":"request","status":200,"stream":false,"rule":"","ms":0.5,'
        '"ids":[1,null]}\n'
    )


def test_a_text_line():
    fields = {"status": 200, "stream": False, "rule": "", "path": "/v1/x", "why": "it broke", "none": None, "odd name": 1}
    assert text_line(Line(NOON, "info", "request", fields)) == (
        "12:00:00.250Z info    request  status=200 stream=false path=/v1/x why=\"it broke\" 'odd name'=1\n"
    )


def test_a_text_line_without_fields():
    assert text_line(Line(NOON, "warning", "stopped", {})) == "12:00:00.250Z warning stopped\n"


def test_a_stack_follows_a_text_line_indented():
    line = text_line(Line(NOON, "error", "failed", {}, "Traceback:\n  here\nValueError: a\rb\x1b[2J\n"))
    assert line == "12:00:00.250Z error   failed\n    Traceback:\n      here\n    ValueError: a\n    b\\u001b[2J\n"


def test_a_stack_is_a_field_of_a_json_line():
    assert json.loads(json_line(Line(NOON, "error", "failed", {"a": 1}, "one\ntwo"))) == {
        "time": "2026-01-31T12:00:00.250Z",
        "level": "error",
        "event": "failed",
        "a": 1,
        "stack": "one\ntwo",
    }


def test_an_endless_stack_is_cut():
    stack = json.loads(json_line(Line(NOON, "error", "failed", {}, "x" * 1_000_000)))["stack"]
    assert len(stack) < 20_100
    assert "\n... 980,000 characters left out ...\n" in stack


def test_fields_do_not_replace_time_level_event_and_stack():
    line = json.loads(json_line(Line(NOON, "info", "e", {"time": 1, "level": 2, "event": 3, "stack": 4})))
    assert (line["level"], line["event"], line["time_"], line["level_"], line["event_"], line["stack_"]) == (
        "info",
        "e",
        1,
        2,
        3,
        4,
    )


class Unprintable:
    def __repr__(self):
        raise RuntimeError

    __str__ = __repr__


LOOP: list[object] = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (ValueError("x"), "x"),
        (2**80, 2**80),
        (float("nan"), None),
        ("\ud800", "\\ud800"),
        ({"\ud800": 1}, "{'\\ud800': 1}"),
        (Unprintable(), "<Unprintable>"),
        (LOOP, "[[...]]"),
    ],
    ids=["exception", "huge", "nan", "surrogate", "surrogate key", "unprintable", "loop"],
)
def test_any_value_gets_a_form(value, shown):
    assert json.loads(json_line(Line(NOON, "info", "e", {"v": value, "w": 1}))).items() >= {"v": shown, "w": 1}.items()
    assert text_line(Line(NOON, "info", "e", {"v": value, "w": 1})).endswith("w=1\n")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
    max_leaves=5,
)


@pytest.mark.parametrize("form", FORMS)
@given(event=st.text(st.characters()), name=st.text(st.characters()), value=anything)
def test_what_is_logged_cannot_forge_lines(form, event, name, value):
    text = FORMS[form](Line(NOON, "info", event, {name: value}))
    assert text.endswith("\n")
    assert len(text.splitlines()) == 1
    assert text[:-1].isprintable() or all(char.isprintable() or ord(char) > 0x9F for char in text[:-1])
    text.encode()
    if form == "json":
        assert json.loads(text)["level"] == "info"


@given(st.text(st.characters()))
def test_a_stack_cannot_forge_lines_either(stack):
    rows = text_line(Line(NOON, "error", "e", {}, stack)).splitlines()
    assert all(row.startswith("    ") for row in rows[1:])
    assert len(json_line(Line(NOON, "error", "e", {}, stack)).splitlines()) == 1
