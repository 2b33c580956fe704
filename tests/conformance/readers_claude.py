"""Readers of what the Anthropic API says, also through Bedrock's InvokeModel, and of Bedrock's Converse."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

from understudy_conformance.facts import Document, Facts, sse

from understudy.wire.eventstream import decode

_CLAUDE = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "refused",
    None: None,
}


def messages_whole(document: Document) -> Facts:
    blocks, usage = document["content"], document["usage"]
    calls = tuple((block["name"], block["input"]) for block in blocks if block["type"] == "tool_use")
    return Facts(
        "".join(block["text"] for block in blocks if block["type"] == "text"),
        "".join(block["thinking"] for block in blocks if block["type"] == "thinking"),
        calls,
        _CLAUDE[document["stop_reason"]],
        usage["input_tokens"],
        usage["output_tokens"],
        usage.get("output_tokens_details", {}).get("thinking_tokens"),
    )


def messages_stream(data: bytes) -> Facts:
    return _messages(sse(data))


def _messages(events: list[Document]) -> Facts:
    document: Document = {}
    blocks: dict[int, Document] = {}
    inputs: dict[int, str] = {}
    error = None
    for event in events:
        kind = event["type"]
        if kind == "message_start":
            document = event["message"]
        elif kind == "content_block_start":
            assert event["index"] == len(blocks)
            blocks[event["index"]] = event["content_block"]
        elif kind == "content_block_delta":
            for member in ("text", "thinking"):
                blocks[event["index"]][member] = blocks[event["index"]].get(member, "") + event["delta"].get(member, "")
            inputs[event["index"]] = inputs.get(event["index"], "") + event["delta"].get("partial_json", "")
        elif kind == "message_delta":
            document.update(event["delta"], usage=document["usage"] | event["usage"])
        elif kind == "error":
            error = event["error"]["message"]
        else:
            assert kind in ("ping", "content_block_stop", "message_stop")
    for index, text in inputs.items():
        if blocks[index]["type"] == "tool_use":
            blocks[index]["input"] = json.loads(text)
    assert error or events[-1]["type"] == "message_stop"
    return messages_whole(document | {"content": [blocks[index] for index in sorted(blocks)]})._replace(error=error)


def invoke_stream(data: bytes) -> Facts:
    events, error = [], None
    for headers, document in _frames(data):
        if headers[":message-type"] == "exception":
            error = document["message"]
        else:
            events.append(json.loads(base64.b64decode(document["bytes"])))
            events[-1].pop("amazon-bedrock-invocationMetrics", None)
    return _messages([*events, {"type": "error", "error": {"message": error}}] if error else events)


_CONVERSED = _CLAUDE | {"content_filtered": "refused"}


def _frames(data: bytes) -> Iterator[tuple[dict[str, str], Document]]:
    return ((message.headers, json.loads(message.payload)) for message in decode(data))


def _conversed(blocks: list[Document], stop: str | None, usage: Document | None) -> Facts:
    if usage:
        assert usage["totalTokens"] == usage["inputTokens"] + usage["outputTokens"]
    return Facts(
        "".join(block.get("text", "") for block in blocks),
        "".join(block["reasoningContent"]["reasoningText"]["text"] for block in blocks if "reasoningContent" in block),
        tuple((block["toolUse"]["name"], block["toolUse"]["input"]) for block in blocks if "toolUse" in block),
        _CONVERSED[stop],
        usage and usage["inputTokens"],
        usage and usage["outputTokens"],
    )


def converse_whole(document: Document) -> Facts:
    return _conversed(document["output"]["message"]["content"], document["stopReason"], document["usage"])


def converse_stream(data: bytes) -> Facts:
    blocks: dict[int, Document] = {}
    stop = usage = error = None
    for headers, document in _frames(data):
        kind = headers.get(":event-type") or headers[":exception-type"]
        delta = document.get("delta", {})
        block = blocks.setdefault(document["contentBlockIndex"], {}) if "contentBlockIndex" in document else {}
        if headers[":message-type"] == "exception":
            error = document["message"]
        elif kind == "contentBlockStart":
            block["toolUse"] = {"name": document["start"]["toolUse"]["name"], "input": ""}
        elif "text" in delta:
            block["text"] = block.get("text", "") + delta["text"]
        elif "reasoningContent" in delta:
            thought = block.setdefault("reasoningContent", {"reasoningText": {"text": ""}})["reasoningText"]
            thought["text"] += delta["reasoningContent"].get("text", "")
        elif "toolUse" in delta:
            block["toolUse"]["input"] += delta["toolUse"]["input"]
        stop = document.get("stopReason", stop)
        usage = document.get("usage", usage)
    for block in blocks.values():
        if "toolUse" in block:
            block["toolUse"]["input"] = json.loads(block["toolUse"]["input"])
    return _conversed([blocks[index] for index in sorted(blocks)], stop, usage)._replace(error=error)
