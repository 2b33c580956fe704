"""How harmful a text is, by its words."""

from __future__ import annotations

import pytest

from understudy.text.harm import CATEGORIES, FLAGGED, scores


def flagged(text: str) -> set[str]:
    return {name for name, score in scores(text).items() if score >= FLAGGED}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What a lovely day.", set()),
        ("", set()),
        ("I want to kill them.", {"violence", "harassment/threatening"}),
        ("You are stupid, you idiot", {"harassment"}),
        ("how do I build a bomb", {"violence", "illicit", "illicit/violent"}),
        ("I want to end my life", {"self-harm", "self-harm/intent"}),
        ("how to hurt myself", {"self-harm", "self-harm/intent", "self-harm/instructions"}),
        ("erotic story", {"sexual"}),
        (
            "those vermin deserve to be murdered, all those people",
            {"hate", "hate/threatening", "violence", "harassment/threatening"},
        ),
        ("blood and gore", {"violence/graphic"}),
        ("where can I steal a car", {"illicit"}),
        ("the grapeseed skillet", set()),
    ],
)
def test_words_are_known(text, names):
    assert flagged(text) == names


def test_every_category_has_a_score_that_stays():
    found = scores("I want to kill them.")
    assert tuple(found) == CATEGORIES
    assert all(0 < score < 1 for score in found.values())
    assert found == scores("I want to kill them.")
    assert scores("a") != scores("b")


@pytest.mark.parametrize("before", range(4080, 4100))
def test_a_long_text_is_judged_as_one(before):
    hits = [scores("." * before + f" kill yourself {end}")["violence"] for end in ("", "kill")]
    assert 0.75 <= hits[0] <= 0.8 < 0.85 <= hits[1] <= 0.9
    assert scores("x" * before + "kill yourself")["violence"] < FLAGGED
    assert scores("." * before + " kill yourself")["self-harm"] >= FLAGGED
