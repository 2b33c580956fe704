"""What a program may read of an error."""

from __future__ import annotations

import pytest

from understudy.dialects.gemini.details import details
from understudy.model.allowance import Overrun
from understudy.model.reply import Failure


@pytest.mark.parametrize(
    ("resource", "period", "name"),
    [
        ("requests", "minute", "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"),
        ("requests", "day", "GenerateRequestsPerDayPerProjectPerModel-FreeTier"),
        ("tokens", "minute", "GenerateContentInputTokensPerModelPerMinute-FreeTier"),
    ],
)
def test_a_quota_has_its_name(resource, period, name):
    found = details(Failure(429, "rate_limit", overrun=Overrun(resource, period, 20, 20, 1, 36.4, model="m")), "")
    assert [item["@type"].rpartition(".")[2] for item in found] == ["QuotaFailure", "Help", "RetryInfo"]
    (violation,) = found[0]["violations"]
    assert violation["quotaId"] == name
    assert violation["quotaDimensions"] == {"location": "global", "model": "m"}


def test_a_wrong_key_tells_the_service():
    info, said = details(Failure(401, "unauthorized", subject="x"), "No.")
    assert (info["reason"], info["metadata"]) == ("API_KEY_INVALID", {"service": "generativelanguage.googleapis.com"})
    assert said["message"] == "No."


def test_most_errors_have_none():
    assert details(Failure(503, "overloaded"), "Busy.") == []
