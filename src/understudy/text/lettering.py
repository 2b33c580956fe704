"""Text as dots: a small alphabet of our own, five dots wide and seven high, set in lines that fill a grid.

In: a text and a grid. Out: rows of "0" and "1". Letters are capitals; what the alphabet lacks is a box. Knows no file format.
"""

from __future__ import annotations

import textwrap
import unicodedata

from understudy.text.pausing import pause

_WIDE, _HIGH = 6, 8  # dots of a letter and the gap after it
_LONGEST = 2_000  # characters that are looked at
_BOX = "VHHHHHV"
# Seven rows from the top, each a digit of base 32: its bits are the dots from the left.
_CHARACTERS = " ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,!?'\":;-_+=*/\\()[]{}<>#$%&@^`|~"
_GLYPHS = (
    "0000000EHHVHHHUHHUHHUEHGGGHEUHHHHHUVGGUGGVVGGUGGGEHGNHHFHHHVHHHE44444E72222ICHIKOKIHGGGGGGVHRLLHHHHHPLJHH"
    "EHHHHHEUHHUGGGEHHHLIDUHHUKIHFGGE11UV444444HHHHHHEHHHHHA4HHHLLLAHHA4AHHHHHA444V1248GVEHJLPHE4C4444EEH1248V"
    "V2421HE26AIV22VGU11HE68GUHHEV124888EHHEHHEEHHF12C00000CC0000C484444404EH124044480000AAA00000CC0CC00CC0C48"
    "000V000000000V044V44000V0V0004LEL4001248G00G8421024888428422248E88888EE22222E6448446C44244C248G8428421248"
    "AAVAVAA4FKE5U4OP248J3CIK8LIDEH1DLLE4AH000084200004444444008L200"
)
_LETTERS = {letter: _GLYPHS[7 * at : 7 * at + 7] for at, letter in enumerate(_CHARACTERS)}


def drawn(text: str, columns: int, rows: int) -> list[str]:
    """Set a text in the middle of a grid, as large as it fits; what is too long for the smallest letters is cut."""
    pause()
    size, lines = _fitted(_spelled(text), columns, rows)
    dots = [row for line in lines for row in _line(line, size)]
    top = (rows - len(dots)) // 2
    blank = "0" * columns
    middle = [row.center(columns, "0") for row in dots]
    return [blank] * top + middle + [blank] * (rows - top - len(dots))


def _spelled(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text[:_LONGEST]).upper()
    return "".join(c for c in plain if not unicodedata.combining(c))


def _fitted(text: str, columns: int, rows: int) -> tuple[int, list[str]]:
    """Dots become squares of `size`: the largest at which every line has room."""
    for size in range(max(1, min(columns // _WIDE, rows // _HIGH)), 0, -1):
        lines = _wrapped(text, columns // (_WIDE * size))
        if len(lines) <= rows // (_HIGH * size) and (size == 1 or not _breaks(text, columns // (_WIDE * size))):
            return size, lines
    return 1, _wrapped(text, max(1, columns // _WIDE))[: max(1, rows // _HIGH)]


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(1, width)) or [""]


def _breaks(text: str, width: int) -> bool:
    """Say whether a word would have to be broken."""
    return any(len(word) > width for word in text.split())


def _line(line: str, size: int) -> list[str]:
    glyphs = [_LETTERS.get(letter, _BOX) for letter in line]
    wide = {ord("0"): "0" * size, ord("1"): "1" * size}
    found = []
    for at in range(_HIGH - 1):
        row = "0".join(f"{int(glyph[at], 32):05b}" for glyph in glyphs)
        found += [row.translate(wide)] * size
    return [*found, *["0" * len(found[0])] * size]
