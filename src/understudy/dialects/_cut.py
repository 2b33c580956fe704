"""How streams cut text, whoever the provider is: at token boundaries and never inside a character.

In: a text, the reply it comes from, an encoding, the options. Out: (text, tokens) for each event. Knows no event's form.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, repeat

from msgspec import structs

from understudy.dialects import Options
from understudy.model.lazy import Lazy
from understudy.model.ports import Random
from understudy.model.reply import Reply, Text
from understudy.text.memo import Memo
from understudy.text.tokens import Encoding

_WORD = re.compile(r"\s*\S+|\s+\Z")

_texts: Memo[str, str] = Memo(str, size=8_192, longest=48)  # those that streams share; what is interned Python 3.12 never frees

Pieces = Sequence[tuple[str, int]]


class Atoms(Lazy[tuple[str, int]]):
    """Pieces that are a token each."""

    __slots__ = ("texts",)

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts

    def __len__(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return zip(self.texts, repeat(1))

    def _at(self, place: int) -> tuple[str, int]:
        return self.texts[place], 1


def parted(cut: Pieces) -> tuple[Sequence[str], Sequence[int]]:
    """The texts of pieces, those that are short one object however many streams say them, and their tokens."""
    if isinstance(cut, Atoms):
        return cut.texts, b"\x01" * len(cut)
    return list(map(_texts.__getitem__, [text for text, _ in cut])), [tokens for _, tokens in cut]


def first_stop(text: str, stops: Iterable[str]) -> tuple[int, str] | None:
    """Find the stop sequence that is complete first, whatever stands in the list before: where it begins, and which it is."""
    found = [(at + len(stop), at, stop) for stop in stops if stop and (at := text.find(stop)) >= 0]
    return min(found)[1:] if found else None


def streamed(reply: Reply) -> Reply:
    """The reply as a stream says it: with `stream_text`, if there is one, for its text."""
    if reply.stream_text is None:
        return reply
    others = tuple(block for block in reply.blocks if not isinstance(block, Text))
    return structs.replace(reply, blocks=(Text(reply.stream_text), *others), stream_text=None, atoms=None)


def pieces(text: str, reply: Reply, encoding: Encoding, options: Options, random: Random) -> Pieces:
    """Cut the text of a stream."""
    if reply.pieces is not None and text == reply.text:
        return [(piece, encoding.count(piece)) for piece in reply.pieces]
    if options.stream_unit == "char":
        return [(char, 1) for char in text]
    if options.stream_unit == "word":
        return [(word, encoding.count(word)) for word in _WORD.findall(text)]
    atoms = _leading(reply.atoms, reply.text, text) if reply.atoms else None
    if atoms is None:
        atoms = encoding.pieces(text)
    low, high = options.stream_tokens
    return atoms if high == 1 else list(_grouped(atoms, low, high, random))


def known_tokens(reply: Reply, text: str) -> int | None:
    """The number of tokens of a text that a reply was made of token by token; None of others, which have to be counted."""
    return len(reply.atoms) if reply.atoms is not None and text == reply.text else None


def within(reply: Reply, text: str, encoding: Encoding, limit: int) -> tuple[str, int]:
    """Cut a text of a reply to so many tokens, and count it; one that was made token by token is cut there."""
    if reply.atoms is None or text != reply.text:
        return encoding.cut(text, limit)
    atoms = reply.atoms[: max(limit, 0)]
    return "".join(atoms), len(atoms)


def _leading(atoms: Sequence[str], whole: str, text: str) -> Pieces | None:
    """The atoms of a whole text that make up what is said of it; None where that is another text."""
    if text == whole and atoms[-1]:
        return Atoms(atoms)  # by far the usual case
    last = bisect_left([*accumulate(map(len, atoms))], len(text)) + 1
    if "".join(atoms[:last]) == text:
        return Atoms(atoms[:last])
    left, found = len(text), []
    for atom in atoms:
        if left <= 0:
            break
        found.append((atom[:left], 1))
        left -= len(atom)
    return found if "".join([part for part, _ in found]) == text else None


def _grouped(atoms: Pieces, low: int, high: int, random: Random) -> Iterable[tuple[str, int]]:
    """Join tokens into events of `low` to `high` tokens."""
    at, k = 0, 0
    while at < len(atoms):
        size = random.integer(f"stream-tokens-{k}", low, high)
        group = atoms[at : at + size]
        yield "".join(text for text, _ in group), sum(tokens for _, tokens in group)
        at, k = at + len(group), k + 1
