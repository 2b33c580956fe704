"""`messages`: any message."""

import pytest

from understudy.model.call import Message

TALK = [Message("system", "rules"), Message("user", "hello"), Message("assistant", None), Message("user", "bye")]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("hello", True),
        ("rules", True),
        ("", True),
        ("nobody said that", False),
        ({"all": ["hello", "bye"]}, True),
        ({"not": {"contains": "hell"}}, False),
        ({"not": {"contains": "heaven"}}, True),
    ],
)
def test_any_message_may_fit(ask, condition, holds):
    assert (ask({"messages": condition}, "bye", messages=TALK) is not None) is holds


def test_the_miss_shows_the_latest_messages(reasons):
    [line] = reasons({"messages": {"contains": "xyz"}}, "bye", messages=TALK)
    assert line == "messages: expected text containing 'xyz', got 'bye', '' and 2 more"
