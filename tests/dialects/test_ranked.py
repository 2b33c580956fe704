"""Texts scored, ranked and labelled."""

from __future__ import annotations

from understudy.dialects._ranked import labelled, near, ranked, scores
from understudy.model.reply import Reply

NOTHING = Reply()


def test_a_text_is_nearest_to_itself():
    same, akin, other = near("the blue sky", "the blue sky", "a blue sky", "fresh bread")
    assert (same, akin > other) == (1.0, True)


def test_scores_are_those_of_the_script_if_it_has_any():
    told = Reply(vectors=((0.1, 0.9),))
    assert scores("a", ["x", "y"], told) == [0.1, 0.9]
    assert scores("a", ["x", "y", "z"], told) == [0.1, 0.9, 0.0]
    assert scores("a", ["x"], told) == [0.1]
    assert scores("a", ["a", "b"], NOTHING)[0] == 1.0


def test_equal_scores_stay_as_they_came():
    assert ranked([0.5, 0.9, 0.5]) == [(1, 0.9), (0, 0.5), (2, 0.5)]
    assert ranked([0.5, 0.9, 0.5], 1) == [(1, 0.9)]


def test_probabilities_of_labels_make_one():
    found = labelled("good", NOTHING)
    assert (len(found), round(sum(found), 5)) == (2, 1.0)
    assert found != labelled("bad", NOTHING)
    assert labelled("good", Reply(vectors=((0.2, 0.3, 0.5),))) == [0.2, 0.3, 0.5]
