from __future__ import annotations

from understudy.faults.wrong_arguments import FAULT
from understudy.model.reply import Reply, ToolCall

CALL = ToolCall("get_weather", '{"city":"Paris","days":3}', "call_1")


def test_every_type_is_refused_by_the_schema(offered):
    (call,) = FAULT().on_reply(Reply((CALL,)), offered()).blocks
    assert (call.name, call.id, call.arguments) == ("get_weather", "call_1", '{"city":7.5,"days":"wrong"}')


def test_no_arguments_become_a_list(offered):
    (call,) = FAULT().on_reply(Reply((ToolCall("get_weather", "{}"),)), offered()).blocks
    assert call.arguments == "[]"


def test_where_nothing_is_refused_the_type_is_another(offered):
    (call,) = FAULT().on_reply(Reply((ToolCall("other", '{"a":"b","c":7.5}'),)), offered()).blocks
    assert call.arguments == '{"a":7.5,"c":"wrong"}'
