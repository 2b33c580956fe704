"""What a program may read of an error: the `details` of a google.rpc status (wire.md 12).

In: a failure and the sentence that tells of it. Out: objects with their `@type`. The names of quotas are those of the free
tier (google-gemini/gemini-cli 8437, RooCodeInc/Roo-Code 3883), a limit by day of tokens is named after them.
"""

from __future__ import annotations

import re
from typing import Any

from understudy.dialects.gemini.words import LIMITS_PAGE, SERVICE, is_own_key, is_told_when, metric, wait_of
from understudy.model.allowance import Overrun
from understudy.model.reply import Failure

_TYPE = "type.googleapis.com/google.rpc."
# What a complaint about the JSON of a request says of its place.
_PLACE = re.compile(r"Invalid (?:JSON payload received\. Unknown name \".*?\"|value)(?: at '(?P<field>[^']*)')?")
_PERIODS = {"minute": "PerMinute", "day": "PerDay", None: "Concurrent"}


def details(failure: Failure, message: str) -> list[dict[str, Any]]:
    """Write the details of an error; none for most."""
    if is_own_key(failure):
        said = {"@type": f"{_TYPE}LocalizedMessage", "locale": "en-US", "message": message}
        return [{**_info("API_KEY_INVALID"), "metadata": {"service": SERVICE}}, said]
    if is_told_when(failure):
        return _quota(failure)
    found: list[dict[str, Any]] = []
    if failure.code is not None:
        found.append(_info(failure.code))
    violations = _violations(failure, message)
    if violations:
        found.append({"@type": f"{_TYPE}BadRequest", "fieldViolations": violations})
    if failure.retry_after is not None:
        found.append(_retry_info(failure.retry_after))
    return found


def _info(reason: str) -> dict[str, Any]:
    return {"@type": f"{_TYPE}ErrorInfo", "reason": reason, "domain": "googleapis.com"}


def _quota(failure: Failure) -> list[dict[str, Any]]:
    """Which limit it is, where to read of it, and when to come back."""
    found: list[dict[str, Any]] = []
    overrun = failure.overrun
    if overrun is not None:
        violation: dict[str, Any] = {
            "quotaMetric": metric(failure),
            "quotaId": f"{_name(overrun)}-FreeTier",
            "quotaDimensions": {"location": "global", "model": overrun.model},
            "quotaValue": str(overrun.limit),
        }
        found.append({"@type": f"{_TYPE}QuotaFailure", "violations": [violation]})
    links = [{"description": "Learn more about Gemini API quotas", "url": LIMITS_PAGE}]
    found.append({"@type": f"{_TYPE}Help", "links": links})
    wait = wait_of(failure)
    return found if wait is None else [*found, _retry_info(wait)]


def _name(overrun: Overrun) -> str:
    period = _PERIODS[overrun.period]
    if "tokens" in overrun.resource:
        return f"GenerateContentInputTokensPerModel{period}"
    return f"GenerateRequests{period}PerProjectPerModel"


def _retry_info(wait: float) -> dict[str, Any]:
    return {"@type": f"{_TYPE}RetryInfo", "retryDelay": f"{int(wait) if wait >= 1 else max(0.0, wait):g}s"}


def _violations(failure: Failure, message: str) -> list[dict[str, str]]:
    """The fields that are to blame: those a complaint names, or the one that the failure brings."""
    if failure.param is not None:
        return [{"field": failure.param, "description": message}]
    if failure.kind != "invalid_request":
        return []
    places = [(line, _PLACE.match(line)) for line in message.split("\n")]
    found = [(line, place["field"]) for line, place in places if place is not None]
    return [{"field": field, "description": line} if field else {"description": line} for line, field in found]
