"""The grammars of streams that are none of OpenAI's or Anthropic's: texts are replaced and parts left out in every dialect."""

from __future__ import annotations

import json

import pytest

from understudy.model.frame import Sheet, Stream
from understudy.wire.eventstream import decode

PATHS = {
    "ollama": ("/api/chat", {"model": "m"}),
    "cohere": ("/v2/chat", {"model": "m", "stream": True}),
    "bedrock": ("/model/anthropic.claude-3/converse-stream", {}),
    "claude": ("/model/anthropic.claude-3/invoke-with-response-stream", {"anthropic_version": "x", "max_tokens": 9}),
    "azure": (
        "/openai/deployments/m/chat/completions?api-version=2024-10-21",
        {"stream": True, "stream_options": {"include_usage": True}},
    ),
    "mistral": ("/mistral/v1/chat/completions", {"model": "m", "stream": True}),
    "deepseek": ("/deepseek/chat/completions", {"model": "m", "stream": True}),
    "groq": ("/groq/openai/v1/chat/completions", {"model": "m", "stream": True}),
    "openrouter": ("/api/v1/chat/completions", {"model": "m", "stream": True}),
    "vllm": ("/vllm/v1/chat/completions", {"model": "m", "stream": True, "stream_options": {"include_usage": True}}),
}
SCRIPT = "rules: [{reply: 'one two'}]\n"
USAGE = {"ollama": "eval_count", "bedrock": "outputTokens", "cohere": "billed_units", "claude": "outputTokenCount"}
FINISH = {"ollama": "done_reason", "bedrock": "stopReason", "cohere": "COMPLETE", "claude": '"end_turn"'}


@pytest.fixture(params=PATHS)
def name(request):
    return request.param


@pytest.fixture
def asked(name, engine, ask):
    """Ask in a dialect, with a fault."""
    path, more = PATHS[name]
    content = [{"text": "hi"}] if name == "bedrock" else "hi"
    body = {"messages": [{"role": "user", "content": content}], **more}

    def answered(fault: str = "") -> str:
        script = SCRIPT + (f"faults: [{{{fault}}}]\n" if fault else "")
        return shown(name, ask(body, path, to=engine(script)).body)

    return answered


def shown(name: str, data: bytes) -> str:
    """The stream as text; of binary frames the payloads, which must be sound."""
    if name not in ("bedrock", "claude"):
        return data.decode()
    payloads = [message.payload.decode() for message in decode(data)]
    if name == "claude":
        from base64 import b64decode

        payloads = [b64decode(json.loads(text)["bytes"]).decode() for text in payloads]
    return "\n".join(payloads)


def test_a_sound_stream_says_all_of_it(name, asked):
    text = asked()
    assert USAGE.get(name, "completion_tokens") in text
    assert FINISH.get(name, '"finish_reason":"stop"') in text


def test_usage_can_be_missing(name, asked):
    assert USAGE.get(name, "completion_tokens") not in asked("kind: missing-usage")


def test_the_finish_can_be_missing(name, asked):
    text = asked("kind: missing-finish")
    assert FINISH.get(name, '"finish_reason":"stop"') not in text
    assert "two" in text


def test_the_end_can_be_missing(name, asked):
    text = asked("kind: missing-done")
    assert "[DONE]" not in text
    assert len(text) < len(asked())


def test_bytes_that_are_no_text_can_be_said(name, engine, ask):
    path, more = PATHS[name]
    content = [{"text": "hi"}] if name == "bedrock" else "hi"
    fault = SCRIPT + "faults: [{kind: invalid-utf8}]\n"
    data = ask({"messages": [{"role": "user", "content": content}], **more}, path, to=engine(fault)).body
    if name in ("bedrock", "claude"):
        assert list(decode(data))  # checksums hold: only the text is broken
    else:
        with pytest.raises(UnicodeDecodeError):
            data.decode()


def test_an_event_that_says_nothing_has_no_text_to_replace(service):
    dialects = service().engine.world.dialects
    assert {"ollama", "cohere", "bedrock"} <= {dialect.name for dialect in dialects}
    assert Stream(Sheet([], []), b"").grammar is None
