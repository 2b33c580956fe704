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


def test_there_are_no_more_alternatives_than_tokens_that_begin_a_word():
    (token,) = scored([b" blue"], DRAWS, ENCODING, 100_000)
    assert 500 < len(token.best) < 4000
    chances = [guess.logprob for guess in token.best[1:]]
    assert chances == sorted(chances, reverse=True)


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


def leaning(bias, top=20):
    return scored(TOKENS, DRAWS, ENCODING, top, bias=bias)


@pytest.mark.parametrize(
    "bias",
    [
        {b" sky": -100.0, b" blue": 5.0, b" grey": 5.0},
        {b" grey": 100.0},
        {b"The": 100.0, b" grey": 100.0, b" sky": -100.0},
        dict.fromkeys(TOKENS, -100.0),
        {b" grey": -3.0, b" sky": 40.0},
    ],
)
def test_biased_probabilities_fall_and_never_exceed_one(bias):
    unasked = scored(TOKENS, DRAWS, ENCODING, 20)
    for token, usual in zip(leaning(bias), unasked, strict=True):
        chances = [exp(guess.logprob) for guess in token.best]
        assert sum(chances) <= 1.0 + 1e-7
        assert chances == sorted(chances, reverse=True)
        assert len({guess.token for guess in token.best}) == len(token.best) == 20
        assert not {name for name, asked in bias.items() if asked <= -100} & {guess.token for guess in token.best}
        assert token.logprob == next((guess.logprob for guess in token.best if guess.token == token.token), -9999.0)
        assert token.token == usual.token


def test_asking_for_more_biased_alternatives_changes_no_probability():
    bias = {b" sky": -100.0, b" grey": 8.0}
    few, many = leaning(bias, 2), leaning(bias, 9)
    assert [token.best for token in few] == [token.best[:2] for token in many]
    assert [token.logprob for token in few] == [token.logprob for token in leaning(bias, 0)]


def test_what_nothing_else_may_be_is_nearly_certain_and_what_is_banned_has_no_chance():
    forced = leaning({b"The": 100.0}, 3)
    assert forced[0].logprob > -1e-6
    assert all(token.best[0].token == b"The" and token.best[0].logprob > -1e-6 for token in forced)
    assert leaning({b"The": -100.0}, 1)[0].logprob == -9999.0
    assert len(leaning({b"The": -100.0}, 1)[0].best) == 1


def test_the_more_a_token_is_wanted_the_likelier_it_is():
    chances = [
        next(guess.logprob for guess in leaning({b" grey": bias})[1].best if guess.token == b" grey")
        for bias in (0.0, 1.0, 5.0, 20.0, 100.0)
    ]
    assert chances == sorted(set(chances))
