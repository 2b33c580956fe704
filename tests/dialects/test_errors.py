"""What errors of most providers share: where their words come from, and when to come back."""

from __future__ import annotations

import pytest

from understudy.dialects._errors import Vocabulary, meant, status_of, with_wait, words
from understudy.model.reply import Failure, kind_of

BARE = Vocabulary({"model_not_found": "no model", "context_length": "too long"})
FULL = Vocabulary(BARE.by_kind, "Status {}", unknown_model="no {}", too_long="{} < {}")


@pytest.mark.parametrize(
    ("failure", "bare", "full"),
    [
        (Failure(404, "model_not_found", "its own words", subject="m"), "its own words", "its own words"),
        (Failure(404, "model_not_found", "", subject="m"), "", ""),
        (Failure(418, "simulated"), "simulated 418 error", "Status 418"),
        (Failure(404, "model_not_found", subject="m"), "no model", "no m"),
        (Failure(404, "model_not_found"), "no model", "no model"),
        (Failure(400, "context_length", counts=(8, 9)), "too long", "8 < 9"),
        (Failure(400, "context_length"), "too long", "too long"),
    ],
)
def test_words_are_the_failures_own_then_the_kinds(failure, bare, full):
    assert (words(failure, BARE), words(failure, FULL)) == (bare, full)


@pytest.mark.parametrize("status", range(400, 600))
def test_a_bare_status_means_what_it_means_to_faults(status):
    found = meant(Failure(status, "simulated", "other words", subject="m"))
    known = kind_of(status)
    assert found == Failure(status, known, "other words" if known == "simulated" else None, subject="m")


def test_what_is_more_than_a_status_is_left_alone():
    failure = Failure(503, "unavailable", "Later.")
    assert meant(failure) is failure


def test_a_bare_status_is_answered_whatever_the_provider_has_for_its_kind():
    otherwise = {("unauthorized", 401): 403}
    assert status_of(Failure(401, "unauthorized"), otherwise) == 403
    assert status_of(Failure(401, "simulated"), otherwise) == 401
    assert status_of(Failure(401, "unauthorized", exact=True), otherwise) == 401


@pytest.mark.parametrize(("wait", "told"), [(None, []), (0.0, ["1"]), (0.2, ["1"]), (1.0, ["1"]), (1.2, ["2"])])
def test_clients_are_told_when_to_come_back_in_whole_seconds(wait, told):
    headers = with_wait((("a", "b"),), Failure(429, "rate_limit", retry_after=wait))
    assert headers == (("a", "b"), *(("retry-after", seconds) for seconds in told))
