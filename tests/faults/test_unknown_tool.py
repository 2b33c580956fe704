from __future__ import annotations

from understudy.faults.unknown_tool import FAULT
from understudy.model.reply import Reply, ToolCall

CALL = ToolCall("get_weather", '{"city":"Paris","days":3}', "call_1")


def test_the_first_call_is_renamed(offered):
    reply = FAULT(tool="buy").on_reply(Reply((CALL, CALL)), offered())
    assert [call.name for call in reply.blocks] == ["buy", "get_weather"]


def test_the_name_is_never_one_that_is_offered(offered):
    (call,) = FAULT(tool="get_weather").on_reply(Reply((CALL,)), offered()).blocks
    assert call.name == "get_weather_"
