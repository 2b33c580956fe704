"""GET|DELETE pacing: planned against actual times of all that was sent."""

from __future__ import annotations

from understudy.control import Ask, Control, Route, Sight, refused


def _show(ask: Ask, sight: Sight) -> object:
    match since := ask.query.get("since", "reset"):
        case "reset" | "start":
            return sight.pacing.report(since)
        case _:
            message = f"query parameter since {since!r}: expected reset or start."
            raise refused(message)


def _clear(_ask: Ask, sight: Sight) -> object:
    sight.pacing.mark()
    return {"reset": "pacing"}


CONTROL = Control(
    "pacing",
    "Whether the server kept time.",
    (
        Route(
            "GET",
            "pacing",
            "Report lateness, event-loop lag, write pauses, and TTFT and ITL as planned and as they were.",
            _show,
            {"since": "reset (default): since the last reset, or the start without one; start: since the start"},
        ),
        Route("DELETE", "pacing", "Begin a new measurement.", _clear),
    ),
)
