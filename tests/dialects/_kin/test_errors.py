"""Whose words a refusal of the family says: the failure's, the provider's, or OpenAI's without its name."""

from __future__ import annotations

import pytest

from understudy.dialects._kin.errors import spoken, words
from understudy.model.allowance import Overrun
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


PLAIN = ("its_type", "its_code")


def test_of_a_provider_with_words_of_its_own_the_status_tells_the_rest():
    assert words(Failure(status=409, kind="conflict"), OWN, usual=PLAIN) == (*PLAIN, "Conflict")
    named = words(Failure(status=404, kind="model_not_found"), OWN, usual=PLAIN)
    assert named == ("own_type", "own_code", "The model does not exist or you have no access to it.")
    assert words(Failure(status=450, kind="conflict"), OWN, usual=PLAIN)[2] == "Error"
    assert words(Failure(status=450, kind="simulated"), OWN, usual=PLAIN)[0] == "simulated_error"
    assert words(Failure(status=409, kind="conflict", message="Told so.", code="mine"), OWN, usual=PLAIN) == (
        "its_type",
        "mine",
        "Told so.",
    )


def test_counts_fill_the_holes_of_a_provider():
    own = {"context_length": ("t", None, "{prompt} of {window}")}
    assert words(Failure(status=400, kind="context_length", counts=(10, 12)), own)[2] == "12 of 10"
    assert words(Failure(status=400, kind="context_length"), own)[2] == "131073 of 131072"


def test_a_limit_is_told_by_the_provider_if_it_can():
    own = {"rate_limit": ("t", "c", "Too fast.")}
    failure = Failure(status=429, kind="rate_limit", overrun=Overrun("requests", "minute", 5, 5, 1))
    assert words(failure, own, over=lambda overrun: f"{overrun.limit} at most") == ("t", "c", "5 at most")
    assert words(failure, own)[2].startswith("Rate limit reached for ")


def test_a_provider_may_have_another_status_for_a_kind():
    say = spoken(lambda failure: {"status": failure.status}, statuses={("insufficient_quota", 429): 402})
    said = say(Failure(status=429, kind="insufficient_quota"))
    assert (said.status, said.data) == (402, b'{"status":402}')
    assert say(Failure(status=429, kind="rate_limit")).status == 429
    assert say(Failure(status=418, kind="insufficient_quota")).status == 418
