from __future__ import annotations

import json

import pytest

from understudy.dialects.openai.chunks import Chunker
from understudy.dialects.openai.events import GRAMMAR
from understudy.engine.case import Case
from understudy.model.frame import Stream

BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "stream": True}


def spell(*choices, **members):
    return b"data: " + json.dumps({"id": "x", "choices": list(choices), **members}, separators=(",", ":")).encode() + b"\n\n"


def delta(finish=None, **members):
    return {"index": 0, "delta": members, "finish_reason": finish}


DONE = b"data: [DONE]\n\n"
USAGE = spell(usage={"total_tokens": 3})
FINISH = spell(delta("stop"))
TEXT = spell(delta(content="Hi"), usage=None)


@pytest.mark.parametrize("event", [DONE, USAGE, FINISH, TEXT])
@pytest.mark.parametrize(("part", "gone"), [("done", DONE), ("usage", USAGE), ("finish", FINISH)])
def test_a_part_that_stands_alone_goes_with_its_event(event, part, gone):
    assert GRAMMAR.without(event, part) == (None if event is gone else event)


def test_a_part_beside_text_goes_alone():
    last = spell({"text": "Hi", "index": 0, "finish_reason": "stop"}, usage={"total_tokens": 3})
    assert GRAMMAR.without(last, "finish") == last.replace(b'"stop"', b"null")
    assert GRAMMAR.without(last, "usage") == spell({"text": "Hi", "index": 0, "finish_reason": "stop"})


@pytest.mark.parametrize(
    "event",
    [
        TEXT,
        spell(delta(refusal="Hi")),
        spell(delta(tool_calls=[{"index": 0, "function": {"arguments": "Hi"}}])),
        spell(delta(tool_calls=[{"index": 0, "custom": {"input": "Hi"}}])),
        spell({"text": "Hi", "index": 0, "finish_reason": None}),
        spell(delta(), delta(content="Hi")),
    ],
)
def test_text_can_be_replaced_wherever_it_is(event):
    assert GRAMMAR.say(event, b"") == event.replace(b"Hi", b"")
    assert GRAMMAR.say(event, b"\xff\\n") == event.replace(b"Hi", b"\xff\\n")


@pytest.mark.parametrize(
    "event", [DONE, USAGE, FINISH, spell(delta(role="assistant", content="")), b": ping\n\n", b"data: 5\n\n"]
)
def test_what_says_nothing_has_no_text_to_replace(event):
    assert GRAMMAR.say(event, b"x") is None


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/completions"])
def test_every_stream_of_the_dialect_comes_with_it(path, monkeypatch, engine, make_request):
    made = engine()
    seen = []
    monkeypatch.setattr(Case, "steps", lambda _self, _head, answer: seen.append(answer) or [])
    body = BODY if "chat" in path else {"model": "gpt-3.5-turbo-instruct", "prompt": "hi", "stream": True}
    made.respond(make_request(body, path))
    assert isinstance(seen[0], Stream)
    assert seen[0].grammar is GRAMMAR


def test_chunks_of_short_texts_are_shared_and_those_of_long_ones_are_not_kept():
    chunker = Chunker("gpt-4o", 0, usage=False, obfuscate=False)
    assert chunker["short"] is chunker["short"]
    assert chunker["x" * 5_000] == chunker["x" * 5_000]
    assert list(chunker) == ["short"]
