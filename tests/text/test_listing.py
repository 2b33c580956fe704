"""What a text lists, without what stands around the list."""

from __future__ import annotations

import pytest

from understudy.text.listing import items, named


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("I like apples, pears and plums", ["apples", "pears", "plums"]),
        ("Add milk, eggs, and bread to my list", ["milk", "eggs", "bread"]),
        ("tags: red, green, dark blue", ["red", "green", "dark blue"]),
        ("Compare Paris and London", ["Paris", "London"]),
        ("Compare New York, Paris or London please", ["New York", "Paris", "London"]),
        ("Meet with Alice, Bob and Carol tomorrow", ["Alice", "Bob", "Carol"]),
        ("mix 'salt' and 'pepper'", ["salt", "pepper"]),
        ("Hello, how are you?", []),
        ("", []),
        ("one thing", []),
    ],
)
def test_lists(text, listed):
    assert items(text) == listed


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        (": red, green", ["red", "green"]),
        (" home, errands", ["home", "errands"]),
        (" are hiking and dark chocolate.", ["hiking", "dark chocolate"]),
        (" of the month", []),
        ("", []),
    ],
)
def test_lists_that_are_called_by_their_name(text, listed):
    assert named(text) == listed
