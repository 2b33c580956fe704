"""What errors of most providers share: where their words come from, and when to come back."""

from __future__ import annotations

import pytest

from understudy.dialects._errors import Vocabulary, with_wait, words
from understudy.model.reply import Failure

BARE = Vocabulary({"model_not_found": "no model", "context_length": "too long"}, {503: "down"})
FULL = Vocabulary(BARE.by_kind, BARE.simulated, "Status {}", unknown_model="no {}", too_long="{} < {}")


@pytest.mark.parametrize(
    ("failure", "bare", "full"),
    [
        (Failure(404, "model_not_found", "its own words", subject="m"), "its own words", "its own words"),
        (Failure(404, "model_not_found", "", subject="m"), "", ""),
        (Failure(503, "simulated"), "down", "down"),
        (Failure(418, "simulated"), "simulated 418 error", "Status 418"),
        (Failure(404, "model_not_found", subject="m"), "no model", "no m"),
        (Failure(404, "model_not_found"), "no model", "no model"),
        (Failure(400, "context_length", counts=(8, 9)), "too long", "8 < 9"),
        (Failure(400, "context_length"), "too long", "too long"),
    ],
)
def test_words_are_the_failures_own_then_the_statuss_then_the_kinds(failure, bare, full):
    assert (words(failure, BARE), words(failure, FULL)) == (bare, full)


@pytest.mark.parametrize(("wait", "told"), [(None, []), (0.0, ["1"]), (0.2, ["1"]), (1.0, ["1"]), (1.2, ["2"])])
def test_clients_are_told_when_to_come_back_in_whole_seconds(wait, told):
    headers = with_wait((("a", "b"),), Failure(429, "rate_limit", retry_after=wait))
    assert headers == (("a", "b"), *(("retry-after", seconds) for seconds in told))
