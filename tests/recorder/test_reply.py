"""What was answered, as a rule says it."""

from __future__ import annotations

import json

import pytest

from understudy.recorder.reply import hear, reply_of, verbatim


@pytest.fixture
def reply(take, chat):
    def write(document, *, status=200, **more):
        found = take(more.pop("body", chat("a")), (0.25, json.dumps(document).encode()), status=status, **more)
        return reply_of(found, hear(found))

    return write


def completion(message, **more):
    return {"choices": [{"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop"} | more]}


def test_a_text(reply):
    assert reply(completion({"content": "x"})) == {"text": "x", "timing": {"latency": "250ms"}}


def test_usage_and_an_unusual_end(reply):
    document = completion({"content": "x"}, finish_reason="length") | {
        "usage": {"prompt_tokens": 1, "completion_tokens": 0, "completion_tokens_details": {"reasoning_tokens": 0}}
    }
    found = reply(document)
    assert (found["finish"], found["usage"]) == ("length", {"prompt_tokens": 1, "completion_tokens": 0})


def test_arguments_that_are_no_compact_object_stay_texts(reply):
    calls = [
        {"id": f"c{i}", "type": "function", "function": {"name": "f", "arguments": text}}
        for i, text in enumerate(('{"a":1}', '{"a": 1}', "oh", ""))
    ]
    found = reply(completion({"tool_calls": calls}, finish_reason="tool_calls"))
    assert [call.get("arguments") for call in found["tool_calls"]] == [{"a": 1}, '{"a": 1}', "oh", None]
    assert "finish" not in found


def test_blocks_in_another_order(take, reply):
    document = {
        "content": [{"type": "text", "text": "a"}, {"type": "thinking", "thinking": "b"}, {"type": "text", "text": "c"}],
        "stop_reason": "end_turn",
    }
    body = {"model": "claude-sonnet-4-5", "max_tokens": 9, "messages": [{"role": "user", "content": "a"}]}
    found = reply(document, body=body, path="/v1/messages")
    assert found["blocks"] == [{"text": "a"}, {"reasoning": "b"}, {"text": "c"}]


def test_errors(reply):
    found = reply({"error": {"message": "Slow.", "type": "t", "code": None, "param": 3}}, status=429, retry_after="2")
    assert found["error"] == {"status": 429, "message": "Slow.", "type": "t", "retry-after": "2s"}
    assert reply({"message": "m"}, status=500)["error"] == {"status": 500, "message": "m"}
    assert reply({"odd": 1}, status=500)["raw"]["status"] == 500


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        completion({"content": None}),
        {"choices": [{"index": i, "message": {"content": "x"}} for i in range(2)]},
        completion({"content": "x", "audio": {"id": "a"}}),
        completion({"tool_calls": [{"id": "x", "type": "custom", "custom": {"name": "f", "input": "x"}}]}),
    ],
)
def test_what_no_content_can_say_is_kept_byte_by_byte(reply, document):
    assert reply(document)["raw"]["chunks"] == [{"after": 250.0, "data": json.dumps(document)}]


def test_a_stream_that_ends_in_an_error(take, chat):
    data = b'data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\ndata: {"error":{"message":"m"}}\n\n'
    found = take(chat("a"), (0.1, data), content_type="text/event-stream")
    fault = {"kind": "error-event", "at": {"token": 2}, "message": "m"}
    assert reply_of(found, hear(found)) == {"text": "x [...]", "timing": {"ttft": "100ms"}, "fault": fault}


def test_an_error_that_comes_later_than_what_was_said(take, chat):
    data = b'data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n'
    error = b'data: {"error":{"message":"m","code":429}}\n\n'
    found = take(chat("a"), (0.1, data), (0.35, error), content_type="text/event-stream")
    said = reply_of(found, hear(found))
    assert sum(said["timing"]["itl"]["trace"]["gaps"]) == pytest.approx(250)
    assert said["fault"] == {"kind": "error-event", "at": {"token": 2}, "message": "m", "status": 429}


