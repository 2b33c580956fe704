"""What Azure's content filter says of prompts and answers (wire.md 10): nothing harmful, or the category that was.

In: which text was judged, and whether it was blocked. Out: documents. Knows no call and no stream.
"""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]

_GRADED = ("hate", "self_harm", "sexual", "violence")  # judged by severity; the others are only found or not
_PROMPT = ("jailbreak",)
_PICTURE_PROMPT = ("jailbreak", "profanity")
_ANSWER = ("protected_material_code", "protected_material_text")
_BLAMED = "violence"  # the category of texts that were blocked without anyone saying for what
CATEGORIES = frozenset((*_GRADED, *_PICTURE_PROMPT, *_ANSWER))


def _judged(found: tuple[str, ...], blamed: str | None) -> Document:
    results: Document = {}
    for name in sorted((*_GRADED, *found, *((blamed,) if blamed else ()))):
        is_blamed = name == blamed
        if name in _GRADED:
            results[name] = {"filtered": is_blamed, "severity": "medium" if is_blamed else "safe"}
        else:
            results[name] = {"detected": is_blamed, "filtered": is_blamed}
    return results


def of_prompt(category: str | None = None, *, blocked: bool = False) -> Document:
    """The verdict on a prompt; `category` is what it was blocked for."""
    return _judged(_PROMPT, (category or _BLAMED) if blocked else None)


def of_answer(*, blocked: bool = False) -> Document:
    """The verdict on an answer's text."""
    return _judged(_ANSWER, _BLAMED if blocked else None)


def of_picture() -> Document:
    """The verdict on a picture."""
    return _judged((), None)


def of_picture_prompt() -> Document:
    """The verdict on what a picture was asked for with."""
    return _judged(_PICTURE_PROMPT, None)


def of_response(prompt: int, answer: int, *, blocked: bool) -> list[Document]:
    """The verdicts that an object of the Responses API carries, over so many characters of prompt and answer."""
    return [
        _stretch("prompt", of_prompt(), prompt, blocked=False),
        _stretch("completion", of_answer(blocked=blocked), answer, blocked=blocked),
    ]


def _stretch(source: str, results: Document, end: int, *, blocked: bool) -> Document:
    return {
        "blocked": blocked,
        "source_type": source,
        "content_filter_raw": [],
        "content_filter_results": results,
        "content_filter_offsets": {"start_offset": 0, "end_offset": end, "check_offset": 0},
    }
