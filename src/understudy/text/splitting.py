"""How an encoding cuts text into pieces before it merges bytes, and where text can be cut without changing that.

In: text. Out: its pieces in order (their concatenation is the text), or a place that is a boundary of pieces whatever
stands around it. Classes of characters come from data, not from the interpreter, whose Unicode version would change counts.
Knows nothing of tokens.

Sources: the split patterns published with tiktoken 0.14 (openai_public.py), whose Unicode version is 16.
"""

from __future__ import annotations

import pkgutil
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cache
from itertools import accumulate, pairwise

Split = Callable[[str], list[str]]
Ranges = dict[str, list[tuple[int, int]]]

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_LAST_BMP = 0xFFFF
_ASCII = {"L": "A-Za-z", "N": "0-9", "U": "A-Z", "D": "a-z", "S": r"\t-\r "}

# Letters and digits of common scripts: blocks without a gap, so that no version of Unicode disagrees.
_SURE = "0-9A-Za-zÀ-ÖØ-öø-ʯА-яぁ-ゖァ-ヺ一-鿌가-힣"
# A piece that holds a letter or digit last takes none of these into it, no piece holds a space after anything visible, and
# none goes on after the end of a line with anything visible but a slash.
_SAFE_CUT = re.compile(rf" (?<=\S )|[\n,.;:!?)\"、。，；：！？）](?<=[{_SURE}].)|(\n)(?=[^\s/])", re.DOTALL)

_WINDOW = 4_096  # characters
_UNSETTLED = 2  # pieces at the end of a text that may be others when it goes on


def splitter(name: str) -> Split:
    """Make the split function of an encoding; its pattern for text beyond ASCII compiles on first use."""
    pattern = _PATTERNS[name]
    plain: Split = re.compile(pattern(**_ASCII)).findall
    wide: Callable[[], Split] = cache(lambda: re.compile(pattern(**_classes())).findall)

    def split(text: str) -> list[str]:
        if text.isascii():
            return plain(text)
        if _ASTRAL.search(text) is None:
            return wide()(text)
        return _measure(text, wide()(_stand_in(text)))

    return split


def safe_cut(text: str, start: int, stop: int) -> int:
    """Find a boundary of pieces that is one whatever stands around it, between two places; -1 when there is none."""
    found = _SAFE_CUT.search(text, start, stop)
    if found is None:
        return -1
    return found.end(1) if found.lastindex else found.start()


def settled(split: Split, text: str, start: int) -> list[str]:
    """Return the pieces of a text from `start`, which is a boundary, without looking at all of it: at least one, then few.

    Raises:
        UnicodeEncodeError: there are surrogates in what was looked at.
    """
    size = _WINDOW
    while True:
        window = text[start : start + size]
        window.encode()
        pieces = split(window)
        if start + size >= len(text):
            return pieces
        if len(pieces) > _UNSETTLED:
            return pieces[:-_UNSETTLED]
        size *= 2


def sanitized(text: str) -> str:
    """Return the text as the real tokenizers see it: surrogate pairs joined, lone surrogates replaced by U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@cache
def _ranges() -> Ranges:
    data = pkgutil.get_data(__package__, "data/unicode.txt")
    if data is None:
        raise FileNotFoundError("data/unicode.txt: expected it inside the package. Reinstall the package.")
    ranges: Ranges = {}
    for line in data.decode().splitlines():
        key, *items = line.split()
        ends = [item.partition("-") for item in items]
        ranges[key] = [(int(low, 16), int(high or low, 16)) for low, _, high in ends]
    return ranges


@cache
def _classes() -> dict[str, str]:
    """Spell the classes as the inside of a pattern's brackets, up to U+FFFF: beyond, every test would scan a list of ranges."""
    return {
        key: "".join(f"{chr(low)}-{chr(min(high, _LAST_BMP))}" for low, high in ranges if low <= _LAST_BMP)
        for key, ranges in _ranges().items()
    }


# Keys: L letter, N number, S white space; U and D are the two halves o200k sees in a word: U upper case, D lower case, and
# caseless letters and marks in both.
_SUFFIX = r"(?:'(?:[sSſtTmMdD]|[rR][eE]|[vV][eE]|[lL][lL]))?"


def _o200k(*, L: str, N: str, U: str, D: str, S: str) -> str:  # noqa: N803  (the names of the classes)
    if not set(U) - set(_ASCII["U"]):  # U and D have nothing in common here, so nothing is gained by backtracking
        word = rf"[^\r\n{L}{N}]?+(?:[{U}]*+[{D}]++|[{U}]++){_SUFFIX}"
    else:
        word = rf"[^\r\n{L}{N}]?[{U}]*[{D}]+{_SUFFIX}|[^\r\n{L}{N}]?[{U}]+[{D}]*{_SUFFIX}"
    return rf"{word}|[{N}]{{1,3}}+| ?[^{S}{L}{N}]++[\r\n/]*+|[{S}]*[\r\n]+|[{S}]+(?![^{S}])|[{S}]+"


def _cl100k(*, L: str, N: str, S: str, **_: str) -> str:  # noqa: N803  (the names of the classes)
    return (
        rf"'(?:[sSſdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|[^\r\n{L}{N}]?+[{L}]++|[{N}]{{1,3}}+| ?[^{S}{L}{N}]++[\r\n]*+"
        rf"|[{S}]++\Z|[{S}]*[\r\n]|[{S}]+(?![^{S}])|[{S}]"
    )


_PATTERNS = {"o200k_base": _o200k, "cl100k_base": _cl100k}


@cache
def _stand_ins() -> tuple[list[int], list[str]]:
    """Tabulate a code point of the same classes for those beyond U+FFFF: the starts of ranges, the stand-in of each range."""
    beyond = {key: [r for r in ranges if r[0] > _LAST_BMP] for key, ranges in _ranges().items()}
    edges = {edge for ranges in beyond.values() for low, high in ranges for edge in (low, high + 1)}
    starts = sorted(edges | {_LAST_BMP + 1})
    classes = [""] * len(starts)
    for key in "LNUD":
        for low, high in beyond[key]:
            for at in range(bisect_left(starts, low), bisect_left(starts, high + 1)):
                classes[at] += key
    marks = {"LU": "À", "LD": "à", "LUD": "ª", "UD": "\u0300", "N": "²", "": "§"}
    return starts, [marks[key] for key in classes]


def _stand_in(text: str) -> str:
    starts, marks = _stand_ins()
    known = {mark: marks[bisect_right(starts, ord(mark)) - 1] for mark in set(_ASTRAL.findall(text))}
    return _ASTRAL.sub(lambda match: known[match[0]], text)


def _measure(text: str, pieces: list[str]) -> list[str]:
    """Cut the text into pieces of the same lengths."""
    return [text[start:end] for start, end in pairwise(accumulate(map(len, pieces), initial=0))]
