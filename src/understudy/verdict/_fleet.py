"""What a client with several models, or several keys, did in an incident: where it went instead, when it came back."""

from __future__ import annotations

from collections import defaultdict

from msgspec import Struct

from understudy.verdict._attempts import Attempt, Logical, secret_of
from understudy.verdict._history import History

_RUN = 3  # failures in a row that make an incident
_LONG = 600.0


class Failover(Struct):
    """A request that failed at one target and was answered at another."""

    failed: Attempt
    good: Attempt

    @property
    def seconds(self) -> float:
        """From the beginning of the try that failed to that of the one that was answered."""
        return self.good.start - self.failed.start


class Incident(Struct):
    """Failures in a row of one target. `back` is the try that was answered again; `elsewhere` counts others meanwhile."""

    failures: list[Attempt]
    back: Attempt | None = None
    elsewhere: int = 0

    @property
    def seconds(self) -> float:
        """From the last failure to the try that was answered again."""
        return self.back.start - self.failures[-1].end if self.back else 0.0


def target(one: Attempt) -> tuple[str, str]:
    """Say to whom a try went: which model, with which key."""
    return one.exchange.model, secret_of(one)


def hardest(request: Logical) -> list[Attempt]:
    """Give the tries of a request that one target had to bear, of that which had to bear most."""
    borne: dict[tuple[str, str], list[Attempt]] = defaultdict(list)
    for one in request.attempts:
        borne[target(one)].append(one)
    return max(borne.values(), key=len)


def told(history: History) -> list[list[Attempt]]:
    """Put together the tries that ask the same in one session, whatever the model and the key."""
    same: dict[tuple[str, bytes], list[Attempt]] = defaultdict(list)
    for one in history.attempts:
        same[one.exchange.session, one.said.identity].append(one)
    return list(same.values())


def failovers(history: History) -> list[Failover]:
    """Find requests that another target answered."""
    found = []
    for tries in told(history):
        failed: Attempt | None = None
        for one in tries:
            if one.outcome in ("failed", "broken", "left"):
                failed = failed or one
            elif failed is not None and one.outcome == "good":
                if target(one) != target(failed) and one.start - failed.start < _LONG:
                    found.append(Failover(failed, one))
                failed = None
    return found


def incidents(history: History) -> list[Incident]:
    """Find the incidents of every target."""
    by_target: dict[tuple[str, str], list[Attempt]] = defaultdict(list)
    for one in history.attempts:
        by_target[target(one)].append(one)
    found = []
    for tries in by_target.values():
        run: list[Attempt] = []
        for one in tries:
            if one.outcome in ("failed", "broken"):
                run.append(one)
                continue
            if len(run) >= _RUN and one.outcome == "good":
                found.append(Incident(run, one, _elsewhere(history, run[-1], one)))
            run = []
        if len(run) >= _RUN:
            found.append(Incident(run))
    return found


def _elsewhere(history: History, last: Attempt, back: Attempt) -> int:
    there = target(back)
    return sum(last.end < one.start < back.start and target(one) != there for one in history.attempts)


def lost(history: History) -> list[list[Attempt]]:
    """Find requests that nobody answered, of a client that knows how to go elsewhere."""
    if not failovers(history):
        return []
    return [tries for tries in told(history) if all(one.outcome in ("failed", "broken") for one in tries)]
