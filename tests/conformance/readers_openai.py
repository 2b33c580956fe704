"""Readers of what the OpenAI API says: chat, as its kin say it too, legacy completions, responses."""

from __future__ import annotations

import json
from typing import Any

from understudy_conformance.facts import Document, Facts, sse


def _parts(content: Any) -> tuple[str, str]:
    """Text and thought of a content: a string, nothing, or parts as Mistral's reasoning models send them."""
    if not isinstance(content, list):
        return content or "", ""
    thoughts = [inner["text"] for part in content if part["type"] == "thinking" for inner in part["thinking"]]
    return "".join(part["text"] for part in content if part["type"] == "text"), "".join(thoughts)


def _usage(usage: Document | None) -> dict[str, Any]:
    if not usage:
        return {}
    details = usage.get("completion_tokens_details") or {}
    beside = usage["total_tokens"] - usage["prompt_tokens"] - usage["completion_tokens"]
    assert beside in (0, details.get("reasoning_tokens"))  # some count thoughts beside the completion
    return {
        "prompt_tokens": usage["prompt_tokens"],
        "completion_tokens": usage["completion_tokens"],
        "thought_tokens": details.get("reasoning_tokens"),
    }


def chat_whole(document: Document) -> Facts:
    (choice,) = document["choices"]
    message = choice["message"]
    text, thought = _parts(message.get("content"))
    thought += message.get("reasoning_content") or message.get("reasoning") or ""
    calls = tuple((c["function"]["name"], json.loads(c["function"]["arguments"])) for c in message.get("tool_calls") or ())
    finish = "refused" if message.get("refusal") else choice["finish_reason"]
    return Facts(text + (message.get("refusal") or ""), thought, calls, finish, **_usage(document.get("usage")))


def chat_stream(data: bytes, *, end: str | None = "[DONE]") -> Facts:
    message: Document = {"content": "", "refusal": "", "reasoning": ""}
    calls: dict[int, Document] = {}
    finish = usage = error = None
    for event in sse(data, end=end):
        if "error" in event or event.get("object") == "error":
            error = chat_error(event)
            continue
        usage = event.get("usage") or event.get("x_groq", {}).get("usage") or usage
        for choice in event["choices"]:
            delta, finish = choice["delta"], choice.get("finish_reason") or finish
            text, thought = _parts(delta.get("content"))
            message["content"] += text
            message["refusal"] += delta.get("refusal") or ""
            message["reasoning"] += thought + (delta.get("reasoning_content") or delta.get("reasoning") or "")
            for call in delta.get("tool_calls") or ():
                kept = calls.setdefault(call["index"], {"function": {"name": "", "arguments": ""}})
                assert "id" in call or call["index"] in calls
                kept["function"]["name"] += call["function"].get("name") or ""
                kept["function"]["arguments"] += call["function"].get("arguments") or ""
    message["tool_calls"] = [calls[index] for index in sorted(calls)]
    whole = {"choices": [{"message": message, "finish_reason": finish}], "usage": usage}
    return chat_whole(whole)._replace(error=error)


def chat_error(document: Document) -> str:
    error = document.get("error", document)
    return error if isinstance(error, str) else error.get("message") or chat_error(error)


def completion_whole(document: Document) -> Facts:
    (choice,) = document["choices"]
    return Facts(choice["text"], "", (), choice["finish_reason"], **_usage(document["usage"]))


def completion_stream(data: bytes) -> Facts:
    text, finish, usage, error = "", None, None, None
    for event in sse(data, end="[DONE]"):
        if "error" in event:
            error = chat_error(event)
            continue
        usage = event.get("usage") or usage
        for choice in event["choices"]:
            text, finish = text + choice["text"], choice["finish_reason"] or finish
    return Facts(text, "", (), finish, **_usage(usage), error=error)


def _ended(response: Document, output: list[Document]) -> Facts:
    text, thought, calls, refused = "", "", [], False
    for item in output:
        parts = item.get("content") or ()
        if item["type"] == "function_call":
            calls.append((item["name"], json.loads(item["arguments"])))
        elif item["type"] == "reasoning":
            thought += "".join(part["text"] for part in (*parts, *item.get("summary", ())))
        else:
            text += "".join(part.get("text") or part.get("refusal") or "" for part in parts)
            refused = refused or any(part["type"] == "refusal" for part in parts)
    finish = {"completed": "tool_calls" if calls else "stop", "incomplete": "length"}.get(response["status"])
    usage = response.get("usage")
    counts: dict[str, Any] = {}
    if usage:
        assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
        thoughts = usage["output_tokens_details"]["reasoning_tokens"]
        counts = {
            "prompt_tokens": usage["input_tokens"],
            "completion_tokens": usage["output_tokens"],
            "thought_tokens": thoughts,
        }
    if finish == "length":
        assert response["incomplete_details"] == {"reason": "max_output_tokens"}
    return Facts(text, thought, tuple(calls), "refused" if refused else finish, **counts)


def responses_whole(document: Document) -> Facts:
    return _ended(document, document["output"])


def responses_stream(data: bytes) -> Facts:
    items: dict[int, Document] = {}
    response: Document = {"status": "in_progress"}
    error = None
    for event in sse(data):
        kind = event["type"]
        if kind == "error":
            error = chat_error(event)
        elif kind == "response.output_item.added":
            items[event["output_index"]] = {"type": event["item"]["type"], "name": event["item"].get("name"), "arguments": ""}
        elif kind.endswith("arguments.delta"):
            items[event["output_index"]]["arguments"] += event["delta"]
        elif kind.endswith(".delta"):
            member = "refusal" if "refusal" in kind else "text"
            items[event["output_index"]].setdefault("content", []).append({"type": member, member: event["delta"]})
        elif kind in ("response.completed", "response.incomplete", "response.failed"):
            response = event["response"]
    found = _ended(response, [items[index] for index in sorted(items)])
    if error is None:
        assert found == responses_whole(response)
    return found._replace(error=error)
