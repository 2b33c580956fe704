"""Scores: comparisons, templates, likeness, formulas, and what goes wrong."""

from __future__ import annotations

import pytest

from understudy.dialects.openai_platform.grading import graded, parts_of


def check(operation="eq", text="{{ sample.output_text }}", reference="{{item.answer}}"):
    return {"type": "string_check", "name": "c", "operation": operation, "input": text, "reference": reference}


def alike(metric):
    fields = {"input": "{{sample.output_text}}", "reference": "the cat sat"}
    return {"type": "text_similarity", "name": "s", "evaluation_metric": metric, **fields}


@pytest.mark.parametrize(
    ("operation", "sample", "answer", "score"),
    [
        ("eq", "Paris", "Paris", 1.0),
        ("eq", "Paris", "paris", 0.0),
        ("ne", "Paris", "paris", 1.0),
        ("like", "It is Paris.", "Paris", 1.0),
        ("like", "It is Paris.", "paris", 0.0),
        ("ilike", "It is Paris.", "paris", 1.0),
    ],
)
def test_texts_are_compared(operation, sample, answer, score):
    assert graded(check(operation), sample, {"answer": answer}).score == score


def test_samples_that_are_json_are_looked_into():
    grader = check(text="{{ sample.output_json.city.name }}", reference="{{ item.answer }}")
    assert graded(grader, '{"city": {"name": "Rome"}}', {"answer": "Rome"}).score == 1.0
    assert graded(check(text="{{sample.output_json.n}}", reference="7"), '{"n": 7}', None).score == 1.0


def test_a_variable_there_is_not_is_an_error():
    grade = graded(check(), "Paris", {})
    assert (grade.score, grade.errors) == (0.0, {"invalid_variable_error": "item.answer"})


@pytest.mark.parametrize("metric", ["cosine", "fuzzy_match", "bleu", "rouge_1", "rouge_3", "rouge_l"])
def test_likeness_is_1_of_the_same_and_0_of_another(metric):
    assert graded(alike(metric), "the cat sat", None).score == 1.0
    assert graded(alike(metric), "xyz", None).score < 0.3


def test_runs_of_words_are_counted():
    assert graded(alike("rouge_1"), "sat the cat", None).score == 1.0
    assert graded(alike("rouge_2"), "sat the cat", None).score == 0.5


@pytest.mark.parametrize(
    ("formula", "score"), [("a", 1.0), ("0.5 * a + 0.5 * b", 0.5), ("-(a - 3) / 2", 1.0), ("a + b * 2", 1.0)]
)
def test_a_formula_joins_graders(formula, score):
    both = {"a": check(), "b": check("ne")}
    grade = graded({"type": "multi", "graders": both, "calculate_output": formula}, "x", {"answer": "x"})
    assert (grade.score, grade.parts, grade.errors) == (score, {"a": 1.0, "b": 0.0}, {})


@pytest.mark.parametrize(
    "formula", ["", "a +", "c", "a / b", "a ** 9", "f(a)", "1e308 * 10", "(" * 900, "-" * 999 + "1", "1" * 2000]
)
def test_a_formula_that_is_none_is_an_error(formula):
    both = {"a": check(), "b": check("ne")}
    grade = graded({"type": "multi", "graders": both, "calculate_output": formula}, "x", {"answer": "x"})
    assert (grade.score, list(grade.errors)) == (0.0, ["formula_parse_error"])


def test_one_grader_alone_goes_by_its_name():
    assert list(parts_of({"graders": check()})) == ["c"]
    assert parts_of({"graders": [check()]}) == {}


@pytest.mark.parametrize(
    ("kind", "error"), [("python", "python_grader_server_error"), ("score_model", "model_grader_server_error")]
)
def test_programs_are_not_run_and_models_are_not_asked(kind, error):
    grade = graded({"type": kind, "name": "g"}, "x", None)
    assert grade.score == 0.0
    assert list(grade.errors) == [error]
