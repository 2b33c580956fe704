"""Text made up under sampling parameters: exact in tokens, and changed the way the parameters say."""

from __future__ import annotations

import pytest

from understudy.text.sampled import USUAL, Sampler, banned, only, write
from understudy.text.tokens import encoding


def variety(**asked):
    """How many different tokens texts of 150 have, on average."""
    texts = [write(f"{seed}", 150, Sampler(**asked)) for seed in range(30)]
    return sum(len(set(text)) for text in texts) / len(texts)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"frequency_penalty": 2.0},
        {"presence_penalty": -2.0},
        {"top_p": 0.0},
        {"bias": ((".", -100.0), (",", -100.0), (".\n\n", -100.0), (" the", -100.0), ("The", -100.0))},
        {"bias": ((".\n\n", -100.0), (" road", 8.0))},
    ],
)
def test_every_piece_is_one_token_and_so_is_the_whole(name, asked):
    count = encoding(name).count
    for seed in range(40):
        pieces = write(f"{seed}", 150, Sampler(**asked))
        assert len(pieces) == 150
        assert count("".join(pieces)) == 150


@pytest.mark.parametrize("which", ["frequency_penalty", "presence_penalty"])
def test_the_higher_a_penalty_the_fewer_words_come_again(which):
    found = [variety(**{which: penalty}) for penalty in (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0)]
    assert found == sorted(found)
    assert found[-1] > 1.15 * found[3] > 1.3 * found[0]


def test_the_smaller_top_p_the_fewer_words_there_are():
    found = [variety(top_p=share) for share in (0.0, 0.1, 0.3, 0.6, 0.9, 1.0)]
    assert found == sorted(found)
    assert found[0] < 25 < 80 < found[-1]


def test_a_banned_token_never_appears():
    sampling = Sampler(bias=tuple((token, -100.0) for token in (" the", " river", "The", ".", ";", " of")))
    for seed in range(60):
        assert not banned(sampling) & set(write(f"{seed}", 200, sampling))


def test_when_no_sentence_can_be_made_what_is_left_is_said():
    words = "abcdefghijklmnopqrstuvwxyz"
    assert write("x", 20, Sampler(bias=((".", -100.0), (".\n\n", -100.0)))) != ()
    everything = {piece for seed in range(400) for piece in write(f"{words}{seed}", 300, USUAL)}
    left = write("x", 20, Sampler(bias=tuple((piece, -100.0) for piece in everything)))
    assert not everything & set(left)


def test_forced_tokens_are_the_only_ones():
    sampling = Sampler(bias=(("Yes", 100.0), ("No", 100.0), (" maybe", 5.0)))
    assert only(sampling) == ["Yes", "No"]
    assert set(write("x", 50, sampling)) == {"Yes", "No"}
    assert write("x", 1, sampling) == write("x", 50, sampling)[:1]


def test_a_wanted_token_comes_more_often():
    def share(token, bias):
        return sum(write(f"{seed}", 150, Sampler(bias=((token, bias),))).count(token) for seed in range(20))

    assert share(" the", -3.0) < share(" the", 0.0) < share(" the", 2.0) < share(" the", 6.0)
    assert share(" river", 0.0) < share(" river", 4.0) < share(" river", 9.0)


def test_asking_for_more_continues_the_text_and_another_name_is_another():
    sampling = Sampler(frequency_penalty=1.0)
    whole = write("a", 400, sampling)
    assert [write("a", tokens, sampling) for tokens in (0, 1, 50, 399)] == [whole[:tokens] for tokens in (0, 1, 50, 399)]
    assert len({"".join(write(f"{seed}", 30, sampling)) for seed in range(100)}) == 100
    assert write("a", -1, sampling) == ()
