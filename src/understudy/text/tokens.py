"""Exact token counts, offline: the encodings o200k_base and cl100k_base.

In: text or a model's name. Out: the number of tokens, the tokens, text cut at tokens; the same as tiktoken's ordinary
encoding, in which "<|endoftext|>" is plain characters. Knows nothing of messages, prices or providers.

Speed comes from remembering, all of it bounded: whole short texts, blocks of long ones, words between two spaces, pieces of
the split pattern. Whatever a text says, counting takes time in proportion to its length, and no step of it takes long.
Vocabularies load on first use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import accumulate, pairwise
from threading import Lock
from typing import Literal

from understudy.text.memo import Irregular, Memo, Words
from understudy.text.merge import Merger
from understudy.text.pausing import HERE, pause
from understudy.text.splitting import safe_cut, sanitized, settled, splitter
from understudy.text.vocabulary import NEVER, load

Name = Literal["o200k_base", "cl100k_base"]

# First match wins. OpenAI's names as of November 2026; a name nobody knows yet is rather new than old.
_MODELS: tuple[tuple[str, Name], ...] = (
    ("gpt-4o*", "o200k_base"),
    ("gpt-4.*", "o200k_base"),
    ("gpt-4", "cl100k_base"),
    ("gpt-4-*", "cl100k_base"),
    ("gpt-3.5*", "cl100k_base"),
    ("gpt-35*", "cl100k_base"),  # the spelling of Azure deployments
    ("davinci-002*", "cl100k_base"),
    ("babbage-002*", "cl100k_base"),
    ("text-embedding-3-*", "cl100k_base"),
    ("text-embedding-ada-002*", "cl100k_base"),
)

_LONG = 1_000  # characters; longer text is counted by blocks
_FIRST_BLOCK = 128  # prompts differ most at their start, so a short first block spoils little
_BLOCK = 1024
_REACH = 64
# Up to three digits are one token whichever they are, so a number counts like zeros: ids and times do not make a text new.
_ZEROS = bytes.maketrans(b"123456789", b"000000000")


class Encoding:
    """One way to turn text into tokens; get it from `encoding` or `encoding_for`."""

    def __init__(self, name: Name) -> None:
        self.name: str = name
        self._vocabulary = load(name)
        self._split = splitter(name)
        self._merger = Merger(self._vocabulary)
        self._pieces = Memo(self._count_piece, size=16_384, longest=48)
        self._lengths = Memo(self._merge, size=4_096, longest=48)
        self._blocks = Memo(self._count_short, size=2_048, longest=2 * _BLOCK)
        self._texts = Memo(self._count_short, size=4_096, longest=_LONG)
        self.remembered: Callable[[str], int | None] = self._texts.get  # the count of a text seen before, at no cost
        self._piece = self._pieces.__getitem__
        self._first = Words(self._count_pieces, "", size=2_048, longest=48).__getitem__
        self._word = Words(self._count_pieces, " ", size=16_384, longest=48).__getitem__

    def count(self, text: str) -> int:
        """Count the tokens of a text."""
        if len(text) > _LONG:
            return self._count_long(text)
        return self._count_flat(text, self._texts)

    def _count_flat(self, text: str, memo: Memo[str, int]) -> int:
        """Count a text whose numbers may be new, by what is remembered of it with zeros for digits."""
        try:
            return memo[text.encode().translate(_ZEROS).decode()]
        except UnicodeEncodeError:
            return self._count_pieces(text)

    def split(self, text: str) -> list[bytes]:
        """Return the tokens of a text as bytes, in order; a token may end inside a character."""
        tokens: list[bytes] = []
        for piece in self._split(_encodable(text)):
            data = piece.encode()
            ends = accumulate(self._lengths[piece], initial=0)
            tokens += [data[start:end] for start, end in pairwise(ends)]
        return tokens

    def decode(self, ranks: Iterable[int]) -> str:
        """Return the text of a list of token numbers; numbers that are no token, and broken characters, become U+FFFD."""
        token, size = self._vocabulary.token, len(self._vocabulary)
        return b"".join(token(rank) if 0 <= rank < size else b"\xef\xbf\xbd" for rank in ranks).decode("utf-8", "replace")

    def token(self, rank: int) -> bytes:
        """Return the bytes of the token with that number."""
        return self._vocabulary.token(rank)

    def pieces(self, text: str) -> list[tuple[str, int]]:
        """Cut a text at its tokens, never inside a character: the parts and how many tokens each holds."""
        sound = _encodable(text)
        counts, parts = self._pieces, []
        for piece in self._split(sound):
            if counts[piece] == 1:
                parts.append((piece, 1))
            else:
                parts += _cut_at(self._lengths[piece], piece)
        return parts if sound is text else _with_surrogates(text, parts)

    def cut(self, text: str, limit: int) -> tuple[str, int]:
        """Return the longest beginning of a text that has at most `limit` tokens, and its exact count.

        It ends between two characters. Its own count may be below the number of tokens it was cut at, never above `limit`.
        """
        total = self.count(text)
        if total <= limit:
            return text, total
        left, ends = limit, [0]
        for part, count in self.pieces(text):
            left -= count
            if left < 0:
                break
            ends.append(ends[-1] + len(part))
        while (total := self.count(text[: ends[-1]])) > limit and len(ends) > 1:
            ends.pop()
        return text[: ends[-1]], total

    def _count_long(self, text: str) -> int:
        """Count block by block; blocks end where a piece ends whatever the text around, so their counts add up.

        Where a text has no such place for long, the pieces that are sure are counted one by one.
        """
        total, start, size, known = 0, 0, _FIRST_BLOCK, self._blocks.get
        while len(text) - start > _BLOCK:
            cut = text.find(" ", start + size, start + size + _REACH)
            if cut < 0 or not text[cut - 1].isalnum():
                pause()
                cut = safe_cut(text, start + size, start + size + _BLOCK)
                if cut < 0:
                    try:
                        pieces = settled(self._split, text, start)
                    except UnicodeEncodeError:
                        break
                    total += sum(map(self._piece, pieces))
                    start += sum(map(len, pieces))
                    continue
            block = text[start:cut]
            count = known(block)
            total += self._count_flat(block, self._blocks) if count is None else count
            start, size = cut, _BLOCK
        return total + self._count_flat(text[start:], self._blocks)

    def _count_short(self, text: str) -> int:
        if HERE.pause is not None:
            HERE.pause()
        if "  " in text:
            return self._count_pieces(text)
        words = iter(text.split(" "))
        try:
            return sum(map(self._word, words), self._first(next(words)))
        except Irregular:
            return self._count_pieces(text)

    def _count_pieces(self, text: str) -> int:
        try:
            return sum(map(self._piece, self._split(text)))
        except UnicodeEncodeError:
            return sum(map(self._piece, self._split(sanitized(text))))

    def _count_piece(self, piece: str) -> int:
        data = piece.encode()
        return self._merger.count(data) if self._vocabulary.rank(data) == NEVER else 1

    def _merge(self, piece: str) -> bytes:
        """Return the lengths of the tokens of a piece."""
        data = piece.encode()
        return self._merger.lengths(data) if self._vocabulary.rank(data) == NEVER else bytes((len(data),))


_encodings: dict[str, Encoding] = {}
_loading = Lock()


def encoding(name: Name) -> Encoding:
    """Return an encoding, loaded on first use (some 20 ms) and kept."""
    found = _encodings.get(name)
    if found is None:
        with _loading:
            found = _encodings.get(name)
            if found is None:
                found = _encodings[name] = Encoding(name)
    return found


@lru_cache(maxsize=1024)
def encoding_for(model: str) -> Encoding:
    """Return the encoding of a model, o200k_base when the name is unknown.

    Fine-tuned models (`ft:gpt-4o-mini:...`) and names with a vendor before a slash count as the model they name.
    """
    base = model.rpartition("/")[2].removeprefix("ft:")
    known = (name for pattern, name in _MODELS if fnmatchcase(base, pattern) or fnmatchcase(base, f"{pattern}:*"))
    return encoding(next(known, "o200k_base"))


def _encodable(text: str) -> str:
    """Return the text itself, or without surrogates when it has some."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return sanitized(text)
    return text


def _cut_at(lengths: bytes, piece: str) -> Iterator[tuple[str, int]]:
    """Cut a piece at its tokens, but inside no character."""
    data = piece.encode()
    start, end, count = 0, 0, 0
    for length in lengths:
        end += length
        count += 1
        if end == len(data) or data[end] & 0xC0 != 0x80:  # the next byte begins a character
            yield data[start:end].decode(), count
            start, count = end, 0


def _with_surrogates(text: str, parts: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Give parts of the sanitized text the characters of the original: a pair became one character, a lone one another."""
    restored, at = [], 0
    for part, count in parts:
        start = at
        for mark in part:
            at += 2 if mark > "\uffff" and text[at] <= "\uffff" else 1
        restored.append((text[start:at], count))
    return restored
