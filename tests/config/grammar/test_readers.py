"""Readers: what they take, what they say, and the schema that says the same."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.config.grammar.readers import (
    INVALID,
    AsWritten,
    ByType,
    Data,
    ListOf,
    Made,
    MappingOf,
    Scalar,
    Word,
    listed,
)
from understudy.config.grammar.report import Checks, Report
from understudy.config.source import parse
from understudy.config.values import NAME, PORT, TEXT

PORTS = Scalar(PORT)
EITHER = ByType("a text or a port", text=Scalar(TEXT), number=PORTS, sequence=ListOf(PORTS, "ports"))


def read(reader: Any, value: Any) -> tuple[Any, list[str]]:
    report = Report(parse("", "x.yaml"), Checks())
    found = reader.read(value, ("k",), report)
    return found, [f"{problem.message} {problem.path}" for problem in report.problems]


@pytest.mark.parametrize(
    ("reader", "value", "found"),
    [
        (PORTS, 80, 80),
        (Data(), {"a": [None]}, {"a": [None]}),
        (AsWritten(ListOf(PORTS, "ports")), [1, 2], [1, 2]),
        (Made(PORTS, str), 80, "80"),
        (ListOf(PORTS, "ports"), [1, 2], (1, 2)),
        (MappingOf(PORTS, "ports"), {"a": 1}, {"a": 1}),
        (Word(True, "true"), True, True),
        (EITHER, "a", "a"),
        (EITHER, 80, 80),
        (EITHER, [80], (80,)),
    ],
)
def test_what_fits_is_read(reader, value, found):
    assert read(reader, value) == (found, [])


@pytest.mark.parametrize(
    ("reader", "value", "messages"),
    [
        (PORTS, "a", ["expected a port number from 0 to 65535, got 'a'. $.k"]),
        (Scalar(TEXT), 5, ["expected a text, got 5. Put it in quotes to make it a text. $.k"]),
        (Scalar(NAME), "", ["expected a text that is not empty, got ''. $.k"]),
        (AsWritten(PORTS), -1, ["expected a port number from 0 to 65535, got -1. $.k"]),
        (Made(PORTS, str), None, ["expected a port number from 0 to 65535, got nothing. $.k"]),
        (ListOf(PORTS, "a list of ports"), 5, ["expected a list of ports, got 5. $.k"]),
        (ListOf(PORTS, "a list of ports", 1), [], ["expected a list of ports, got an empty list. $.k"]),
        (
            ListOf(PORTS, "a list of ports"),
            [1, "a", -1],
            [
                "expected a port number from 0 to 65535, got 'a'. $.k[1]",
                "expected a port number from 0 to 65535, got -1. $.k[2]",
            ],
        ),
        (MappingOf(PORTS, "a mapping of ports"), [], ["expected a mapping of ports, got a list. $.k"]),
        (MappingOf(PORTS, "a mapping of ports"), {"a": 1, "b": -1}, ["expected a port number from 0 to 65535, got -1. $.k.b"]),
        (Word(True, "true"), 1, ["expected true, got 1. $.k"]),
        (Word(1, "1"), True, ["expected 1, got true. $.k"]),
        (EITHER, {}, ["expected a text or a port, got a mapping. $.k"]),
        (EITHER, True, ["expected a text or a port, got true. Put it in quotes to make it a text. $.k"]),
        (EITHER, None, ["expected a text or a port, got nothing. $.k"]),
    ],
)
def test_what_does_not_fit_is_told(reader, value, messages):
    assert read(reader, value) == (INVALID, messages)


@pytest.mark.parametrize(
    ("reader", "schema"),
    [
        (PORTS, {"type": "integer", "minimum": 0, "maximum": 65535}),
        (Data(), {}),
        (Word(True, "true"), {"const": True}),
        (ListOf(Scalar(TEXT), "texts", 1), {"type": "array", "items": {"type": "string"}, "minItems": 1}),
        (MappingOf(Scalar(TEXT), "texts"), {"type": "object", "additionalProperties": {"type": "string"}}),
        (ByType("x", text=Scalar(TEXT), number=Scalar(TEXT)), {"anyOf": [{"type": "string"}]}),
        (AsWritten(Scalar(TEXT)), {"type": "string"}),
        (Made(Scalar(TEXT), len), {"type": "string"}),
    ],
)
def test_the_schema_says_what_is_taken(reader, schema):
    assert reader.schema({}) == schema


def test_a_mapping_may_be_looked_at_as_a_whole():
    def refuse(values: dict[str, Any], at: Any, report: Report) -> bool:
        report.add(at, f"{len(values)} is one too many.")
        return False

    assert read(MappingOf(PORTS, "ports", refuse), {"a": 1}) == (INVALID, ["1 is one too many. $.k"])


def test_expectations_are_those_of_the_reader_within():
    assert [AsWritten(PORTS).expected, Made(PORTS, str).expected] == [PORT.expected] * 2


def test_names_are_listed_as_a_choice():
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a or b", "a, b or c"]
