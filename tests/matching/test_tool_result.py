"""`tool_result`: the results the conversation ends with."""

import pytest

from understudy.model.call import Message

ASKED = Message("user", "weather?")
CALLED = Message("assistant", None, tool_calls=[{"id": "1"}])
SUN, RAIN = Message("tool", "sunny", tool_call_id="1"), Message("function", "rainy")


@pytest.mark.parametrize(
    ("messages", "condition", "holds"),
    [
        ([ASKED, CALLED, SUN], {"contains": "sun"}, True),
        ([ASKED, CALLED, SUN, RAIN], {"contains": "sun"}, True),
        ([ASKED, CALLED, SUN, RAIN], "rainy", True),
        ([ASKED, CALLED, SUN], "rainy", False),
        ([ASKED, CALLED, SUN], True, True),
        ([ASKED, CALLED, SUN], False, False),
        ([ASKED, CALLED, SUN, Message("assistant", "It is sunny."), ASKED], True, False),
        ([ASKED, CALLED, SUN, ASKED], {"contains": "sun"}, False),
        ([ASKED], False, True),
        ([], True, False),
    ],
)
def test_tool_results(ask, messages, condition, holds):
    assert (ask({"tool_result": condition}, "weather?", messages=list(messages)) is not None) is holds


def test_a_miss_shows_the_result(reasons):
    [line] = reasons({"tool_result": {"contains": "fog"}}, "weather?", messages=[ASKED, CALLED, SUN])
    assert line == "tool_result: expected text containing 'fog', got 'sunny'"
