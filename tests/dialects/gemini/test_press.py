"""Answers as bytes: what is kept and used again, and that streams and whole answers say the same."""

from __future__ import annotations

import json

import pytest

SCRIPT = """
rules:
  - when: {user: think}
    reply: {reasoning: "Hm, well.", text: "So it is."}
  - when: {user: call}
    reply: {text: "Look:", tool_calls: [{name: f, arguments: {a: 1}}, {name: g, arguments: {}}]}
  - reply: "one two three four"
"""
STREAM = "streamGenerateContent"


def chunks(answer):
    text = answer.body.decode()
    if answer.headers["content-type"] == "text/event-stream":
        assert text.endswith("\r\n\r\n")
        return [json.loads(event.removeprefix("data: ")) for event in text[:-4].split("\r\n\r\n")]
    return json.loads(text)


def told(candidates):
    """What chunks say together: texts joined by kind, calls by name."""
    found = {"thought": "", "text": "", "calls": []}
    for candidate in candidates:
        for part in candidate["content"].get("parts", ()):
            if "functionCall" in part:
                found["calls"].append(part["functionCall"]["name"])
            else:
                found["thought" if part.get("thought") else "text"] += part["text"]
    return found


@pytest.mark.parametrize("query", ["alt=sse", "", "$alt=sse", "key=x&alt=sse"])
@pytest.mark.parametrize("user", ["think", "call", "else"])
@pytest.mark.parametrize("model", ["gemini-2.0-flash", "gemini-2.5-pro", "gemini-3-pro-preview"])
def test_a_stream_says_what_a_whole_answer_says(engine, say, contents, query, user, model):
    to = engine(SCRIPT)
    body = contents(user, generationConfig={"thinkingConfig": {"includeThoughts": True}})
    whole, parts = say(body, model, to=to).json, chunks(say(body, model, STREAM, query=query, to=to))
    assert told([part["candidates"][0] for part in parts]) == told(whole["candidates"])
    assert parts[-1]["usageMetadata"] == whole["usageMetadata"]
    assert [part["candidates"][0].get("finishReason") for part in parts] == [None] * (len(parts) - 1) + ["STOP"]
    totals = [part["usageMetadata"]["totalTokenCount"] for part in parts]
    assert totals == sorted(totals)


def test_a_plain_answer_is_kept_ready_and_differs_in_its_identifier_alone(engine, say, contents):
    to = engine(SCRIPT)
    first, second = say(contents("a"), to=to).json, say(contents("b"), to=to).json
    assert any(shelf.ready for shelf in to.world._shelves.values())
    assert first.pop("responseId") != second.pop("responseId")
    assert first == second


@pytest.mark.parametrize("method", ["generateContent", STREAM])
def test_what_was_rendered_for_one_prompt_does_not_answer_another(engine, say, contents, method):
    to = engine(SCRIPT)
    counts = []
    for user in ("a", "a longer prompt than that", "a"):
        answer = say(contents(user), "gemini-2.0-flash", method, to=to)
        found = chunks(answer)[-1] if method == STREAM else answer.json
        counts.append(found["usageMetadata"]["promptTokenCount"])
    assert counts[0] == counts[2] < counts[1]


def test_the_query_control_streams_too(engine, say, contents):
    assert len(chunks(say(contents("x"), query="stream=true&alt=sse", to=engine(SCRIPT)))) == 5


def test_a_limit_is_for_thoughts_and_words(engine, say, contents):
    to = engine(SCRIPT)
    config = {"maxOutputTokens": 3, "thinkingConfig": {"includeThoughts": True}}
    answer = say(contents("think", generationConfig=config), "gemini-2.5-pro", to=to).json
    usage = answer["usageMetadata"]
    assert answer["candidates"][0]["finishReason"] == "MAX_TOKENS"
    assert usage.get("candidatesTokenCount", 0) + usage["thoughtsTokenCount"] == 3


def test_an_empty_prompt_has_no_count(engine, say, contents):
    to, model = engine(SCRIPT), "gemini-2.0-flash"
    for user, counts in (("", []), ("a", ["promptTokenCount"]), ("", [])):
        whole = say(contents(user), model, to=to).json["usageMetadata"]
        assert list(whole)[: len(counts) + 2] == [*counts, "candidatesTokenCount", "totalTokenCount"]
        assert list(chunks(say(contents(user), model, STREAM, to=to))[-1]["usageMetadata"].items()) == list(whole.items())
