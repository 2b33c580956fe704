"""Exceptions, cut by who is at fault."""

from __future__ import annotations

from understudy.errors import Problem, RequestError, ScriptError
from understudy.model.reply import Failure


def test_a_problem_says_where():
    assert str(Problem("a.yaml", 3, "no")) == "a.yaml:3: no"
    assert str(Problem("a.yaml", 3, "no", "$.rules[0]")) == "a.yaml:3: no ($.rules[0])"


def test_a_script_error_tells_every_problem():
    error = ScriptError([Problem("a", 1, "x"), Problem("b", 2, "y")])
    assert str(error) == "a:1: x\nb:2: y"
    assert [problem.file for problem in error.problems] == ["a", "b"]


def test_a_request_error_carries_its_failure():
    assert str(RequestError(Failure(400, "conflict", "why"))) == "why"
    assert str(RequestError(Failure(400, "conflict"))) == "conflict"
