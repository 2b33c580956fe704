"""Of many prompts the most alike are found without comparing them all."""

from __future__ import annotations

import pytest

from understudy.matching import Prompts, _prompts


@pytest.mark.parametrize("count", [3, 20_000])
def test_the_most_alike_come_first(count):
    prompts = Prompts([f"Where is number {i}?" for i in range(count - 2)] + ["What COLOUR is the sky?", "hello"])
    assert prompts.nearest(" what color is the sky? ", 1) == ["What COLOUR is the sky?"]
    assert prompts.nearest("helo", 1) == ["hello"]


def test_what_has_nothing_in_common_is_none_of_them():
    assert Prompts(["sky", "sea"]).nearest("xyz", 3) == []
    assert Prompts([]).nearest("xyz", 3) == []


def test_no_more_are_compared_than_a_few_hundred(monkeypatch):
    compared = []
    monkeypatch.setattr(_prompts, "alike", lambda one, other: compared.append(one) or 0.5)
    Prompts([f"where is number {i}?" for i in range(20_000)]).nearest("where is number 19999?", 3)
    assert 1 <= len(compared) <= 500
