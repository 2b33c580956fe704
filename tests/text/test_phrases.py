"""Turns of phrase give arguments away."""

from __future__ import annotations

import pytest

from understudy.text.clues import words_of
from understudy.text.phrases import finds


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Search the web for red shoes.", "query", "red shoes"),
        ("tell her, saying that I am late", "message", "I am late"),
        ("Remind us to pay the rent tomorrow", "task", "pay the rent"),
        ('translate the phrase "so what" to Danish', "text", "so what"),
        ("say it in Danish", "language", "Danish"),
        ("a dark red car", "colour", "dark red"),
        ("open ./src/main.py now", "path", "./src/main.py"),
        ("call (555) 010-9999", "phone", "(555) 010-9999"),
        ("near 94103-1234", "zip", "94103-1234"),
        ("v2.1 is out", "version", "2.1"),
        ("play Yesterday by the Beatles", "song", "Yesterday"),
        ("tell me about the moon", "topic", "the moon"),
        ("buy two loaves of bread", "item", "bread"),
        ("the garden section", "section", "garden"),
        ("from home to work by bus", "start", "home"),
        ("from home to work by bus", "destination", "work"),
        ("order #A-17", "order_id", "A-17"),
        ("repo octo/hello", "repo", "octo/hello"),
        ("mail it to a@b.org", "to", "a@b.org"),
        ("100 francs in dollars", "base_currency", "CHF"),
        ("for 5 minutes", "duration", "5 minutes"),
        ("2026-03-05 at 19:30", "start", "2026-03-05T19:30"),
        ("nothing", "query", None),
        ("the category", "category", None),
    ],
)
def test_the_first_find_is_the_best(text, name, found):
    assert next(finds(text, words_of(name)), None) == found


@pytest.mark.parametrize("text", ["a, " * 1300, "1 " * 2000, "search for " * 360, "/a" * 2000, "\ud800 from \ud800 to x"])
def test_odd_texts_do_no_harm(text):
    for name in ("query", "path", "phone", "start", "end", "order_id", "text", "currency"):
        list(finds(text, words_of(name)))
