"""The time between the events of a stream, gap by gap: answered in virtual time, recorded, and answered again."""

from __future__ import annotations

import pytest

from understudy.recorder.page import rendered
from understudy.recorder.reply import hear, reply_of
from understudy.recorder.take import Reader, Take

SCRIPT = """
rules:
  - reply: {text: "The sky is blue, I think."}
    timing: {ttft: 310.52ms, itl: {trace: {gaps: [18.2, 0, 21.07, 35.61, 2.3, 250.11]}}}
"""
ASKED = [{"role": "user", "content": "sky"}]
MODEL = "/model/anthropic.claude-sonnet-4-5-20250929-v1:0"
WAYS = {
    "openai": ("/v1/chat/completions", {"model": "gpt-4o", "messages": ASKED, "stream": True}),
    "completion": ("/v1/completions", {"model": "gpt-3.5-turbo-instruct", "prompt": "sky", "max_tokens": 50, "stream": True}),
    "responses": ("/v1/responses", {"model": "gpt-4o", "input": "sky", "stream": True}),
    "anthropic": ("/v1/messages", {"model": "claude-sonnet-4-5", "max_tokens": 99, "messages": ASKED, "stream": True}),
    "gemini-sse": (
        "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
        {"contents": [{"role": "user", "parts": [{"text": "sky"}]}]},
    ),
    "gemini-array": (
        "/v1beta/models/gemini-2.5-flash:streamGenerateContent",
        {"contents": [{"role": "user", "parts": [{"text": "sky"}]}]},
    ),
    "ollama": ("/api/chat", {"model": "llama3.2", "messages": ASKED}),
    "generate": ("/api/generate", {"model": "llama3.2", "prompt": "sky"}),
    "cohere": ("/v2/chat", {"model": "command-a-03-2025", "messages": ASKED, "stream": True}),
    "converse": (f"{MODEL}/converse-stream", {"messages": [{"role": "user", "content": [{"text": "sky"}]}]}),
    "invoke": (
        f"{MODEL}/invoke-with-response-stream",
        {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 99, "messages": ASKED},
    ),
    "azure": (
        "/openai/deployments/d/chat/completions?api-version=2024-10-21",
        {"model": "gpt-4o", "messages": ASKED, "stream": True},
    ),
    "tgi": ("/generate_stream", {"inputs": "sky"}),
}


def timed(steps):
    """The pieces of a body and when each is sent; the head, and what frames chunks, left out."""
    at, found = 0.0, []
    for step in steps:
        if isinstance(step, float):
            at += step
        elif isinstance(step, bytes):
            data = step.partition(b"\r\n\r\n")[2] if step.startswith(b"HTTP/") else step
            while data:
                size, _, rest = data.partition(b"\r\n")
                length = int(size, 16)
                if length:
                    found.append((round(at, 5), rest[:length]))
                data = rest[length + 2 :]
    return found


@pytest.mark.parametrize("name", WAYS)
def test_gaps_are_replayed_as_they_were_measured(engine, ask_engine, make_request, name):
    path, body = WAYS[name]
    head = {"headers": {"anthropic-version": "2023-06-01"}}
    was = ask_engine(engine(SCRIPT), body, path, **head)
    kind = was.headers["content-type"]
    request = make_request(body, path)
    take = Take(request, 200, {"content-type": kind}, timed(was.steps), Reader().read(request))
    reply = reply_of(take, hear(take))
    assert reply["timing"]["ttft"] == "310.52ms"
    assert "raw" not in reply
    now = ask_engine(engine(rendered([{"name": "sky", "reply": reply}], "here")), body, path, **head)
    first, second = timed(was.steps), timed(now.steps)
    assert [at for at, _ in second] == pytest.approx([at for at, _ in first], abs=5e-5)
    assert [len(data) for _, data in second] == [len(data) for _, data in first]
