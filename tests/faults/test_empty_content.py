from __future__ import annotations

from understudy.faults.empty_content import FAULT
from understudy.model.reply import Reasoning, Reply, Text, ToolCall


def test_nothing_is_said_but_what_was_thought_stays(striking):
    reply = Reply((Reasoning("Hm."), Text("Yes."), ToolCall("a", "{}")), "length")
    assert FAULT().on_reply(reply, striking()) == Reply((Reasoning("Hm."),), "stop")
