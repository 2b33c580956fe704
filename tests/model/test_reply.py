from __future__ import annotations

from understudy.model.reply import Reasoning, Refused, Reply, Text, ToolCall


def test_the_text_of_a_reply_is_what_is_visible():
    assert Reply((Reasoning("hm"), Text("a"), ToolCall("f", "{}"), Refused("no"), Text("b"))).text == "ab"
    assert Reply().text == ""
