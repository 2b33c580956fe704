"""Texts that fit a regular expression, and the test whether one does.

In: a pattern as JSON Schemas write them, random bytes. Out: texts that fit, none when the pattern says more than is
understood. Matching runs on RE2, so that no pattern can run away. Knows nothing of schemas.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from understudy.text.draft import LONGEST, Draft
from understudy.text.grammar import NotUnderstood, parse

_STRETCHES = (3, 1, 0, 2, 5, 8, 13, 21, 34, 55)


def examples(pattern: str, choices: bytes, shortest: int = 0) -> Iterator[str]:
    """Yield texts made after the pattern, likely lengths first. They fit unless the pattern contradicts itself.

    Args:
        pattern: the regular expression; nothing is yielded when it is not understood.
        choices: random bytes that decide.
        shortest: a length that is tried once the usual ones are through.
    """
    try:
        write = parse(pattern)
    except NotUnderstood:
        return
    for stretch in (*_STRETCHES, min(shortest, LONGEST)):
        yield write(Draft(choices, stretch))


def fits(pattern: str, text: str) -> bool:
    """Say whether the pattern is found in the text; True when RE2 does not know the pattern, because nobody can say."""
    compiled = _compile(pattern)
    try:
        return compiled is None or compiled.search(text) is not None
    except UnicodeEncodeError:
        return False


@lru_cache(maxsize=256)
def _compile(pattern: str) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError):
        return None
