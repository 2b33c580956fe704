"""Files to import, and their lines."""

from __future__ import annotations

import pytest

from understudy.config.source import TextError
from understudy.importing.source import FormatError, Source


def test_lines_of_places(source):
    found = source("a.yaml", "a:\n  - b: 1\n  - c: 2\n")
    assert str(found.where("a", 1, "c")).endswith("a.yaml:3")
    assert found.data == {"a": [{"b": 1}, {"c": 2}]}


def test_a_text_that_is_neither_has_no_data(source):
    assert source("a.json", "{").data is None
    assert source("a.yaml", "a: [").data is None


def test_rows_are_objects_and_the_others_are_named(source):
    assert source("a.jsonl", '{"a": 1}\n\n{"b": 2}\n').rows == [(1, {"a": 1}), (3, {"b": 2})]
    found = source("b.jsonl", '{"a": 1}\n[]\n{"b": }\n' + "[" * 100_000 + '\n"x"\n{"c": 3}')
    assert found.rows == [(1, {"a": 1}), (6, {"c": 3})]
    assert found.odd_rows == [
        (2, "a list"),
        (3, "expecting value at column 7"),
        (4, "more nesting or longer numbers than can be read"),
        (5, "'x'"),
    ]


def test_what_is_neither_yaml_nor_json_is_refused_with_its_line(source):
    assert source("a.json", '{"a": 1}').parsed == {"a": 1}
    with pytest.raises(FormatError, match=r"a\.json:1: "):
        _ = source("a.json", "{").parsed


def test_files_beside_stand_below_the_folder(source, put):
    put("sub/b.json", "{}")
    found = source("a.json", "{}")
    assert found.beside("sub/b.json").text == "{}"
    with pytest.raises(TextError, match="may leave it"):
        found.beside("../b.json")
    with pytest.raises(TextError, match="no such file"):
        Source.load(found.path.with_name("none"))
