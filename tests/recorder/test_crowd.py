"""Whom conditions hold for among many, and how often they are tested."""

from __future__ import annotations

import pytest

from understudy.matching import When
from understudy.recorder import crowd as crowd_module
from understudy.recorder.conditions import tell_apart
from understudy.recorder.crowd import Crowd, fits


@pytest.fixture
def people(asked, chat):
    def made(*bodies):
        return Crowd([asked(body) for body in bodies])

    return made


def system(text):
    return {"role": "system", "content": text}


def test_what_is_looked_up_is_what_the_condition_says(people, chat):
    tool = {"type": "function", "function": {"name": "f"}}
    crowd = people(
        chat("a"),
        chat(system("Be brief."), "a", model="gpt-4o"),
        chat(system("BE BRIEF. "), system("Be kind."), "a", stream=True),
        chat("a", {"role": "assistant", "content": "b"}, "a", tools=[tool]),
    )
    wishes = [
        ("system", "be brief."),
        ("system", {"contains": "kind"}),
        ("model", "gpt-4o"),
        ("turn", 2),
        ("stream", True),
        ("stream", False),
        ("tools", ["f"]),
        ("tools", False),
        ("tool_result", False),
        ("response_format", "text"),
        ("operation", "chat"),
    ]
    for name, wanted in wishes:
        test = fits({name: wanted})
        assert crowd.held(name, wanted) == {place for place, one in enumerate(crowd.everybody) if test(one)}, name


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("seed", 1),
        ("seed", True),
        ("stop", "x"),
        ("stop", {"contains": "X"}),
        ("length(messages)", 1),
        ("temperature", 0),
        ("type(stop)", "array"),
        ("abs(stop)", 1),
    ],
)
def test_what_stands_in_bodies_is_what_the_condition_says(people, chat, path, wanted):
    crowd = people(chat("a", seed=1), chat("a", seed=1.0, stop=["X ", "y"]), chat("a", stop="x"), chat("a", temperature=0))
    test = fits({"json": {path: wanted}})
    everybody = range(len(crowd.everybody))
    assert crowd.held_at(path, wanted, everybody) == {place for place in everybody if test(crowd.everybody[place])}


@pytest.mark.parametrize(
    "differing",
    [
        lambda chat, n: chat("hello", seed=n),
        lambda chat, n: chat(system(f"Be number {n}."), "hello"),
        lambda chat, n: chat("hello", {"role": "assistant", "content": f"{n}"}, "hello"),
        lambda chat, n: chat(*["hello"] * (n + 1)),
    ],
    ids=["by the body", "by the system message", "by what was said", "by the turn"],
)
def test_equal_texts_are_told_apart_by_tests_in_proportion(people, chat, secrets, monkeypatch, differing):
    """Counted, not timed: how often a condition is tested for twice as many requests with one text."""
    tested = 0

    class Counting:
        @staticmethod
        def build(conditions):
            found = When.build(conditions)

            class Counted:
                @staticmethod
                def test(call, request):
                    nonlocal tested
                    tested += 1
                    return found.test(call, request)

            return Counted

    def count(size):
        nonlocal tested
        crowd, tested = people(*(differing(chat, n) for n in range(size))), 0
        found = [tell_apart(place, crowd, secrets) for place in range(size)]
        assert len({str(conditions) for conditions in found}) == size
        return tested

    monkeypatch.setattr(crowd_module, "When", Counting)
    once, twice = count(20), count(40)
    assert 0 < once < twice < 2.2 * once
