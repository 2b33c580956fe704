"""Whose words a refusal of the family says: the failure's, the provider's, or OpenAI's without its name."""

from __future__ import annotations

import pytest

from understudy.dialects._kin.errors import words
from understudy.model.reply import Failure

OWN = {
    "model_not_found": ("own_type", "own_code", "No model `{subject}` here."),
    "missing_key": ("t", None, "Say who you are."),
}


def said(**of):
    return words(Failure(**of), OWN)


def test_a_providers_own_words_name_the_subject():
    assert said(kind="model_not_found", status=404, subject="m") == ("own_type", "own_code", "No model `m` here.")
    assert said(kind="missing_key", status=401) == ("t", None, "Say who you are.")


def test_without_a_subject_the_hole_is_not_said():
    assert "None" not in said(kind="model_not_found", status=404)[2]
    assert "{" not in said(kind="model_not_found", status=404)[2]


def test_what_the_failure_says_comes_first():
    assert said(kind="missing_key", status=401, message="Told so.")[2] == "Told so."


@pytest.mark.parametrize("kind", ["malformed_json", "unauthorized", "missing_key", "insufficient_quota", "rate_limit"])
def test_openai_is_not_named_by_others(kind):
    assert "openai" not in words(Failure(kind=kind, status=400), {})[2].lower()
