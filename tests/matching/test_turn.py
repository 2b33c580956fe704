"""`turn`: counting user messages."""

import pytest

from understudy.model.call import Message


def talk(turns):
    return [message for _ in range(turns) for message in (Message("user", "q"), Message("assistant", "a"))]


@pytest.mark.parametrize(
    ("condition", "turns", "holds"),
    [
        (1, 1, True),
        (1, 2, False),
        (0, 0, True),
        ({"min": 2}, 2, True),
        ({"min": 2}, 1, False),
        ({"max": 2}, 2, True),
        ({"max": 2}, 3, False),
        ({"min": 2, "max": 3}, 3, True),
        ({"min": 2, "max": 3}, 4, False),
    ],
)
def test_the_turn(ask, condition, turns, holds):
    assert (ask({"turn": condition}, messages=talk(turns)) is not None) is holds


def test_a_prompt_without_messages_is_the_first_turn(ask):
    assert ask({"turn": 1}, "once upon a time", messages=[], operation="completion") == {}
    assert ask({"turn": 0}, operation="models") == {}


@pytest.mark.parametrize(
    ("condition", "line"),
    [
        (1, "turn: expected 1, got 2"),
        ({"min": 3}, "turn: expected 3 or more, got 2"),
        ({"max": 1}, "turn: expected at most 1, got 2"),
        ({"min": 4, "max": 5}, "turn: expected 4 to 5, got 2"),
    ],
)
def test_a_miss_says_which_turn_it_is(reasons, condition, line):
    assert reasons({"turn": condition}, messages=talk(2)) == [line]


@pytest.mark.parametrize(
    ("value", "path", "message"),
    [
        ("1", (), "turn: expected a number of user messages from 0 up, got the text '1'."),
        (True, (), "turn: expected a number of user messages from 0 up, got true."),
        (-1, (), "turn: expected a number of user messages from 0 up, got the number -1."),
        ({}, (), "turn: expected min, max or both, got an empty mapping."),
        ({"min": 1.5}, ("min",), "min: expected a number of user messages from 0 up, got the number 1.5."),
        ({"min": 3, "max": 1}, (), "turn: expected min not above max, got min 3, max 1."),
        ({"mim": 3}, ("mim",), "unknown bound 'mim': expected one of min, max. Did you mean 'min'?"),
    ],
)
def test_mistakes(refused, value, path, message):
    assert refused({"turn": value}) == [(("turn", *path), message)]
