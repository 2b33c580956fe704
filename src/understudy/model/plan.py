"""What will be sent, when, and how it ends.

A plan is a lazy sequence of a closed vocabulary of steps:

    bytes            send them, as one write
    float            wait that many seconds after the moment the previous step was due (deadlines never drift)
    Ending.CLOSE     send FIN once everything is written
    Ending.ABORT     send RST at once
    Ending.HANG      send nothing more and keep the connection open until the client leaves

A plan that simply runs out leaves the connection as the request asked for (kept alive or closed). Sending and waiting are
spelled with built-in types because they happen hundreds of thousands of times a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Literal

from msgspec import Struct


class Ending(Enum):
    """How a plan ends when it does not simply run out."""

    CLOSE = "close"
    ABORT = "abort"
    HANG = "hang"


Step = bytes | float | Ending

Outcome = Literal["done", "closed", "aborted", "client_gone", "server_stopped"]


class Plan(Struct):
    """Steps to play, and whom to tell how it ended: `ended(outcome, bytes handed to the socket)` is called exactly once."""

    steps: Iterable[Step]
    ended: Callable[[Outcome, int], None] | None = None


def transcript(steps: Iterable[Step]) -> str:
    """Print steps as text a user can read: the golden-file format of the tests.

    One line a step: the time in seconds since the start, the verb, and for sends each line of the bytes behind `|`
    (CR LF shown as the end of a line, other control characters escaped).
    """
    lines: list[str] = []
    now = 0.0
    for step in steps:
        if isinstance(step, float):
            now += step
        elif isinstance(step, Ending):
            lines.append(f"+{now:.3f} {step.value}")
        else:
            lines.append(f"+{now:.3f} send {len(step)}")
            text = step.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
            body = text.split("\n")
            if body[-1] == "":
                body.pop()
            lines.extend("  | " + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line) for line in body)
    return "\n".join(lines) + "\n"
