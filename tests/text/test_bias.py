"""What is asked of tokens by their numbers, said by their bytes."""

from __future__ import annotations

from understudy.text.bias import biases
from understudy.text.tokens import encoding

TOKENS = encoding("o200k_base")


def test_numbers_become_the_bytes_of_their_tokens():
    asked = {"13225": 5, "0": -100, "290": 0.5}
    assert biases(asked, TOKENS) == {TOKENS.token(13225): 5.0, TOKENS.token(0): -100.0, TOKENS.token(290): 0.5}


def test_numbers_that_are_no_token_are_nobodys():
    assert biases({"999999999": 1, "x": 1, "": 1, "1.5": 1}, TOKENS) == {}
    assert biases(None, TOKENS) == {}


def test_nothing_is_asked_beyond_the_ends_of_the_scale():
    assert list(biases({"5": 10**400, "6": -1e9}, TOKENS).values()) == [100.0, -100.0]
