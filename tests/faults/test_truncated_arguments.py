from __future__ import annotations

from understudy.faults.truncated_arguments import FAULT
from understudy.model.reply import Reply, ToolCall

CALL = ToolCall("get_weather", '{"city":"Paris","days":3}', "call_1")


def test_the_second_half_is_lost(offered):
    (call,) = FAULT().on_reply(Reply((CALL,)), offered()).blocks
    assert (call.name, call.id, call.arguments) == ("get_weather", "call_1", '{"city":"Pari')


def test_no_arguments_are_cut_too(offered):
    (call,) = FAULT().on_reply(Reply((ToolCall("get_weather", "{}"),)), offered()).blocks
    assert call.arguments == "{"
