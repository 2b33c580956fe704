"""Probabilities of tokens: they fit the text, each other and the draws."""

from __future__ import annotations

from math import exp

import pytest

from understudy.engine.decision import Decision, decide
from understudy.text.logprobs import scored, spelled
from understudy.text.tokens import encoding

ENCODING = encoding("o200k_base")
TEXT = "The sky is blue, mostly. Größe 🦆!"
TOKENS = ENCODING.split(TEXT)
DRAWS = Decision(bytes(16))


@pytest.mark.parametrize("top", [0, 1, 5, 20])
def test_as_many_alternatives_as_asked_for(top):
    assert all(len(token.best) == top for token in scored(TOKENS, DRAWS, ENCODING, top))


def test_the_tokens_are_the_text():
    assert b"".join(token.token for token in scored(TOKENS, DRAWS, ENCODING, 3)).decode() == TEXT


@pytest.mark.parametrize("root", range(20))
def test_probabilities_fall_and_never_exceed_one(root):
    for token in scored(TOKENS, decide(bytes([root]), 0), ENCODING, 20):
        chances = [exp(guess.logprob) for guess in token.best]
        assert sum(chances) <= 1.0
        assert chances == sorted(chances, reverse=True)
        assert all(0 < chance < 1 for chance in chances)


def test_what_was_said_is_the_likeliest_and_every_alternative_another_token():
    for token in scored(TOKENS, DRAWS, ENCODING, 20):
        assert (token.best[0].token, token.best[0].logprob) == (token.token, token.logprob)
        assert len({guess.token for guess in token.best}) == 20


def test_asking_for_more_alternatives_changes_no_probability():
    few, many = scored(TOKENS, DRAWS, ENCODING, 2), scored(TOKENS, DRAWS, ENCODING, 9)
    assert [token.best for token in few] == [token.best[:2] for token in many]
    assert [token.logprob for token in few] == [token.logprob for token in scored(TOKENS, DRAWS, ENCODING, 0)]


def test_other_draws_give_other_probabilities():
    assert scored(TOKENS, DRAWS, ENCODING, 0) != scored(TOKENS, decide(b"x", 1), ENCODING, 0)


def test_an_alternative_begins_a_word_where_the_token_does():
    for token in scored([b" blue", b"blue"], DRAWS, ENCODING, 10):
        assert {guess.token.startswith(b" ") for guess in token.best} == {token.token.startswith(b" ")}


def test_a_token_that_is_no_whole_character_is_spelled_byte_by_byte():
    assert spelled(" 🦆".encode()[:3]) == " \\xf0\\x9f"
    assert spelled(" ä".encode()) == " ä"
