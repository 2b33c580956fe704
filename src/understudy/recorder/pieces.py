"""How a stream was cut and timed, in the terms of a script: `pieces`, and the gaps of a `trace`.

A script has one gap for each token after the first, so an event that carried several shares its wait among them; what it comes
to is the time that was measured. Texts keep their events; thoughts and arguments, which are cut anew when they are replayed,
keep their beginning and their end.
"""

from __future__ import annotations

from typing import Final

from understudy.recorder.utterance import Part, Utterance
from understudy.text.tokens import encoding

ENCODING: Final = "o200k_base"
"""What gaps are counted in."""


def milliseconds(seconds: float) -> float:
    """Round to a hundredth of a millisecond."""
    return max(0.0, round(seconds * 1000, 2))


def pieces(heard: Utterance) -> list[str]:
    """The events of the text; none when a stream is cut so anyway, token by token."""
    said = [piece for part in heard.parts if part.kind == "text" for _, piece in part.said]
    own = [odds["token"] for odds in heard.odds] or [text for text, _ in encoding(ENCODING).pieces("".join(said))]
    return [] if said == own else said


def gaps(heard: Utterance) -> tuple[float, list[float]]:
    """Seconds to the first event that says something, and milliseconds before each further token."""
    events = [event for part in heard.parts for event in _events(part)]
    if not events:
        return 0.0, []
    first = before = events[0][0]
    found: list[float] = []
    for number, (at, tokens) in enumerate(events):
        share = milliseconds((at - before) / tokens) if number else 0.0
        found += [share] * (tokens if number else tokens - 1)
        before = at
    return first, found


def _events(part: Part) -> list[tuple[float, int]]:
    """When which number of tokens had come."""
    count = encoding(ENCODING).count
    if part.kind == "text":
        return [(at, max(1, count(text))) for at, text in part.said]
    tokens = count(part.text)
    if tokens < 2 or not part.said:
        return [(part.said[0][0], tokens)] if tokens else []
    return [(part.said[0][0], 1), (part.said[-1][0], tokens - 1)]
