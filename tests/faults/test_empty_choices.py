"""What each provider answers whose list of answers is empty, whole and streamed."""

from __future__ import annotations

import json
from base64 import b64decode

import pytest

from understudy.faults.empty_choices import FAULT
from understudy.model.frame import Body, Stream
from understudy.model.reply import Reasoning, Reply, Text, Usage
from understudy.wire import eventstream

HI = [{"role": "user", "content": "hi"}]
PARTS = [{"role": "user", "parts": [{"text": "hi"}]}]
BLOCKS = [{"role": "user", "content": [{"text": "hi"}]}]
SOUND = {"anthropic-version": "2023-06-01"}
EMPTY = {**SOUND, "x-understudy-fault": "empty-choices"}
WHOLE = {  # path: request, where the list is
    "/v1/chat/completions": ({"model": "o3", "messages": HI}, ("choices",)),
    "/v1/completions": ({"model": "gpt-3.5-turbo-instruct", "prompt": "hi"}, ("choices",)),
    "/v1/responses": ({"model": "gpt-5", "input": "hi"}, ("output",)),
    "/v1/messages": ({"model": "claude-sonnet-5", "max_tokens": 9, "messages": HI}, ("content",)),
    "/v2/chat": ({"model": "command-a-03-2025", "messages": HI}, ("message", "content")),
    "/groq/openai/v1/chat/completions": ({"model": "llama-3.1-8b-instant", "messages": HI}, ("choices",)),
    "/tgi/v1/chat/completions": ({"model": "tgi", "messages": HI}, ("choices",)),
    "/model/anthropic.claude-3-sonnet/converse": ({"messages": BLOCKS}, ("output", "message", "content")),
    "/model/anthropic.claude-3-sonnet/invoke": (
        {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": HI},
        ("content",),
    ),
    "/model/amazon.titan-text/invoke": ({"inputText": "hi"}, ("results",)),
    "/model/mistral.mistral-7b/invoke": ({"prompt": "hi"}, ("outputs",)),
}
TEXTS = {  # providers without a list: where the text is
    "/api/chat": ({"model": "llama3", "messages": HI, "stream": False}, ("message", "content")),
    "/api/generate": ({"model": "llama3", "prompt": "hi", "stream": False}, ("response",)),
    "/model/meta.llama3/invoke": ({"prompt": "hi"}, ("generation",)),
    "/tgi/generate": ({"inputs": "hi"}, ("generated_text",)),
}


def member(document, path):
    for name in path:
        document = document[name]
    return document


@pytest.mark.parametrize("path", WHOLE)
def test_a_whole_answer_has_an_empty_list(path, ask):
    body, where = WHOLE[path]
    assert member(ask(body, path, headers=SOUND).json, where) != []
    answer = ask(body, path, headers=EMPTY)
    assert (answer.status, member(answer.json, where)) == (200, [])


@pytest.mark.parametrize("path", TEXTS)
def test_where_there_is_no_list_the_text_is_empty(path, ask):
    body, where = TEXTS[path]
    assert member(ask(body, path).json, where)
    assert member(ask(body, path, headers=EMPTY).json, where) == ""


def test_the_document_is_written_as_before(ask, chat):
    sound, empty = ask(chat()), ask(chat(), headers=EMPTY)
    assert list(empty.json) == list(sound.json)
    assert b'\n  "choices": [],\n  "usage": {\n' in empty.body
    assert empty.json["usage"]["completion_tokens"] == 0
    assert empty.json["usage"]["prompt_tokens"] == sound.json["usage"]["prompt_tokens"] > 0


def test_gemini_shows_no_candidates(ask):
    path = "/v1beta/models/gemini-2.5-flash:generateContent"
    found = ask({"contents": PARTS}, path, headers=EMPTY).json
    assert list(found) == ["usageMetadata", "modelVersion", "responseId"]


@pytest.mark.parametrize("n", [1, 3])
def test_a_stream_has_nothing_but_chunks_without_choices(n, ask, chat):
    body = chat(stream=True, n=n, stream_options={"include_usage": True})
    *events, usage, done = ask(body, headers=EMPTY).events
    assert done == "[DONE]"
    assert [json.loads(event)["choices"] for event in events] == [[]] * 2 * n
    assert json.loads(usage)["choices"] == []
    assert json.loads(usage)["usage"]["completion_tokens"] == 0


@pytest.mark.parametrize("path", ["/v1/completions", "/groq/openai/v1/chat/completions"])
def test_so_have_the_streams_of_others_with_choices(path, ask):
    *events, done = ask({**WHOLE[path][0], "stream": True}, path, headers=EMPTY).events
    assert done == "[DONE]"
    assert events
    assert all(json.loads(event)["choices"] == [] for event in events)


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("/v1/messages", ["message_start", "message_delta", "message_stop"]),
        ("/v1/responses", ["response.created", "response.in_progress", "response.completed"]),
        ("/v2/chat", ["message-start", "message-end"]),
    ],
)
def test_a_stream_of_blocks_begins_and_ends(path, kinds, ask, texts):
    answer = ask({**WHOLE[path][0], "stream": True}, path, headers=EMPTY)
    assert [json.loads(event)["type"] for event in texts(answer.body)] == kinds


@pytest.mark.parametrize("sse", [False, True])
def test_the_chunks_of_gemini_show_no_candidates(sse, ask, texts):
    path = "/v1beta/models/gemini-2.5-flash:streamGenerateContent"
    answer = ask({"contents": PARTS}, path + "?alt=sse" * sse, headers=EMPTY)
    found = list(map(json.loads, texts(answer.body))) if sse else answer.json
    assert [list(chunk) for chunk in found] == [["usageMetadata", "modelVersion", "responseId"]]


def test_the_inner_document_of_a_frame_is_emptied(ask):
    path = "/model/mistral.mistral-7b/invoke-with-response-stream"
    (frame,) = eventstream.decode(ask({"prompt": "hi"}, path, headers=EMPTY).body)
    inner = json.loads(b64decode(json.loads(frame.payload)["bytes"]))
    assert inner["outputs"] == []
    assert "amazon-bedrock-invocationMetrics" in inner


def test_nothing_is_said_or_thought_and_the_prompt_costs_what_it_did(striking):
    reply = Reply((Reasoning("Hm."), Text("Yes.")), "length", Usage(7, 8, 9))
    assert FAULT().on_reply(reply, striking()) == Reply((), "stop", Usage(7, None, 0))


def test_answers_whose_lists_nobody_knows_stay(striking):
    for answer in (Body(b'{"choices":[1]}'), Stream(None, b"")):
        assert FAULT().on_frames(answer, striking()) is answer


def test_an_event_that_is_no_document_stays(play, body_of):
    assert body_of(play("empty-choices")).endswith(b"data: [DONE]\n\n")
