from __future__ import annotations

from understudy.faults.missing_required import FAULT
from understudy.model.reply import Reply, ToolCall

CALL = ToolCall("get_weather", '{"city":"Paris","days":3}', "call_1")


def test_the_first_required_argument_is_missing(offered):
    (call,) = FAULT().on_reply(Reply((CALL,)), offered()).blocks
    assert (call.name, call.id, call.arguments) == ("get_weather", "call_1", '{"days":3}')


def test_of_an_unknown_tool_the_first_argument_is_missing(offered):
    (call,) = FAULT().on_reply(Reply((ToolCall("other", '{"a":1,"b":2}'),)), offered()).blocks
    assert call.arguments == '{"b":2}'
