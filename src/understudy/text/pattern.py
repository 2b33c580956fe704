"""Texts that fit a regular expression, and the test whether one does.

In: a pattern as JSON Schemas write them, random bytes. Out: texts that fit, none when the pattern says more than is
understood. Matching runs on RE2, so that no pattern can run away. Knows nothing of schemas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from understudy.text.draft import LONGEST, Draft
from understudy.text.grammar import NotUnderstood, parse
from understudy.text.lookahead import conditions, core

_ESCAPE = re.compile(r"(\\\\)|\\u([0-9a-fA-F]{4})")  # a backslash that is escaped, or a character as RE2 does not spell it
_LONGEST = 10_000  # characters of a pattern that RE2 is asked about: compiling longer ones takes up to the square of that
_WORK = 20_000_000  # instructions times characters times groups, of one search: a quarter of a second where all come to it
_CLASS = re.compile(r"(\\[^pP])|\\[pP](?:\{\^?\w+\}|\w)|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)  # or an escape, which is kept
_SMALL = 1_000  # instructions that are not worth a closer look
_SWIFT = 5  # instructions of a class that take as long as one of another kind: `\p{L}` alone has a thousand
_STRETCHES = (3, 1, 0, 2, 5, 8, 13, 21, 34, 55)


def examples(pattern: str, choices: bytes, shortest: int = 0) -> Iterator[str]:
    """Yield texts made after the pattern, likely lengths first. They fit unless the pattern contradicts itself.

    Args:
        pattern: the regular expression; nothing is yielded when it is not understood.
        choices: random bytes that decide.
        shortest: a length that is tried once the usual ones are through.
    """
    asked = conditions(pattern)
    try:
        write = parse(asked.rest)
        wanted = [parse(core(condition)) for condition in asked.wanted]
    except NotUnderstood:
        return
    for stretch in (*_STRETCHES, min(shortest, LONGEST)):
        draft = Draft(choices, stretch)
        text = write(draft)
        if wanted:
            said = "".join(node(draft) for node in wanted)
            yield said + text[len(said) :]
        yield text


def fits(pattern: str, text: str) -> bool:
    """Say whether the pattern is found in the text; True when RE2 does not know it or had too much to do: nobody can say."""
    asked = conditions(pattern)
    try:
        return all(_found(part, text, otherwise=True) for part in (asked.rest, *asked.wanted)) and not any(
            _found(part, text, otherwise=False) for part in asked.unwanted
        )
    except UnicodeEncodeError:
        return False


def work(pattern: str, text: str) -> int:
    """Tell how much `fits` has to do at most: instructions times characters times groups of what it searches for."""
    asked = conditions(pattern)
    found = [_work(part, text) for part in (asked.rest, *asked.wanted, *asked.unwanted)]
    return sum(one for one in found if one <= _WORK)


def _work(pattern: str, text: str) -> int:
    compiled = _compile(pattern)
    return 0 if compiled is None else _size(pattern) * (compiled.groups + 1) * len(text)


@lru_cache(maxsize=256)
def _size(pattern: str) -> int:
    """Count the instructions that a search may go through for a character."""
    size = int(_compile(pattern).programsize)
    outline = _compile(_CLASS.sub(lambda found: found[1] or "x", pattern)) if size > _SMALL else None
    others = size if outline is None else min(int(outline.programsize), size)
    return others + (size - others) // _SWIFT


def _found(pattern: str, text: str, *, otherwise: bool) -> bool:
    """Say whether a pattern is found; `otherwise` where RE2 does not know it."""
    compiled = _compile(pattern)
    if compiled is None or _work(pattern, text) > _WORK:
        return otherwise
    return compiled.search(text) is not None


@lru_cache(maxsize=256)
def _compile(pattern: str) -> Any:
    if len(pattern) > _LONGEST:
        return None
    import re2

    options = re2.Options()
    options.log_errors = False
    options.never_capture = True  # what groups hold nobody asks, and it takes far longer; those with a name RE2 counts even so
    try:
        return re2.compile(_ESCAPE.sub(lambda found: found[1] or rf"\x{{{found[2]}}}", pattern), options)
    except (re2.error, UnicodeEncodeError):
        return None
