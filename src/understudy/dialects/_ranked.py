"""Texts scored against a question, for endpoints that rank, compare or classify: by no model, but by vectors of their words.

In: texts, and the reply. Out: scores from 0 to 1. A script gives them in a rule's `embedding`: one for each text, in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from operator import mul

from understudy.model.reply import Reply
from understudy.text.embedding import embed

_DIMENSIONS = 256
_DIGITS = 7
_STEEP = 2.0  # how far apart labels are


def near(one: str, *others: str) -> list[float]:
    """Say how near each text is to the first."""
    known = embed(one, _DIMENSIONS)
    return [round(max(0.0, float(sum(map(mul, known, embed(text, _DIMENSIONS))))), _DIGITS) for text in others]


def scores(question: str, texts: Sequence[str], reply: Reply) -> list[float]:
    """Score texts; those for which a script has none are worth nothing."""
    if reply.vectors:
        told = list(reply.vectors[0][: len(texts)])
        return told + [0.0] * (len(texts) - len(told))
    return near(question, *texts)


def ranked(found: Sequence[float], most: int | None = None) -> list[tuple[int, float]]:
    """Order scores, the best first; equal ones stay as they came."""
    return sorted(enumerate(found), key=lambda entry: (-entry[1], entry[0]))[:most]


def labelled(text: str, reply: Reply, labels: int = 2) -> list[float]:
    """Say how probable each label of a text is; a script names as many as it likes."""
    if reply.vectors:
        return list(reply.vectors[0])
    weights = [exp(_STEEP * number) for number in embed(text, labels)]
    return [round(weight / sum(weights), _DIGITS) for weight in weights]
