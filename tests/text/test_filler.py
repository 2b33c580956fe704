"""Generated text has exactly the tokens asked for, reads like prose, and is a function of seed and number alone."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from understudy.text import filler
from understudy.text.filler import Pool, big_text
from understudy.text.prose import sentences
from understudy.text.tokens import encoding


@pytest.mark.parametrize("number", [0, 1, 17])
def test_every_beginning_of_an_article_has_as_many_tokens_as_pieces(name, number):
    count = encoding(name).count
    pieces = Pool(seed=3, size=20).pieces(number, 400)
    assert len(pieces) == 400
    assert [n for n in range(401) if count("".join(pieces[:n])) != n] == []


def test_every_piece_is_one_token_in_hundreds_of_articles(name):
    count, pool = encoding(name).count, Pool(seed=11, size=300)
    for number in range(300):
        pieces = pool.pieces(number, 120)
        assert count("".join(pieces)) == 120
    assert [piece for number in range(300) for piece in pool.pieces(number, 120) if count(piece) != 1] == []


def test_an_article_is_written_the_same_every_time():
    text = "".join(Pool(seed=0, size=4096).pieces(5, 24))
    assert text == (
        "The hill around the blue method remembered two companies behind this church. "
        "Four towers of our boat joined his week, though that"
    )


def test_asking_for_more_continues_the_article():
    asked_once, asked_often = Pool(seed=1, size=8), Pool(seed=1, size=8)
    whole = asked_once.pieces(3, 700)
    for tokens in (1, 2, 50, 51, 300, 10, 700):
        assert tuple(asked_often.pieces(3, tokens)) == whole[:tokens]


def test_other_seeds_and_other_numbers_are_other_articles():
    texts = {"".join(Pool(seed, 100).pieces(number, 30)) for seed in range(20) for number in range(100)}
    assert len(texts) == 2000


def test_articles_have_little_in_common():
    pool = Pool(seed=5, size=50)
    runs = [set(zip(*(pool.pieces(number, 400)[n:] for n in range(4)), strict=False)) for number in range(50)]
    shared = [len(one & other) / len(one) for one, other in pairwise(runs)]
    assert max(shared) < 0.05


def test_numbers_beyond_the_size_begin_again():
    pool = Pool(seed=2, size=7)
    assert pool.pieces(9, 40) == pool.pieces(2, 40)
    assert pool.pieces(-1, 40) == pool.pieces(6, 40)


@pytest.mark.parametrize("tokens", [0, -1])
def test_no_tokens_no_pieces(tokens):
    assert not Pool(seed=0, size=1).pieces(0, tokens)


def test_text_reads_like_prose():
    text = "".join(Pool(seed=9, size=1).pieces(0, 1000))
    paragraphs = text.split("\n\n")
    assert len(paragraphs) > 8
    for paragraph in paragraphs[:-1]:
        assert re.fullmatch(r"[A-Z][a-z ,;]+\.(?: [A-Z][a-z ,;]+\.)+", paragraph), paragraph


def test_memory_is_bounded_by_the_size_whatever_is_asked_for():
    pool = Pool(seed=0, size=3)
    for number in range(10):
        assert len(pool.pieces(number, 5_000)) == 5_000
    assert len(pool._articles) == 3
    assert max(map(len, pool._articles.values())) <= filler._KEPT


def test_a_pool_needs_an_article():
    with pytest.raises(ValueError, match="pool size: expected at least 1, got 0"):
        Pool(seed=0, size=0)


def test_draws_suffice_for_the_longest_sentence():
    assert max(map(len, sentences())) <= filler._LONGEST_SENTENCE


def test_big_text_is_ascii_of_just_under_ten_kilobytes_and_whole():
    text = big_text()
    assert text.isascii()
    assert 9_700 <= len(text) <= 9_800
    assert text.endswith(".")
    assert text is big_text()
