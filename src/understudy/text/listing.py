"""Things that a text lists: "apples, pears and plums", "tags: red, green", "Ann and Bob".

In: a text. Out: the items of its longest list. Every repetition is bounded. Knows no prompt and no schema.
"""

from __future__ import annotations

import re

from understudy.text.clues import NO_NAMES

_WORD = r"(?!(?:and|or|&)\b)[^\s,;:.!?\"“”()\[\]]{1,40}"
_ITEM = rf"{_WORD}(?: {_WORD}){{0,3}}"
_SERIES = re.compile(rf"(?<!\S)({_ITEM})((?:,\s?(?!and\b|or\b){_ITEM}){{1,20}})(?:,?\s(?:and|or|&)\s({_ITEM}))?")
_PAIR = re.compile(rf"(?<!\S)({_ITEM}?)\s(?:and|or|&)\s({_ITEM})")
_TAIL = re.compile(
    r"\s(?:to|in|into|on|onto|for|from|with|at|of|by|as|my|our|your|his|her|their|the|this|that|please|is|are|was|were|than)\b.*"
)
_BETWEEN = re.compile(r",?\s(?:and|or|&)\s|,\s?")
_NAMED = re.compile(rf"(?::\s?|\s(?:are\s|like\s|such as\s|of\s)?)({_ITEM}(?:(?:,?\s(?:and|or|&)\s|,\s?){_ITEM}){{1,20}})")
_SEVERAL = 3
_FAR = 600  # characters


def items(text: str) -> list[str]:
    """Return what the text lists; [] when it lists nothing."""
    longest: list[str] = []
    for found in _SERIES.finditer(text):
        parts = [part.strip() for part in found[2].split(",") if part.strip()]
        if found[3] is None and text[found.start() - 2 : found.start()] != ": " and len(parts) + 1 < _SEVERAL:
            continue  # a comma between two clauses
        rest = parts if found[3] is None else [*parts, found[3]]
        made = _tidied(found[1], rest, named=text[: found.start()].endswith((":", ": ")))
        longest = made if len(made) > len(longest) else longest
    if longest:
        return longest
    pair = _PAIR.search(text)
    return _tidied(pair[1], [pair[2]], named=text[: pair.start()].endswith((":", ": "))) if pair else []


def named(text: str) -> list[str]:
    """Return what is listed right at the beginning, after what the list is called: `: red, green`, ` home and errands`."""
    found = _NAMED.match(text[:_FAR])
    if found is None:
        return []
    made = [part.strip().strip("'\"`") for part in _BETWEEN.split(_TAIL.sub("", found[1]))]
    return list(filter(None, made))


def _tidied(first: str, rest: list[str], *, named: bool) -> list[str]:
    """Take off what stands around the list: all but the last word before it, unless a name or a colon begins it."""
    if not named:
        words = first.split(" ")
        start = len(words) - 1
        while start and words[start][:1].isupper() and words[start - 1][:1].isupper() and words[start - 1] not in NO_NAMES:
            start -= 1
        first = " ".join(words[start:])
    made = [first, *rest[:-1], _TAIL.sub("", f" {rest[-1]}").strip() or rest[-1]]
    if first[:1].isupper() and made[-1][:1].isupper():  # names: what follows them in small letters is no part of them
        made[-1] = " ".join(_leading_capitals(made[-1].split(" ")))
    elif not named:
        made[-1] = made[-1].split(" ")[0] if len(made[-1].split(" ")) > _SEVERAL - 1 else made[-1]
    return [item.strip("'\"`") for item in made]


def _leading_capitals(words: list[str]) -> list[str]:
    end = next((at for at, word in enumerate(words) if not word[:1].isupper()), len(words))
    return words[:end]
