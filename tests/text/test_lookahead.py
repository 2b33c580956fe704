"""Conditions on what follows, taken off the beginning of a pattern."""

from __future__ import annotations

import pytest

from understudy.text.lookahead import Conditions, conditions, core

PASSWORD = r"^(?=.*[A-Z])(?=.*?\d)(?!.*[\s(])[\w!]{8,}$"


def test_conditions_are_patterns_of_their_own():
    found = conditions(PASSWORD)
    assert found == Conditions(r"^[\w!]{8,}$", (r"^(?:.*[A-Z])", r"^(?:.*?\d)"), (r"^(?:.*[\s(])",))
    assert [core(wanted) for wanted in found.wanted] == ["[A-Z]", r"\d"]
    assert core("^(?:a|b)") == "a|b"


def test_parentheses_in_conditions_are_theirs():
    assert conditions(r"^(?=(a|b)\)[)])x$") == Conditions("^x$", (r"^(?:(a|b)\)[)])",))


@pytest.mark.parametrize("pattern", ["", "^a$", "a(?=b)", "^a(?!b)c", "^(?=a)b|c", "^(?=a", "(?=a)b", "^(?<=a)b"])
def test_conditions_elsewhere_stay_where_they_are(pattern):
    assert conditions(pattern) == Conditions(pattern)
