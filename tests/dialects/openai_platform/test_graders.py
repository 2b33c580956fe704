"""The graders' endpoints: what they answer, and what they refuse."""

from __future__ import annotations

import pytest

CHECK = {"type": "string_check", "name": "c", "operation": "eq", "input": "{{sample.output_text}}", "reference": "yes"}
PATH = "fine_tuning/alpha/graders"


def test_a_grader_is_validated(post):
    assert post(f"{PATH}/validate", {"grader": CHECK}).json == {"grader": CHECK}


def test_a_sample_is_graded(post):
    answer = post(f"{PATH}/run", {"grader": CHECK, "model_sample": "yes"}).json
    assert (answer["reward"], answer["metadata"]["scores"], answer["sub_rewards"]) == (1.0, {"c": 1.0}, {})
    assert not any(answer["metadata"]["errors"].values())


def test_what_cannot_be_graded_says_so(post):
    grader = {"type": "python", "name": "p", "source": "def grade(sample, item): return 1"}
    errors = post(f"{PATH}/run", {"grader": grader, "model_sample": "yes"}).json["metadata"]["errors"]
    assert errors["python_grader_server_error"] is True
    assert errors["python_grader_server_error_type"] == "Programs are not run here."


@pytest.mark.parametrize(
    ("grader", "param"),
    [
        (None, "grader"),
        ({}, "grader.type"),
        ({"type": "x"}, "grader.type"),
        ({**CHECK, "operation": "x"}, "grader.operation"),
        ({"type": "string_check", "name": "c"}, "grader.input"),
        ({"type": "multi", "name": "m", "calculate_output": "a", "graders": {"a": {"type": "multi"}}}, "grader.graders.a.type"),
    ],
)
def test_a_wrong_grader_is_refused_and_leniently_run(engine, post, grader, param):
    asked = {"grader": grader, "model_sample": "x"}
    answer = post(f"{PATH}/run", asked)
    assert (answer.status, answer.json["error"]["param"]) == (400, param)
    assert post(f"{PATH}/run", asked, to=engine(validation="lenient")).status == 200


@pytest.mark.parametrize(("sample", "param"), [(None, "model_sample"), (7, "model_sample")])
def test_a_sample_must_be_a_text(post, sample, param):
    assert post(f"{PATH}/run", {"grader": CHECK, "model_sample": sample}).json["error"]["param"] == param


def test_other_paths_lead_nowhere(post):
    assert post(f"{PATH}/x", {"grader": CHECK}).status == 404
