"""What a plan sends and when, as text: what golden files hold, and what `explain` shows."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from understudy.model.plan import Ending, Gate, Step, Until, spelled_out


def transcript(steps: Iterable[Step]) -> str:
    """Print steps as text a user can read: the golden-file format of the tests.

    One line a step: the time in seconds since the start, the verb, and for sends each line of the bytes behind `|`
    (CR LF shown as the end of a line, other control characters escaped).
    """
    lines: list[str] = []
    now = 0.0
    for step in spelled_out(steps):
        if isinstance(step, float):
            now += step
        elif isinstance(step, Gate):
            if step.at is None:  # one that is open holds nobody up
                lines.append(f"+{now:.3f} gate")
        elif isinstance(step, Until):
            if step.gate.at is None:
                lines.append(f"+{now:.3f} gate" + (f" until +{now + step.seconds:.3f}" if step.seconds < inf else ""))
        elif isinstance(step, Ending):
            lines.append(f"+{now:.3f} {step.value}")
        else:
            lines.append(f"+{now:.3f} send {len(step)}")
            text = step.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
            body = text.removesuffix("\n").split("\n") if text else []
            lines.extend("  | " + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line) for line in body)
    return "\n".join(lines) + "\n"
