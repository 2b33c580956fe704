"""What is looked at of a request."""

from __future__ import annotations

from understudy.recorder.asked import results_of, systems_of, turn_of


def test_where_a_conversation_stands(asked, chat):
    said = {"role": "assistant", "content": None, "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f"}}]}
    results = [{"role": "tool", "tool_call_id": "a", "content": text} for text in ("one", "two")]
    one = asked(chat({"role": "system", "content": "Be brief."}, "go", said, *results))
    assert (results_of(one), systems_of(one), turn_of(one)) == (["one", "two"], ["Be brief."], 1)
    assert results_of(asked(chat("go"))) == []


def test_who_asks_and_how_often_is_no_difference(asked, chat):
    assert asked(chat("a", user="me", metadata={"run": "7"})).key == asked(chat("a", user="you")).key
    assert asked(chat("a")).key != asked(chat("b")).key
