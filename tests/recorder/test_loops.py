"""Rounds of tools and turns of conversations, in every protocol: a replay answers each in its place."""

from __future__ import annotations

import json

import pytest

from understudy import Understudy

MODEL = "/model/amazon.nova-pro-v1:0/converse"
SCRIPT = """
rules:
  - {when: {turn: 2}, reply: "You are welcome."}
  - {when: {tool_result: {contains: last}}, reply: "All seen."}
  - {when: {tool_result: false}, reply: {tool_calls: [{name: look, arguments: {at: 1}}]}}
  - {when: {tool_result: {contains: first}}, reply: {tool_calls: [{name: look, arguments: {at: 2}}]}}
"""
TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}
RESULTS = ("the first", "the last")


class Chat:
    """OpenAI's protocol, and those that are like it."""

    path, headers, arguments = "/v1/chat/completions", {}, staticmethod(json.loads)

    def body(self, messages):
        return {"model": "gpt-4o", "messages": messages, "tools": [TOOL]}

    def user(self, text):
        return {"role": "user", "content": text}

    def message(self, answer):
        return answer["choices"][0]["message"]

    def calls(self, message):
        return [(call.get("id"), self.arguments(call["function"]["arguments"])) for call in message.get("tool_calls") or []]

    def result(self, identifier, text):
        return {"role": "tool", "tool_call_id": identifier, "content": text}

    def text(self, message):
        return message["content"]


class Ollama(Chat):
    path, arguments = "/api/chat", staticmethod(lambda value: value)

    def body(self, messages):
        return {"model": "llama3.2", "messages": messages, "tools": [TOOL], "stream": False}

    def message(self, answer):
        return answer["message"]


class Cohere(Chat):
    path = "/v2/chat"

    def body(self, messages):
        return {"model": "command-a-03-2025", "messages": messages, "tools": [TOOL]}

    def message(self, answer):
        return answer["message"]

    def text(self, message):
        return message["content"][0]["text"]


class Anthropic(Chat):
    path, headers = "/v1/messages", {"anthropic_version": "2023-06-01"}

    def body(self, messages):
        tool = {"name": "look", "input_schema": {"type": "object"}}
        return {"model": "claude-sonnet-4-5", "max_tokens": 99, "messages": messages, "tools": [tool]}

    def message(self, answer):
        return {"role": "assistant", "content": answer["content"]}

    def calls(self, message):
        return [(block["id"], block["input"]) for block in message["content"] if block["type"] == "tool_use"]

    def result(self, identifier, text):
        return {"role": "user", "content": [{"type": "tool_result", "tool_use_id": identifier, "content": text}]}

    def text(self, message):
        return message["content"][0]["text"]


class Converse(Chat):
    path = MODEL

    def body(self, messages):
        tool = {"toolSpec": {"name": "look", "inputSchema": {"json": {"type": "object"}}}}
        return {"messages": messages, "toolConfig": {"tools": [tool]}}

    def user(self, text):
        return {"role": "user", "content": [{"text": text}]}

    def message(self, answer):
        return answer["output"]["message"]

    def calls(self, message):
        blocks = [block["toolUse"] for block in message["content"] if "toolUse" in block]
        return [(block["toolUseId"], block["input"]) for block in blocks]

    def result(self, identifier, text):
        return {"role": "user", "content": [{"toolResult": {"toolUseId": identifier, "content": [{"text": text}]}}]}

    def text(self, message):
        return message["content"][0]["text"]


class Gemini(Chat):
    path = "/v1beta/models/gemini-2.5-flash:generateContent"

    def body(self, messages):
        return {"contents": messages, "tools": [{"functionDeclarations": [{"name": "look"}]}]}

    def user(self, text):
        return {"role": "user", "parts": [{"text": text}]}

    def message(self, answer):
        return answer["candidates"][0]["content"]

    def calls(self, message):
        return [("", part["functionCall"]["args"]) for part in message["parts"] if "functionCall" in part]

    def result(self, _identifier, text):
        return {"role": "user", "parts": [{"functionResponse": {"name": "look", "response": {"output": text}}}]}

    def text(self, message):
        return message["parts"][0]["text"]


@pytest.mark.parametrize(
    "speaker", [Chat(), Ollama(), Cohere(), Anthropic(), Converse(), Gemini()], ids=lambda s: type(s).__name__
)
def test_rounds_and_turns_do_not_collapse(script, recording, replay, send, speaker):
    def say(port, messages):
        got = send(port, speaker.path, speaker.body(messages), **speaker.headers)
        assert got.status == 200, got.body
        messages.append(speaker.message(got.json))
        return messages[-1]

    def talk(port):
        messages, seen = [speaker.user("look around")], []
        for text in RESULTS:
            ((identifier, arguments),) = speaker.calls(say(port, messages))
            seen.append(arguments)
            messages.append(speaker.result(identifier, text))
        seen.append(speaker.text(say(port, messages)))
        messages.append(speaker.user("thank you"))
        return [*seen, speaker.text(say(port, messages))]

    expected = [{"at": 1}, {"at": 2}, "All seen.", "You are welcome."]
    with Understudy(script(SCRIPT), clock="auto") as up, recording(up.port) as record:
        assert talk(record.port) == talk(record.port) == expected
        rules = record.rules
    assert len(rules) == 4, "a second run is the same requests"
    assert not [rule for rule in rules if "replies" in rule]
    with replay(clock="auto") as server:
        assert talk(server.port) == talk(server.port) == expected
