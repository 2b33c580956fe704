"""Mappings with known keys."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.config.grammar.form import Form, Key, into
from understudy.config.grammar.readers import INVALID, Scalar
from understudy.config.grammar.report import Checks, Report
from understudy.config.source import parse
from understudy.config.values import PORT, TEXT

FORM = Form(
    "thing",
    "A thing.",
    (Key("name", Scalar(TEXT), "its name", required=True), Key("port", Scalar(PORT), "its port", default=80)),
    into(dict),
    also={"maxProperties": 2},
)


def read(value: Any) -> tuple[Any, list[str]]:
    report = Report(parse("", "x.yaml"), Checks())
    found = FORM.read(value, (), report)
    return found, [f"{problem.message} {problem.path}" for problem in report.problems]


def test_known_keys_are_read_and_built():
    assert read({"name": "a", "port": 1}) == ({"name": "a", "port": 1}, [])


@pytest.mark.parametrize(
    ("value", "messages"),
    [
        ([], ["expected a mapping with name or port, got a list. $"]),
        ({}, ["expected the key 'name', got none. $"]),
        ({"nam": "a"}, ["unknown key 'nam'. Did you mean 'name'? $.nam"]),
        ({"name": "a", "zzz": 1}, ["unknown key 'zzz': expected one of name, port. $.zzz"]),
        (
            {"name": 1, "port": "x"},
            [
                "expected a text, got 1. Put it in quotes to make it a text. $.name",
                "expected a port number from 0 to 65535, got 'x'. $.port",
            ],
        ),
    ],
)
def test_mistakes_are_told(value, messages):
    assert read(value) == (INVALID, messages)


def test_the_schema_goes_into_the_definitions():
    defs: dict[str, Any] = {}
    assert FORM.schema(defs) == {"$ref": "#/$defs/thing"}
    assert defs["thing"] == {
        "type": "object",
        "description": "A thing.",
        "properties": {
            "name": {"type": "string", "description": "its name"},
            "port": {"type": "integer", "minimum": 0, "maximum": 65535, "description": "its port", "default": 80},
        },
        "required": ["name"],
        "additionalProperties": False,
        "maxProperties": 2,
    }


def test_many_keys_are_not_all_listed():
    form = Form("many", "", [Key(f"k{i}", Scalar(TEXT), "") for i in range(10)], into(dict))
    assert form.expected == "a mapping with keys such as k0, k1 or k2"
