"""Text between a prompt and what follows ends where it leads over."""

from __future__ import annotations

import pytest

from understudy.text.filler import Pool
from understudy.text.insertion import before, leading
from understudy.text.tokens import encoding

PIECES = ("The", " cat", " sat", ".", " It", " left", ".\n\n", "A", " dog")


@pytest.mark.parametrize(
    ("suffix", "limit", "text"),
    [
        ("And so it ended.", None, "The cat sat. It left.\n\n"),
        ("\nThe end", None, "The cat sat. It left."),
        ("And", 6, "The cat sat.\n\n"),
        ("And", 4, "The cat sat.\n\n"),
        ("And", 2, "The cat"),
        ("And", 0, ""),
        (" sat", None, "The cat"),
        ("at left", None, "The cat sat. It left.\n\n"),
        ("t sat", None, "The"),
        (".", None, "The cat sat"),
        ("The", None, ""),
        ("", None, "The cat sat. It left."),
    ],
)
def test_a_text_leads_over_to_what_follows(suffix, limit, text):
    assert "".join(leading(PIECES, suffix, limit)) == text


def test_what_is_left_is_still_a_token_a_piece(name):
    for number in range(50):
        pieces = leading(Pool(0, 50).pieces(number, 100), "Then", 60)
        assert encoding(name).count("".join(pieces)) == len(pieces) <= 60


def test_a_told_text_ends_before_what_follows():
    assert before("one two three", " two") == "one"
    assert before("one", "two") == before("one", "") == "one"
