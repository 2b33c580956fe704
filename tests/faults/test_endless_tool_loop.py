from __future__ import annotations

from understudy.faults.endless_tool_loop import FAULT
from understudy.model.call import Message
from understudy.model.reply import Reply, Text, ToolCall


def _conversation(where):
    told = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
    where.call.messages = [
        Message("user", "hi"),
        Message("assistant", None, tool_calls=[told]),
        Message("tool", "sunny", tool_call_id="call_1"),
    ]
    return where


def test_the_last_call_comes_again_although_there_are_results(offered):
    reply = FAULT().on_reply(Reply((Text("It is sunny."),)), _conversation(offered()))
    assert reply.blocks == (ToolCall("get_weather", "{}"),)


def test_a_tool_of_free_text_is_called_again_too(offered):
    where = offered()
    where.call.messages = [Message("assistant", tool_calls=[{"type": "custom", "custom": {"name": "run", "input": "ls"}}])]
    assert FAULT().on_reply(Reply(), where).blocks == (ToolCall("run", "ls", kind="custom"),)


def test_the_first_time_the_call_is_the_reply_s_own(offered):
    reply = Reply((ToolCall("own", "{}"),))
    assert FAULT().on_reply(reply, offered()) is reply


def test_without_one_it_is_made(offered):
    (call,) = FAULT().on_reply(Reply((Text("hi"),)), offered()).blocks
    assert call.name == "get_weather"


def test_without_tools_there_is_no_loop(striking):
    reply = Reply((Text("hi"),))
    assert FAULT().on_reply(reply, striking()) is reply
