"""How long things took in other tools, in the terms of a script.

Other tools count characters of a piece and milliseconds between pieces; a script counts tokens. Where the text is known and the
size was asked for, pieces and gaps are exact; else events of about that size come at exactly those gaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from understudy.recorder.pieces import gaps
from understudy.recorder.utterance import Utterance

Timed = dict[str, Any]

_CHARACTERS: Final = 4  # of a token, about
_MOST: Final = 1_000_000  # characters of a piece


def shown(milliseconds: float) -> str:
    """Write a duration."""
    return f"{round(milliseconds, 3):.12g}ms"


def even(gap: float, characters: int, first: float | None = None) -> Timed:
    """Say `timing` for pieces of about so many characters, a gap in milliseconds before each."""
    tokens = max(1, round(min(characters, _MOST) / _CHARACTERS))
    timing: Timed = {"ttft": shown(gap if first is None else first), "itl": shown(gap / tokens)}
    return timing | ({"chunk-tokens": tokens} if tokens > 1 else {})


def cut(text: str, characters: int) -> list[str]:
    """Cut a text into pieces of so many characters."""
    size = max(1, characters)
    return [text[at : at + size] for at in range(0, len(text), size)]


def measured(pieces: Sequence[str], waits: Sequence[float]) -> Timed:
    """Say `timing` for pieces with a wait in milliseconds before each; the last wait is that of all further pieces."""
    heard, at = Utterance(), 0.0
    for number, piece in enumerate(pieces):
        at += waits[min(number, len(waits) - 1)] / 1000 if waits else 0.0
        heard.say("text", piece, at)
    first, between = gaps(heard)
    timing: Timed = {"ttft": shown(first * 1000)} if first else {}
    return timing | ({"itl": {"trace": {"gaps": between}}} if any(between) else {})


def spread(middle: float, share: float) -> Any:
    """Say a wait in milliseconds that varies evenly by a share of itself."""
    if not share:
        return shown(middle)
    return {"uniform": {"min": shown(max(0.0, middle * (1 - share))), "max": shown(middle * (1 + share))}}
