"""The verdict as an assertion of a test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from understudy.model.exchange import Context, Exchange
from understudy.model.http import Request
from understudy.verdict._check import Limits
from understudy.verdict._finding import Verdict
from understudy.verdict._judge import check_named, judge
from understudy.verdict._rendering import render


class Called(Protocol):
    """One call that a server saw; its exchange is None while it is under way."""

    @property
    def exchange(self) -> Exchange | None:
        """What the journal has of it."""
        ...

    @property
    def request(self) -> Request:
        """The HTTP request."""
        ...

    @property
    def operation(self) -> str:
        """What was asked for."""
        ...

    @property
    def session(self) -> str:
        """Whose state was used."""
        ...

    @property
    def model(self) -> str:
        """The model asked for."""
        ...


class Judged(Protocol):
    """Who has seen a client: a server under test, or one session of it."""

    @property
    def calls(self) -> Sequence[Called]:
        """Every call so far."""
        ...


def assert_resilient(
    server: Judged, limits: Limits | None = None, *, ignore: Iterable[str] = (), now: float | None = None
) -> Verdict:
    """Check that the client of a server made no mistake so far; notes pass.

    Args:
        server: an `Understudy`, or one session of it.
        limits: what is still good manners.
        ignore: names of checks that are not made.
        now: the moment on the server's clock; it says how long calls under way have been waiting.

    Raises:
        AssertionError: with every finding: what was seen, why it hurts, how to mend it.
        TypeError: for a text where names are expected.
        ValueError: when there is no check of a name.
    """
    if isinstance(ignore, str):
        raise TypeError(f"ignore {ignore!r}: expected names of checks, got one text. Write ignore=[{ignore!r}].")
    names = {check_named(name) for name in ignore}
    calls = server.calls
    done = [call.exchange for call in calls if call.exchange is not None]
    moment = max((e.request.at + e.duration for e in done), default=0.0) if now is None else now
    waiting = [_open(call, moment) for call in calls if call.exchange is None]
    verdict = judge([*done, *waiting], limits, ignore=names, now=now)
    if not verdict.passed:
        raise AssertionError(render(verdict, "text"))
    return verdict


def _open(call: Called, now: float) -> Exchange:
    """Look at a call under way as an exchange that is not over."""
    context = Context(operation=call.operation, session=call.session)
    waited = max(0.0, now - call.request.at)
    return Exchange(0.0, call.request, context, call.model, duration=waited, outcome="open")
