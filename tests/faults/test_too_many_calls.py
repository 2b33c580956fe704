from __future__ import annotations

from understudy.faults.too_many_calls import FAULT
from understudy.model.reply import Reply, ToolCall

CALL = ToolCall("get_weather", '{"city":"Paris","days":3}', "call_1")


def test_the_calls_are_repeated_by_turns(offered):
    reply = FAULT(count=5).on_reply(Reply((CALL, ToolCall("b", "{}"))), offered())
    assert [(call.name, call.id) for call in reply.blocks] == [
        ("get_weather", "call_1"),
        ("b", None),
        ("get_weather", None),
        ("b", None),
        ("get_weather", None),
    ]


def test_more_than_that_stay(offered):
    assert len(FAULT(count=2).on_reply(Reply((CALL,) * 3), offered()).blocks) == 3
