"""Verdicts on texts as the OpenAI API words them: those of moderations, and what a moderated chat says of itself.

In: scores by category, or texts. Out: the members of a result, in the order sent (wire.md 3.2 and 9.1). How harmful a text is
goes by its words (`text.harm`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from understudy.text.harm import CATEGORIES, FLAGGED, scores

Json = dict[str, Any]
_SEEN = frozenset({"sexual", "self-harm/intent", "self-harm/instructions", "self-harm", "violence", "violence/graphic"})


def verdict(found: Mapping[str, float], *, text: bool = True, image: bool = False) -> Json:
    """Say of scores what is flagged, and whether text or image was looked at for each category."""
    flags = {name: found[name] >= FLAGGED for name in CATEGORIES}
    words = ["text"] if text or not image else []
    applied = {name: [*words, *(["image"] if image and name in _SEEN else [])] for name in CATEGORIES}
    return {
        "flagged": any(flags.values()),
        "categories": flags,
        "category_scores": {name: found[name] for name in CATEGORIES},
        "category_applied_input_types": applied,
    }


def moderated(model: str, asked: str, said: Iterable[str], *, image: bool = False) -> Json:
    """Judge what was asked and each of the answers, as a moderated chat does."""
    return {"input": _results(model, [asked], image=image), "output": _results(model, said, image=False)}


def _results(model: str, texts: Iterable[str], *, image: bool) -> Json:
    found = [verdict(scores(text), text=bool(text), image=image) for text in texts]
    results = [{"type": "moderation_result", "model": model, **result} for result in found]
    return {"type": "moderation_results", "model": model, "results": results}
