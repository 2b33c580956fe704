"""POST reset: forget what behaviour remembers, of one session or of all."""

from __future__ import annotations

from typing import Any

from understudy.config.values import describe
from understudy.control import Ask, Control, Route, Sight, refused
from understudy.kinds import hint


def forget(sight: Sight, session: str | None = None) -> None:
    """Forget what behaviour remembers and what happened, of one session or of all; then time is measured anew, too."""
    sight.state.reset(session)
    sight.journal.clear(session, sight.begun())
    if session is None:
        sight.pacing.mark()


def _reset(ask: Ask, sight: Sight) -> object:
    session = _session(ask)
    forget(sight, session)
    return {"reset": "all" if session is None else session}


def _session(ask: Ask) -> str | None:
    """The session to forget, as the query or the body names it; None means all of them.

    Raises:
        RequestError: for a body that says anything else, and when both name one.
    """
    for name in ask.body:
        if name != "session":
            raise refused(f"body $: unknown key {name!r}{hint(name, ['session'])}")
    said, asked = ask.body.get("session"), ask.query.get("session")
    if said is not None and not isinstance(said, str):
        raise refused(f"body $.session: expected the name of a session, or null for all, got {describe(said)}.")
    if said is not None and asked is not None:
        raise refused(f"session: expected it once, got {asked!r} in the query and {said!r} in the body.")
    return asked if said is None else said


CONTROL = Control(
    "reset",
    "Start again without a restart.",
    (
        Route(
            "POST",
            "reset",
            "Forget sequences, counters and journal of a session; without one those of all, the pacing report, and the "
            "prompts that simulated engines hold for nobody.",
            _reset,
            {"session": "the session; also as {session: NAME} in the body"},
            dict[str, Any],
        ),
    ),
)
