"""How an upstream broke off, and the fault that breaks a replay alike."""

from __future__ import annotations

import pytest

from understudy.recorder.breaks import before_the_head, in_raw
from understudy.recorder.reply import hear, reply_of

EVENT = b'data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n'


def test_nothing_came(take, chat):
    found = take(chat("a"), status=0)
    found.broken, found.broke = "hang", 0.5
    said = {"text": "", "timing": {"latency": "500ms"}, "fault": {"kind": "hang"}}
    assert before_the_head(found) == said
    assert reply_of(found, hear(found)) == said


def test_what_is_missing_of_a_known_length(take, chat):
    found = take(chat("a"), (0.1, b"{"))
    found.broken, found.length = "close", 10
    assert in_raw(found, 1) == {"kind": "wrong-length", "by": 9}
    assert in_raw(found, 2) == {"kind": "close", "at": "end"}
    found.broken = "reset"
    assert in_raw(found, 1) == [{"kind": "wrong-length", "by": 9}, {"kind": "reset", "at": "end"}]


def test_half_an_event_is_kept_byte_by_byte_with_the_moment_it_broke(take, chat):
    found = take(chat("a"), (0.1, EVENT), (0.2, EVENT[:20]), content_type="text/event-stream")
    found.begun, found.broken, found.broke = 0.1, "reset", 0.5
    said = reply_of(found, hear(found))
    assert said["fault"] == {"kind": "reset", "at": "end"}
    assert [chunk["after"] for chunk in said["raw"]["chunks"]] == [100.0, 100.0, 300.0]


def test_a_call_that_broke_off_breaks_at_its_event(take, chat):
    call = b'{"index":0,"id":"c","function":{"name":"f","arguments":""}}'
    data = b'data: {"choices":[{"index":0,"delta":{"tool_calls":[%b]}}]}\n\n' % call
    found = take(chat("a"), (0.1, data), content_type="text/event-stream")
    found.broken, found.broke = "close", 0.1
    said = reply_of(found, hear(found))
    assert said["fault"] == {"kind": "close", "at": {"event": 2}}
    assert said["tool_calls"] == [{"name": "f", "id": "c"}]


@pytest.mark.parametrize("model", ["gpt-4", "gpt-4o"])
def test_where_tokens_are_counted_otherwise_the_event_is_the_place(take, chat, model):
    found = take(chat("a") | {"model": model}, (0.1, EVENT), content_type="text/event-stream")
    found.broken, found.broke = "reset", 0.2
    assert reply_of(found, hear(found))["fault"]["at"] == ({"event": 2} if model == "gpt-4" else {"token": 2})


END = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
DONE = b"data: [DONE]\n\n"
CLAUDE = {"model": "claude-sonnet-4-5", "max_tokens": 9, "messages": [{"role": "user", "content": "a"}], "stream": True}
BEGINS = b'data: {"type":"message_start","message":{"id":"m","content":[]}}\n\n'
TEXT = b'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}}\n\n'
ENDS = b'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\n'
STOP = b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
GEMINI = b'data: {"candidates":[{"content":{"parts":[{"text":"x"}]}}]}\n\n'
GEMINI_ENDS = b'data: {"candidates":[{"finishReason":"STOP"}]}\n\n'
EARLY = {"kind": "early-end", "at": {"token": 2}}


@pytest.mark.parametrize(
    ("path", "data", "fault"),
    [
        ("/v1/chat/completions", EVENT + END + DONE, None),
        ("/v1/chat/completions", EVENT + END, {"kind": "missing-done"}),
        ("/v1/chat/completions", EVENT + DONE, {"kind": "missing-finish"}),
        ("/v1/chat/completions", EVENT, EARLY),
        ("/v1/messages", BEGINS + TEXT + ENDS + STOP, None),
        ("/v1/messages", BEGINS + TEXT + ENDS, {"kind": "missing-done"}),
        ("/v1/messages", BEGINS + TEXT, EARLY),
        ("/v1beta/models/gemini-2.5-flash:streamGenerateContent", GEMINI + GEMINI_ENDS, None),
        ("/v1beta/models/gemini-2.5-flash:streamGenerateContent", GEMINI, EARLY),
    ],
)
def test_a_stream_that_ends_in_peace_but_not_whole(take, chat, path, data, fault):
    gemini = {"contents": [{"role": "user", "parts": [{"text": "a"}]}]}
    asked = chat("a", stream=True) if "chat" in path else CLAUDE if "messages" in path else gemini
    found = take(asked, (0.1, data), path=path, content_type="text/event-stream")
    said = reply_of(found, hear(found))
    assert said.get("fault") == fault
    assert said["text"] == ("x [...]" if fault is not None and fault["kind"] == "early-end" else "x")


def test_a_call_that_ends_too_early_is_kept_byte_by_byte(take, chat):
    call = b'{"index":0,"id":"c","function":{"name":"f","arguments":""}}'
    data = b'data: {"choices":[{"index":0,"delta":{"tool_calls":[%b]}}]}\n\n' % call
    found = take(chat("a"), (0.1, data), content_type="text/event-stream")
    found.begun = 0.1
    said = reply_of(found, hear(found))
    assert said["raw"]["chunks"] == [{"after": 100.0, "data": data.decode()}]
    assert "fault" not in said
