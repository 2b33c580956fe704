"""How much of a reply is said, and how a stream cuts it.

Cutting happens at token boundaries and never inside a character, so that what is counted is what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import structs

from understudy.dialects import Options
from understudy.model.ports import Random
from understudy.model.reply import Reply, Text
from understudy.text.tokens import Encoding

_WORD = re.compile(r"\s*\S+|\s+\Z")

Pieces = list[tuple[str, int]]


def said(reply: Reply, encoding: Encoding, limit: int | None, stops: tuple[str, ...] = ()) -> tuple[str, int, str]:
    """Return the text that fits `limit` tokens and no stop sequence, its exact token count, and the finish reason."""
    text, finish = reply.text, reply.finish or "stop"
    atoms = reply.atoms
    # what is complete first stops the model, whatever stands in the list before
    found = [(at + len(stop), at) for stop in stops if stop and (at := text.find(stop)) >= 0]
    if found:
        text, finish, atoms = text[: min(found)[1]], "stop", None
    count = encoding.count(text) if atoms is None else len(atoms)
    if limit is not None and count > limit:
        if atoms is None:
            text, count = encoding.cut(text, limit)
        else:
            text, count = "".join(atoms[:limit]), limit
        finish = "length"
    return text, count, finish


def streamed(reply: Reply) -> Reply:
    """The reply as a stream says it: with `stream_text`, if there is one, for its text."""
    if reply.stream_text is None:
        return reply
    others = tuple(block for block in reply.blocks if not isinstance(block, Text))
    return structs.replace(reply, blocks=(Text(reply.stream_text), *others), stream_text=None, atoms=None)


def pieces(text: str, reply: Reply, encoding: Encoding, options: Options, random: Random) -> Pieces:
    """Cut the text of a stream: (text, tokens) for each event."""
    if reply.pieces is not None and text == reply.text:
        return [(piece, encoding.count(piece)) for piece in reply.pieces]
    if options.stream_unit == "char":
        return [(char, 1) for char in text]
    if options.stream_unit == "word":
        return [(word, encoding.count(word)) for word in _WORD.findall(text)]
    atoms: Pieces
    if reply.atoms is not None and text and not text.startswith("".join(reply.atoms[:1])):
        atoms = encoding.pieces(text)
    elif reply.atoms is not None:
        atoms = _leading(reply.atoms, text)
    else:
        atoms = encoding.pieces(text)
    low, high = options.stream_tokens
    return atoms if high == 1 else list(_grouped(atoms, low, high, random))


def _leading(atoms: tuple[str, ...], text: str) -> Pieces:
    """The atoms that make up `text`, which is a prefix of them."""
    left, found = len(text), []
    for atom in atoms:
        if left <= 0:
            break
        found.append((atom[:left], 1))
        left -= len(atom)
    return found


def _grouped(atoms: Pieces, low: int, high: int, random: Random) -> Iterable[tuple[str, int]]:
    """Join tokens into events of `low` to `high` tokens."""
    at, k = 0, 0
    while at < len(atoms):
        size = random.integer(f"stream-tokens-{k}", low, high)
        group = atoms[at : at + size]
        yield "".join(text for text, _ in group), sum(tokens for _, tokens in group)
        at, k = at + len(group), k + 1
