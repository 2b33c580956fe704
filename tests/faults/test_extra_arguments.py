from __future__ import annotations

from understudy.faults.extra_arguments import FAULT
from understudy.model.reply import Reply, ToolCall

CALL = ToolCall("get_weather", '{"city":"Paris","days":3}', "call_1")


def test_an_argument_is_added(offered):
    (call,) = FAULT().on_reply(Reply((CALL,)), offered()).blocks
    assert (call.name, call.id, call.arguments) == (
        "get_weather",
        "call_1",
        '{"city":"Paris","days":3,"unexpected":"unexpected"}',
    )


def test_it_is_never_one_that_the_tool_knows(offered):
    (call,) = FAULT(argument="unit").on_reply(Reply((CALL,)), offered()).blocks
    assert call.arguments == '{"city":"Paris","days":3,"unit_":"unexpected"}'
