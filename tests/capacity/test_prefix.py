"""Prompts that begin alike have the same names for as many whole blocks as they share."""

from __future__ import annotations

from understudy.capacity import chain


def shared(one: list[int], other: list[int]) -> int:
    return next((k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def test_whole_blocks_are_named_and_no_others():
    assert [len(chain(list(range(count)), count, 16)) for count in (0, 15, 16, 31, 32, 100)] == [0, 0, 1, 1, 2, 6]


def test_a_name_stands_for_everything_before_it():
    one = list(range(64))
    other = [*one[:40], 7, *one[41:]]
    early = [5, *one[1:]]
    assert shared(chain(one, 64, 16), chain(other, 64, 16)) == 2
    assert len(set(chain(one, 64, 16)) | set(chain(early, 64, 16))) == 8


def test_tokens_may_be_bytes():
    tokens = [b"the", b" cat", b" sat", b" on"] * 8
    other = [*tokens[:20], b" dog", *tokens[21:]]
    assert shared(chain(tokens, 32, 4), chain(other, 32, 4)) == 5
    assert chain([b"ab", b"c"], 2, 2) != chain([b"a", b"bc"], 2, 2)


def test_text_is_cut_every_four_bytes_a_token():
    text = b"The quick brown fox jumps over the lazy dog. " * 10
    names = chain(text, 100, 16)
    assert len(names) == 6
    assert len(chain(text, 1000, 16)) == len(text) // 64
    assert shared(names, chain(text[:200] + b"!" + text[200:], 103, 16)) == 3


def test_a_chain_can_be_gone_on_with():
    text = b"The quick brown fox jumps over the lazy dog. " * 10
    whole, first = chain(text, 100, 16, b"model"), chain(text, 50, 16, b"model")
    assert len(first) == 3
    assert first + chain(text[3 * 64 :], 100, 16, b"model", first) == whole
    assert chain(text, 100, 16, b"model", ()) == whole
    assert chain(text[3 * 64 :], 63, 16, b"model", first) == []


def test_a_salt_keeps_prompts_apart():
    assert chain([1, 2], 2, 1, b"model a") != chain([1, 2], 2, 1, b"model b")
    assert chain([1, 2], 2, 1) == chain([1, 2], 2, 1)
    assert chain([7], 1, 1) == [14581750949944362154]  # the same in every process, whatever the hash seed
