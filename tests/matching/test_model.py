"""`model`: names and wildcards."""

import pytest


@pytest.mark.parametrize(
    ("condition", "model", "holds"),
    [
        ("gpt-4o", "gpt-4o", True),
        ("GPT-4o", "gpt-4O", True),
        ("gpt-4o", "gpt-4o-mini", False),
        ("flaky-*", "flaky-1", True),
        ("flaky-*", "not-flaky-1", False),
        ("gpt-?", "gpt-5", True),
        ("*", "", True),
        ("claude[1m]", "claude[1m]", True),
        ({"equals": "flaky-*"}, "flaky-1", False),
        ({"any": ["a", {"glob": "b*"}]}, "bc", True),
        ({"not": {"glob": "gpt*"}}, "claude", True),
    ],
)
def test_the_model(ask, condition, model, holds):
    assert (ask({"model": condition}, model=model) is not None) is holds


def test_a_near_model_is_said_to_be_near(reasons):
    assert reasons({"model": "gpt-4o-mini"}, model="gpt-4o") == ["model: expected 'gpt-4o-mini', got 'gpt-4o' (59 % alike)"]
