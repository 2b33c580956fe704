"""How harmful a text is, by its words: a number in [0, 1] for each of the usual categories.

In: a text. Out: scores; 0.5 and more means that words of the category were found. The same text has the same scores everywhere.
Keywords stand in for a classifier: they are few, blunt and English. Knows no provider.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from zlib import crc32

from understudy.text.pausing import pause

CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "sexual",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm/intent",
    "self-harm/instructions",
    "self-harm",
    "sexual/minors",
    "violence",
    "violence/graphic",
)
FLAGGED = 0.5
_LONGEST = 100_000  # characters that are looked at
_PIECE = 4096  # of them at a time
_PHRASE = 64  # of the longest phrase and more


def _any(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})", re.IGNORECASE)


_WORDS = {
    "harassment": _any(
        "idiots?|morons?|losers?|pathetic|worthless|shut up|you(?:'re| are) (?:stupid|ugly|disgusting)|i hate you"
    ),
    "sexual": _any(r"sex\b|sexual|porn|nudes?\b|naked|erotic|orgasm"),
    "hate": _any("racist|subhuman|vermin|genocide|supremac|inferior race|(?:hate|despise) (?:all|those|these)"),
    "illicit": _any("cook meth|cocaine|heroin|shoplift|counterfeit|launder|steal|fake id|hack into|pick a lock"),
    "self-harm": _any(r"suicid|self.harm|(?:kill|hurt|cut|hang) (?:myself|yourself)|end my life"),
    "violence": _any(r"kill|murder|stab|shoot|slaughter|behead|strangle|assault|torture|beat (?:you|him|her|them) up|bomb"),
}
_PEOPLE = _any("you|him|her|them|everyone|people")
_THREAT = _any("(?:i|we)(?: will|'ll| am going to|'m going to| want to| are going to)|gonna|deserve to")
_GRAPHIC = _any("blood|gore|guts|dismember|mutilat|decapitat|entrails")
_MINOR = _any(r"child|minor\b|minors|underage|kids?\b|teen|schoolgirl|schoolboy")
_HOW = _any("how (?:to|do i|can i)|ways to|steps to|instructions|guide")
_WEAPON = _any("bomb|explosive|weapon|gun|poison|knife")
_INTENT = _any("i want|i will|i'm going|i am going|i plan|myself|my life")


def scores(text: str) -> dict[str, float]:
    """Score a text for every category."""
    text = text[:_LONGEST]
    hits = {name: _count(found, text) for name, found in _WORDS.items()}
    threat = _has(_THREAT, text) and bool(hits["violence"])
    hits |= {
        "harassment/threatening": threat and _has(_PEOPLE, text),
        "hate/threatening": threat and bool(hits["hate"]),
        "illicit/violent": bool(hits["illicit"] or _has(_HOW, text)) and _has(_WEAPON, text),
        "self-harm/intent": bool(hits["self-harm"]) and _has(_INTENT, text),
        "self-harm/instructions": bool(hits["self-harm"]) and _has(_HOW, text),
        "sexual/minors": bool(hits["sexual"]) and _has(_MINOR, text),
        "violence/graphic": _has(_GRAPHIC, text),
    }
    hits["illicit"] = hits["illicit"] or hits["illicit/violent"]
    return {name: _score(text, name, int(hits[name])) for name in CATEGORIES}


def _count(pattern: re.Pattern[str], text: str) -> int:
    return sum(len(list(found)) for found in _found(pattern, text))


def _has(pattern: re.Pattern[str], text: str) -> bool:
    return any(True for found in _found(pattern, text) for _ in found)


def _found(pattern: re.Pattern[str], text: str) -> Iterator[Iterator[re.Match[str]]]:
    """Find what begins in each piece of a text, with pauses between."""
    for start in range(0, len(text), _PIECE):
        pause()
        end = start + _PIECE
        yield (match for match in pattern.finditer(text, start, end + _PHRASE) if match.start() < end)


def _score(text: str, name: str, hits: int) -> float:
    grain = crc32(f"{name}\0{text}".encode("utf-8", "replace")) / 2**32
    if not hits:
        return round(1e-6 + grain * 1e-3, 12)
    return round(min(0.99, 0.7 + 0.1 * hits) - 0.05 * grain, 12)
