"""Names for the beginnings of prompts: one number for each block of tokens, which also stands for everything before it.

Two prompts that begin alike have the same numbers for as many whole blocks as they share. This is how vLLM names blocks
(docs.vllm.ai, "Automatic Prefix Caching", read November 2026): the hash of the parent's hash and the block's tokens.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Sequence
from typing import Final

from xxhash import xxh3_64_intdigest

TEXT_BYTES: Final = 4
"""Bytes of plain text taken for a token: fixed, because a prompt's own average would move the blocks of what it shares."""

_NO_UTF8 = b"\xff"  # stands between tokens given as bytes; no text holds it


def chain(
    content: Sequence[int] | Sequence[bytes] | bytes,
    tokens: int,
    block_size: int,
    salt: bytes = b"",
    before: Sequence[int] = (),
) -> list[int]:
    """Name every whole block of a prompt, or of what it goes on with.

    Args:
        content: the tokens, as numbers or as bytes each; or the prompt as UTF-8, whose blocks are then a guess.
        tokens: how many tokens there are from the beginning; no more blocks are named than these fill.
        block_size: tokens in a block.
        salt: what keeps prompts apart that must not share, such as the name of the model.
        before: the names of the blocks before the content.
    """
    blocks = _text_blocks(content, block_size) if isinstance(content, bytes) else _token_blocks(content, block_size)
    name = before[-1] if before else xxh3_64_intdigest(salt)
    names = []
    for _, block in zip(range(tokens // block_size - len(before)), blocks, strict=False):
        name = xxh3_64_intdigest(block, seed=name)
        names.append(name)
    return names


def _text_blocks(text: bytes, block_size: int) -> Iterator[bytes]:
    size = block_size * TEXT_BYTES
    for start in range(0, len(text) - size + 1, size):
        yield text[start : start + size]


def _token_blocks(tokens: Sequence[int] | Sequence[bytes], block_size: int) -> Iterator[bytes]:
    for start in range(0, len(tokens) - block_size + 1, block_size):
        yield _packed(tokens[start : start + block_size])


def _packed(block: Sequence[int] | Sequence[bytes]) -> bytes:
    numbers = array("Q")
    parts = []
    for token in block:
        if isinstance(token, bytes):
            parts.append(token)
        else:
            numbers.append(token)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes() + _NO_UTF8.join(parts)
