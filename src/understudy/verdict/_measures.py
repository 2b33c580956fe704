"""The numbers of a verdict that are no fault in themselves."""

from __future__ import annotations

from understudy.verdict._duplicates import answered_twice, races
from understudy.verdict._fleet import failovers, incidents, lost
from understudy.verdict._history import History


def measures(history: History) -> dict[str, float]:
    """Measure a client; what did not happen is left out."""
    requests, tries = len(history.requests), len(history.attempts)
    wasted = sum(race.tokens for race in races(history))
    over, outages = failovers(history), incidents(history)
    back = [incident.seconds for incident in outages if incident.back is not None]
    found = {
        "attempts_per_request": round(tries / requests, 3) if requests else 0.0,
        "unanswered_requests": sum(request.last.outcome != "good" for request in history.requests),
        "incidents": len(outages),
        "failovers": len(over),
        "failover_seconds_max": round(max((each.seconds for each in over), default=0.0), 3),
        "recovery_seconds_max": round(max(back, default=0.0), 3),
        "requests_lost": len(lost(history)),
        "requests_answered_twice": len(answered_twice(history)),
        "tokens_for_nobody": wasted,
    }
    return {name: value for name, value in found.items() if value}