def test_an_error_that_comes_before_anything_was_said(take, chat):
    role = b'data: {"choices":[{"index":0,"delta":{"role":"assistant"}}]}\n\n'
    error = b'data: {"error":{"message":"m"}}\n\n'
    found = take(chat("a"), (0.1, role), (0.35, error), content_type="text/event-stream")
    place = {"at": {"event": 2}}
    assert reply_of(found, hear(found))["fault"] == [
        {"kind": "stall", "for": "250ms", **place},
        {"kind": "error-event", **place, "message": "m"},
    ]


def test_a_stream_that_is_only_an_error(take, chat):
    found = take(chat("a"), (0.1, b'data: {"error":{"message":"m"}}\n\n'), content_type="text/event-stream")
    assert reply_of(found, hear(found)) == {"error": {"status": 500, "message": "m"}, "timing": {"latency": "100ms"}}


def test_gaps_of_a_stream(take, chat):
    chunks = [
        (at, b'data: {"choices":[{"index":0,"delta":{"content":"%b"}}]}\n\n' % text)
        for at, text in ((0.2, b"The"), (0.25, b" sky"))
    ]
    found = take(
        chat("a"),
        (0.1, b'data: {"choices":[{"index":0,"delta":{"role":"assistant"}}]}\n\n'),
        *chunks,
        (0.3, b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'),
        content_type="text/event-stream",
    )
    assert reply_of(found, hear(found)) == {"text": "The sky", "timing": {"ttft": "200ms", "itl": {"trace": {"gaps": [50.0]}}}}


def test_bytes_and_headers(take, chat):
    found = take(chat("a"), (0.1, b"\xff"), (0.3, b"b"), content_type="text/event-stream", date="d", set_cookie="c", x_mine="m")
    found.begun = 0.05
    assert verbatim(found) == {
        "raw": {
            "headers": {"content-type": "text/event-stream", "x-mine": "m"},
            "chunks": [{"after": 50.0, "data": ""}, {"after": 50.0, "base64": "/w=="}, {"after": 200.0, "data": "b"}],
        }
    }


def answered(take, body, document, path="/v1/chat/completions"):
    whole = take(body, (0.5, json.dumps(document).encode()), path=path, content_type="application/json")
    heard = hear(whole)
    return reply_of(whole, heard), list(heard.lost) if heard is not None else None


def test_probabilities_of_something_else_than_the_text_keep_the_answer_byte_by_byte(take, chat):
    def document(text, token):
        odds = {"content": [{"token": token, "logprob": -0.5}]}
        return {"choices": [{"message": {"content": text}, "logprobs": odds, "finish_reason": "stop"}]}

    assert answered(take, chat("x"), document("a", "a"))[0]["logprobs"] == [{"token": "a", "logprob": -0.5}]
    assert "raw" in answered(take, chat("x"), document("\u4f60", "\\xe4"))[0]


def test_an_answer_that_a_stop_sequence_ended_which_nobody_asked_for_is_kept_byte_by_byte(take, chat):
    said = {"content": [{"type": "text", "text": "1 2 "}], "stop_reason": "stop_sequence", "stop_sequence": "END"}
    assert answered(take, chat("x", max_tokens=9, stop_sequences=["END"]), said, "/v1/messages")[0]["text"] == "1 2 END"
    assert "raw" in answered(take, chat("x", max_tokens=9, stop_sequences=["1"]), said, "/v1/messages")[0]


def test_what_is_said_beside_the_contents_is_told(take, chat):
    said = {
        "id": "x",
        "model": "gpt-4o-mini-2024",
        "provider": "p",
        "choices": [{"message": {"content": "a"}}],
        "usage": {"cost": 1},
    }
    assert answered(take, chat("x"), said)[1] == ["model", "provider", "usage.cost"]
    assert answered(take, chat("x", model="gpt-4o-mini-2024", service_tier="flex"), {**said, "service_tier": "flex"})[1] == [
        "provider",
        "usage.cost",
    ]
    assert answered(take, chat("x"), {"error": {"message": "m"}, "cost": 1})[1] is None
