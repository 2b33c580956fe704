"""Stand-ins follow the name of the argument."""

from __future__ import annotations

import pytest

from understudy.text import standins
from understudy.text.standins import number_for, text_for


def values(make, name: str) -> set[object]:
    return {make(name, lambda count, n=n: n % count) for n in range(200)}


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("city", "Paris"),
        ("departureCity", "Paris"),
        ("user_email", "ada@example.com"),
        ("homepage_url", "https://example.com/docs"),
        ("name", "Ada Martin"),
        ("first_name", "Ada"),
        ("userName", "Ada Martin"),
        ("order_id", "order_00000000"),
        ("id", "id_00000000"),
        ("start_time", "08:00"),
        ("birthday", "2026-01-01"),
        ("currency", "EUR"),
        ("tags", "travel"),
        ("wibble", "harbour"),
        ("", "harbour"),
    ],
)
def test_texts(name, like):
    assert text_for(name, lambda _: 0) == like


@pytest.mark.parametrize(
    ("name", "low", "high"), [("age", 18, 80), ("min_price", 5, 120), ("latitude", 36, 60), ("wibble", 1, 100)]
)
def test_numbers(name, low, high):
    found = values(number_for, name)
    assert len(found) > 10
    assert all(low <= number <= high for number in found)


def test_every_list_can_be_reached():
    for words, texts in standins._TEXTS:
        for word in words.split():
            assert values(text_for, word) & set(standins._LISTS[word]) or word in standins._FORMATS, word
        assert texts
