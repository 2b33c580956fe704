"""Counting pauses often enough, can be stopped at any pause, and is none the worse for it."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from random import Random
from threading import Thread

import pytest

from understudy.text.embedding import embed
from understudy.text.harm import scores
from understudy.text.pausing import HERE
from understudy.text.picture import jpeg, png, webp
from understudy.text.tokens import Encoding, encoding

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEF"


class StoppedError(Exception):
    pass


@contextmanager
def pausing(pause):
    HERE.pause = pause
    try:
        yield
    finally:
        HERE.pause = None


def words(count, seed):
    random = Random(seed)
    return " ".join("".join(random.choices(LETTERS, k=random.randrange(4, 12))) for _ in range(count))


TEXTS = {
    "words": words(2_000, 1),
    "one word": "".join(Random(2).choices(LETTERS, k=20_000)),
    "beyond ASCII": "".join(Random(3).choices("äöüßñçéèêаяжш", k=20_000)),
    "signs": "".join(Random(4).choices("=+-*/<>{}[]()", k=20_000)),
    "spaces": "".join(Random(5).choices(" \t\n", k=20_000)),
    "surrogates": words(1_000, 6) + "\ud800" + words(1_000, 7),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_that_nobody_has_seen_is_counted_with_a_pause_every_few_thousand_characters(text):
    pauses = []
    with pausing(lambda: pauses.append(True)):
        counted = Encoding("o200k_base").count(text)
    assert counted == encoding("o200k_base").count(text)
    assert len(pauses) >= len(text) / 5_000


def test_many_short_texts_are_counted_with_pauses_too():
    pauses = []
    fresh = Encoding("o200k_base")
    with pausing(lambda: pauses.append(True)):
        for at in range(100):
            fresh.count(f"{words(3, at)}.")
    assert len(pauses) == 100


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_who_stops_at_any_pause_counts_right_afterwards(text):
    fresh, expected = Encoding("o200k_base"), encoding("o200k_base").count(text)
    for patience in (0, 1, 3):
        left = [None] * patience

        def stop(left=left):
            if not left:
                raise StoppedError
            left.pop()

        with suppress(StoppedError), pausing(stop):  # what was counted before is remembered, and needs no pause
            fresh.count(text)
    assert fresh.count(text) == expected


def test_pauses_are_for_the_thread():
    seen = []
    with pausing(repr):
        other = Thread(target=lambda: seen.append(HERE.pause))
        other.start()
        other.join()
        assert HERE.pause is repr
    assert seen == [None]


WORKS = {
    "vectors": lambda: [embed(text) for text in ("a", "b", "c")],
    "judgements": lambda: scores("I will kill you. " * 1000),
    "pictures": lambda: [png("a boat", 64, 64), webp("a boat", 64, 64), jpeg("a boat", 64, 64)],
}


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_long_works_pause_and_make_the_same(work):
    pauses = []
    with pausing(lambda: pauses.append(True)):
        made = work()
    assert made == work()
    assert len(pauses) >= 3
