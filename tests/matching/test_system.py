"""`system`: system and developer messages."""

import pytest

from understudy.model.call import Message

BOTH = [
    Message("system", "Be brief."),
    Message("developer", [{"type": "text", "text": "Be kind."}]),
    Message("user", "Be loud."),
]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("be brief.", True),
        ("be kind.", True),
        ("be loud.", False),
        ({"contains": "brief"}, True),
        ({"not": {"contains": "brief"}}, False),
        ({"not": {"contains": "loud"}}, True),
    ],
)
def test_one_of_the_system_texts_fits(ask, condition, holds):
    assert (ask({"system": condition}, "Be loud.", messages=BOTH) is not None) is holds


def test_without_a_system_message_only_not_holds(ask):
    assert ask({"system": {"contains": ["a"]}}, "a") is None
    assert ask({"system": {"not": {"contains": "a"}}}, "a") == {}


def test_the_miss_says_there_is_none(reasons):
    assert reasons({"system": {"prefix": "You are"}}, "hi") == ["system: expected text starting with 'You are', got nothing"]
