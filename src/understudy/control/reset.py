"""POST reset: forget what behaviour remembers, of one session or of all."""

from __future__ import annotations

from msgspec import Struct

from understudy.control import Ask, Control, Route, Sight


class Reset(Struct, frozen=True, forbid_unknown_fields=True):
    """What to forget; no session means all of them."""

    session: str | None = None


def forget(sight: Sight, session: str | None = None) -> None:
    """Forget what behaviour remembers and what happened, of one session or of all; then time is measured anew, too."""
    sight.state.reset(session)
    sight.journal.clear(session, sight.begun())
    if session is None:
        sight.pacing.mark()


def _reset(ask: Ask, sight: Sight) -> object:
    session = ask.body.session if ask.body.session is not None else ask.query.get("session")
    forget(sight, session)
    return {"reset": "all" if session is None else session}


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
            Reset,
        ),
    ),
)
