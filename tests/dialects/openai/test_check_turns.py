"""Conversations that the API refuses: tool results without a call, calls without a result, parts without their content."""

from __future__ import annotations

import pytest

USER = {"role": "user", "content": "hi"}


def asks(*ids):
    calls = [{"id": each, "type": "function", "function": {"name": "f", "arguments": "{}"}} for each in ids]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def result(of):
    return {"role": "tool", "tool_call_id": of, "content": "x"}


def image(url):
    return {"type": "image_url", "image_url": {"url": url}}


NO_CALL = "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."


def unanswered(*ids):
    return (
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The "
        f"following tool_call_ids did not have response messages: {', '.join(ids)}"
    )


def without(path):
    return f"Missing required parameter: '{path}'."


CASES = {
    "a result and no call": ([USER, result("a")], NO_CALL, "messages.[1].role"),
    "a result after an answer": ([USER, {"role": "assistant", "content": "x"}, result("a")], NO_CALL, "messages.[2].role"),
    "a call and no result": ([USER, asks("a"), USER], unanswered("a"), "messages.[2].role"),
    "calls and one result": ([USER, asks("a", "b", "c"), result("b"), USER], unanswered("a", "c"), "messages.[3].role"),
    "a call at the end": ([USER, asks("a")], unanswered("a"), "messages.[1].role"),
    "a result of another call": (
        [USER, asks("a"), result("b")],
        "Invalid parameter: 'tool_call_id' of 'b' not found in 'tool_calls' of previous message.",
        "messages.[2].tool_call_id",
    ),
    "a result of nothing": (
        [USER, asks("a"), {"role": "tool", "content": "x"}],
        without("messages[2].tool_call_id"),
        "messages[2].tool_call_id",
    ),
    "a call without name": (
        [USER, {"role": "assistant", "tool_calls": [{"id": "a", "type": "function", "function": {}}]}],
        without("messages[1].tool_calls[0].function.name"),
        "messages[1].tool_calls[0].function.name",
    ),
    "a call without id": (
        [USER, {"role": "assistant", "tool_calls": [{"type": "function"}]}],
        without("messages[1].tool_calls[0].id"),
        "messages[1].tool_calls[0].id",
    ),
    "an image without address": (
        [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}],
        without("messages[0].content[0].image_url.url"),
        "messages[0].content[0].image_url.url",
    ),
    "sound without format": (
        [{"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "x"}}]}],
        without("messages[0].content[0].input_audio.format"),
        "messages[0].content[0].input_audio.format",
    ),
    "a file without file": (
        [{"role": "user", "content": [{"type": "file"}]}],
        without("messages[0].content[0].file"),
        "messages[0].content[0].file",
    ),
    "a part of another API": (
        [{"role": "user", "content": [{"type": "image"}]}],
        "Invalid value: 'image'. Supported values are: 'text', 'image_url', 'input_audio', 'refusal', 'audio', and 'file'.",
        "messages[0].content[0].type",
    ),
    "an image in a result": (
        [USER, asks("a"), {**result("a"), "content": [image("https://x.test/a.png")]}],
        (
            "Invalid 'messages[2]'. Image URLs are only allowed for messages with role 'user', but this message with role "
            "'tool' contains an image URL."
        ),
        "messages[2]",
    ),
    "sound for a model that hears none": (
        [{"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "x", "format": "wav"}}]}],
        "Invalid 'messages[0]'. Content blocks are expected to be either text or image_url type.",
        "messages[0]",
    ),
    "a name of two words": (
        [{**USER, "name": "Ada Lovelace"}],
        (
            "Invalid 'messages[0].name': string does not match pattern. Expected a string that matches the pattern "
            r"'^[^\s<|\\/>]+$'."
        ),
        "messages[0].name",
    ),
    "a call with a long identifier": (
        [USER, asks("a" * 65), result("a" * 65)],
        (
            "Invalid 'messages[1].tool_calls[0].id': string too long. Expected a string with maximum length 64, but got a "
            "string with length 65 instead."
        ),
        "messages[1].tool_calls[0].id",
    ),
    "a picture that is none": (
        [{"role": "user", "content": [image("data:application/pdf;base64,AAAA")]}],
        (
            "Invalid image URL: 'messages[0].content[0].image_url.url'. Expected a base64-encoded data URL with an image MIME "
            "type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got unsupported MIME type 'application/pdf'."
        ),
        "messages[0].content[0].image_url.url",
    ),
    "data that is no picture": (
        [{"role": "user", "content": [image("data:image/png;base64,aW1nIGJ5dGVzIGhlcmU=")]}],
        (
            "You uploaded an unsupported image. Please make sure your image has of one the following formats: "
            "['png', 'jpeg', 'gif', 'webp']."
        ),
        None,
    ),
    "a file that is none": (
        [{"role": "user", "content": [{"type": "file", "file": {"file_data": "data:text/plain;base64,AAAA"}}]}],
        (
            "Invalid file data: 'messages[0].content[0].file.file_data'. Expected a base64-encoded data URL with an "
            "application/pdf MIME type (e.g. 'data:application/pdf;base64,SGVsbG8sIFdvcmxkIQ=='), but got unsupported MIME "
            "type 'text/plain'."
        ),
        "messages[0].content[0].file.file_data",
    ),
}


@pytest.mark.parametrize(("messages", "message", "param"), CASES.values(), ids=CASES)
def test_a_conversation_is_refused(ask, chat, messages, message, param):
    answer = ask(chat(messages=messages))
    assert (answer.status, answer.error[:2]) == (400, (message, param))


@pytest.mark.parametrize(("messages", "message", "param"), CASES.values(), ids=CASES)
def test_lenient_mode_takes_it(engine, ask, chat, messages, message, param):
    assert ask(chat(messages=messages), to=engine(validation="lenient")).status == 200


@pytest.mark.parametrize(
    "messages",
    [
        [USER, asks("a", "b"), result("b"), result("a")],
        [USER, asks("a"), result("a"), asks("b"), result("b"), {"role": "assistant", "content": "x"}, USER],
        [
            USER,
            {"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}},
            {"role": "function", "name": "f", "content": "x"},
        ],
        [{"role": "system", "content": "x"}, {"role": "assistant", "content": "x"}],
    ],
    ids=["any order", "several rounds", "functions", "no user"],
)
def test_a_conversation_that_is_whole_is_accepted(ask, chat, messages):
    assert ask(chat(messages=messages)).status == 200
