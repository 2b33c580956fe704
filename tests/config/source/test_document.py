"""Documents: the line of a place, and how a place is written."""

from __future__ import annotations

import pytest

from understudy.config.source import parse, path_of

TEXT = """\
version: 1
rules:
  - name: a
    when:
      user: x
  - &second
    name: b
copy: *second
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ((), 1),
        (("version",), 1),
        (("rules",), 2),
        (("rules", 0), 3),
        (("rules", 0, "when"), 4),
        (("rules", 0, "when", "user"), 5),
        (("rules", 1, "name"), 7),
        (("copy",), 8),
        (("copy", "name"), 7),
        (("rules", 0, "reply", "text"), 3),
        (("rules", 9), 2),
        (("rules", "x"), 2),
        (("nothing",), 1),
        (("version", "x"), 1),
    ],
)
def test_a_place_has_the_line_of_its_entry_or_of_the_nearest_around_it(place, line):
    assert parse(TEXT, "x.yaml").line(place) == line


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ((), "$"),
        (("rules", 2, "when"), "$.rules[2].when"),
        (("settings", "max-body"), "$.settings.max-body"),
        (("responses", "who is it?"), "$.responses['who is it?']"),
        (("responses", "x" * 50 + " "), "$.responses['" + "x" * 37 + "...']"),
    ],
)
def test_a_place_is_written_as_a_path(place, path):
    assert path_of(place) == path


def test_the_format_follows_the_name():
    assert parse("a: 1", "x.yaml").data == {"a": 1}
    assert parse("a: 1", "x.json").problems[0].message.startswith("not JSON")


def test_what_could_not_be_parsed_has_no_data():
    assert parse("a: [", "x.yaml").data is None


def test_the_lines_of_a_mapping_are_at_hand():
    document = parse(TEXT, "x.yaml")
    assert document.lines(()) == {"version": 1, "rules": 2, "copy": 8}
    assert document.lines(("copy",)) == {"name": 7}
    assert (document.lines(("rules",)), document.lines(("nothing", "x")), document.lines(("version",))) == ({}, {}, {})
