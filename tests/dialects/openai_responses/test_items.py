"""Items as messages, and what is sealed."""

from __future__ import annotations

import pytest

from understudy.dialects.openai_responses.items import half_sealed, kept, messages, normalised, opened, sealed


class Numbered:
    """Names that tell how many were asked for."""

    def __init__(self):
        self.made = 0

    def of(self, kind):
        self.made += 1
        return f"{kind}_{self.made}"


def said(value):
    return [(m.role, m.text, m.tool_calls, m.tool_call_id) for m in messages(normalised(value))]


def test_a_text_is_a_message_of_the_user():
    assert said("hi") == [("user", "hi", None, None)]
    assert said("") == []
    assert said(None) == []


def test_calls_in_a_row_are_one_message_and_outputs_are_tools():
    f = {"type": "function_call", "call_id": "1", "name": "f", "arguments": "{}"}
    c = {"type": "custom_tool_call", "call_id": "2", "name": "c", "input": "x"}
    outs = [{"type": "function_call_output", "call_id": "1", "output": [{"type": "input_text", "text": "o"}]}]
    found = said([{"role": "user", "content": "q"}, {"type": "reasoning", "summary": []}, f, c, *outs])
    calls = [
        {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}},
        {"id": "2", "type": "custom", "custom": {"name": "c", "input": "x"}},
    ]
    assert found == [("user", "q", None, None), ("assistant", "", calls, None), ("tool", "o", None, "1")]


def test_parts_are_said_as_every_dialect_does():
    parts = [
        {"type": "input_text", "text": "a"},
        {"type": "input_image", "image_url": "u"},
        {"type": "input_file", "file_id": "f"},
    ]
    (message,) = messages(normalised([{"role": "user", "content": parts}]))
    assert message.content == [
        {"type": "text", "text": "a"},
        {"type": "image_url", "image_url": {"url": "u", "detail": "auto"}},
        {"type": "file", "file": {"file_id": "f"}},
    ]


@pytest.mark.parametrize("text", ["", "a", "é\ud800", "x" * 1000])
def test_what_is_sealed_is_opened(text):
    content = sealed(text, "0123456789abcdef01234567")
    assert opened(content) == text
    assert content.startswith("gAAAA")
    assert half_sealed(content).startswith("gAAAA")
    assert half_sealed(content) != content


@pytest.mark.parametrize("content", [None, "", "gAAAAAB", "nonsense!", "é" * 40])
def test_contents_of_others_are_empty(content):
    assert isinstance(opened(content), str)


def test_items_are_kept_with_the_members_they_are_listed_with_in_their_order():
    message = {"phase": None, "content": [], "role": "user", "type": "message", "other": 1}
    call = {"call_id": "c", "type": "function_call", "name": None, "arguments": "{}"}
    found = kept([message, {**message, "id": "msg_1", "status": "incomplete", "phase": "x"}, call, {"type": "y"}], Numbered())
    assert [list(item.items()) for item in found] == [
        [("id", "message_1"), ("type", "message"), ("status", "completed"), ("role", "user"), ("content", [])],
        [("id", "msg_1"), ("type", "message"), ("status", "incomplete"), ("role", "user"), ("content", []), ("phase", "x")],
        [("id", "function_call_2"), ("type", "function_call"), ("call_id", "c"), ("arguments", "{}"), ("status", "completed")],
        [("id", "y_3"), ("type", "y")],
    ]
