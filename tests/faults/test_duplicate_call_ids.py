from __future__ import annotations

from understudy.faults.duplicate_call_ids import FAULT
from understudy.model.reply import Reply, ToolCall

CALL = ToolCall("get_weather", '{"city":"Paris","days":3}', "call_1")


def test_a_single_call_comes_twice(offered):
    assert FAULT().on_reply(Reply((CALL,)), offered()).blocks == (CALL, CALL)


def test_all_calls_are_named_as_the_first(offered):
    calls = (ToolCall("a", "{}"), ToolCall("b", "{}", "call_2"))
    first, second = FAULT().on_reply(Reply(calls), offered()).blocks
    assert (first.name, second.name) == ("a", "b")
    assert first.id == second.id
    assert first.id.startswith("call_")
