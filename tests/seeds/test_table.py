"""docs/reference/seeds.md names every test of this folder, and no other."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs/reference/seeds.md"


def names() -> list[str]:
    """The tests of the other modules."""
    found = []
    for path in sorted(HERE.glob("test_*.py")):
        if path != Path(__file__):
            body = ast.parse(path.read_text(encoding="utf-8")).body
            found += [node.name for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return found


def rows() -> list[list[str]]:
    """The rows of all tables, without their heads."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in cells if row[0] != "the document says" and not set(row[0]) <= set("-|")]


def test_every_test_has_a_name_of_its_own():
    assert [name for name, times in Counter(names()).items() if times > 1] == []


def test_the_table_and_the_tests_name_each_other():
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text(encoding="utf-8")))
    assert {"only in the table": named - set(names()), "only in the folder": set(names()) - named} == {
        "only in the table": set(),
        "only in the folder": set(),
    }


def test_every_row_says_what_what_by_and_which_test():
    assert len(rows()) > 60
    assert [row for row in rows() if len(row) != 3 or not row[0] or not row[1]] == []
    assert [row for row in rows() if not re.fullmatch(r"(`test_\w+`(, )?)+|nothing to show", row[2])] == []
