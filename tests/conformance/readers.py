"""Readers of what Gemini, Ollama, Cohere and Text Generation Inference say."""

from __future__ import annotations

import json

from understudy_conformance.facts import Document, Facts, sse

_GEMINI = {"STOP": "stop", "MAX_TOKENS": "length", "SAFETY": "refused", None: None}


def gemini_whole(document: Document) -> Facts:
    return _gemini([document])


def gemini_stream(data: bytes) -> Facts:
    return _gemini(sse(data))


def gemini_array(data: bytes) -> Facts:
    array, mark, event = data.partition(b"\r\ndata: ")  # an error comes as an event (differences-gemini.md)
    return _gemini([*json.loads(array + b"]"), json.loads(event)] if mark else json.loads(array))


def _gemini(documents: list[Document]) -> Facts:
    text, thought, calls, finish, usage, error = "", "", [], None, {}, None
    for document in documents:
        if "error" in document:
            error = document["error"]["message"]
            continue
        (candidate,) = document["candidates"]
        for part in candidate.get("content", {}).get("parts", ()):
            if "functionCall" in part:
                calls.append((part["functionCall"]["name"], part["functionCall"]["args"]))
            elif part.get("thought"):
                thought += part["text"]
            else:
                text += part["text"]
        finish, usage = candidate.get("finishReason", finish), document["usageMetadata"]
        if finish == "SAFETY":
            text += candidate["finishMessage"]
    counted = usage.get("candidatesTokenCount", 0) + usage.get("thoughtsTokenCount", 0)
    if usage:
        assert usage["totalTokenCount"] == usage["promptTokenCount"] + counted
    ended = "tool_calls" if calls and finish == "STOP" else _GEMINI[finish]
    return Facts(
        text, thought, tuple(calls), ended, usage.get("promptTokenCount"), counted, usage.get("thoughtsTokenCount"), error
    )


def ollama_whole(document: Document) -> Facts:
    return _ollama([document])


def ollama_stream(data: bytes) -> Facts:
    assert data.endswith(b"\n")
    return _ollama([json.loads(line) for line in data.splitlines()])


def _ollama(lines: list[Document]) -> Facts:
    text, thought, calls, error = "", "", [], None
    for line in lines:
        if "error" in line:
            error = line["error"]
            continue
        said = line.get("message", line)
        text += said.get("content") or said.get("response") or ""
        thought += said.get("thinking") or ""
        calls += [(call["function"]["name"], call["function"]["arguments"]) for call in said.get("tool_calls") or ()]
    last = lines[-1]
    finish = "tool_calls" if calls and last.get("done_reason") == "stop" else last.get("done_reason")
    assert error or last["done"] is True
    return Facts(text, thought, tuple(calls), finish, last.get("prompt_eval_count"), last.get("eval_count"), None, error)


_COHERE = {"COMPLETE": "stop", "STOP_SEQUENCE": "stop", "MAX_TOKENS": "length", "TOOL_CALL": "tool_calls", None: None}


def cohere_whole(document: Document) -> Facts:
    message, tokens = document["message"], document["usage"]["tokens"]
    content = message.get("content") or ()
    return Facts(
        "".join(part.get("text", "") for part in content) + message.get("tool_plan", ""),
        "".join(part.get("thinking", "") for part in content),
        tuple((c["function"]["name"], json.loads(c["function"]["arguments"])) for c in message.get("tool_calls") or ()),
        _COHERE[document["finish_reason"]],
        tokens["input_tokens"],
        tokens["output_tokens"],
    )


def cohere_stream(data: bytes) -> Facts:
    content: dict[str, str] = {}
    calls: dict[int, Document] = {}
    finish, tokens, error = None, {"input_tokens": None, "output_tokens": None}, None
    for event in sse(data, end="[DONE]"):
        said = event.get("delta", {}).get("message", {})
        if event["type"] == "tool-call-start":
            calls[event["index"]] = said["tool_calls"]
        elif event["type"] == "tool-call-delta":
            calls[event["index"]]["function"]["arguments"] += said["tool_calls"]["function"]["arguments"]
        elif event["type"] in ("content-delta", "tool-plan-delta"):
            for member, piece in (said.get("content") or {"text": said.get("tool_plan")}).items():
                content[member] = content.get(member, "") + piece
        elif event["type"] == "message-end":
            delta = event["delta"]
            error, tokens = delta.get("error"), delta.get("usage", {}).get("tokens", tokens)
            finish = None if error else delta["finish_reason"]
    parts = [{member: text} for member, text in content.items()]
    message = {"content": parts, "tool_calls": [calls[index] for index in sorted(calls)]}
    whole = cohere_whole({"message": message, "finish_reason": finish, "usage": {"tokens": tokens}})
    return whole._replace(error=error)


_GENERATED = {"eos_token": "stop", "stop_sequence": "stop", "length": "length"}


def generated_whole(document: Document) -> Facts:
    details = document["details"]
    text, finish = document["generated_text"], _GENERATED[details["finish_reason"]]
    return Facts(text, "", (), finish, None, details["generated_tokens"])


def generated_stream(data: bytes) -> Facts:
    text, last, error = "", {}, None
    for event in sse(data):
        if "error" in event:
            error = event["error"]
        else:
            text, last = text + event["token"]["text"], event
    if error or not last.get("details"):
        return Facts(text, error=error)
    assert last["generated_text"] == text
    return generated_whole(last)
