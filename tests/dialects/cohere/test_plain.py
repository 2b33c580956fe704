"""Plain chats take the straight line: what bears on their answers is in their kind."""

from __future__ import annotations

import json

import pytest

from understudy.dialects import Options
from understudy.dialects.cohere import decode

USER = {"role": "user", "content": "hi"}


@pytest.fixture
def read(make_request):
    def call(fields, *, strict=True):
        body = {"model": "m", "messages": [USER], **fields}
        return decode.chat(make_request(body, "/v2/chat"), {}, Options(strict=strict))

    return call


@pytest.mark.parametrize(
    "fields",
    [
        {"tools": []},
        {"documents": ["a"]},
        {"logprobs": True},
        {"response_format": {"type": "json_object"}},
        {"tool_choice": "NONE"},
        {"messages": []},
        {"messages": [{"role": "tool", "content": "5"}]},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
    ],
    ids=json.dumps,
)
def test_what_else_may_bear_on_the_answer_has_no_kind(read, fields):
    assert not read(fields, strict=False).plain


def test_what_bears_on_the_answer_makes_another_kind(read):
    wishes = [{}, {"max_tokens": 5}, {"max_tokens": 6}, {"stop_sequences": ["a"]}, {"thinking": {"type": "disabled"}}]
    calls = [read({**wish, "model": model}) for wish in wishes for model in ("m", "n")]
    assert len({call.kind for call in calls}) == len(calls)
    same = {"messages": [USER, USER], "temperature": 0.3, "seed": 5, "p": 0.1, "k": 2, "stream": True, "safety_mode": "OFF"}
    assert read(same).kind == calls[0].kind is not None


@pytest.mark.parametrize("stream", [False, True])
def test_answers_are_made_ready(engine, ask, monkeypatch, stream):
    to = engine("rules: [{reply: yes}]")
    first, second = (ask({"model": "m", "messages": [USER], "stream": stream}, "/v2/chat", to=to).body for _ in range(2))
    monkeypatch.setattr(to, "_answer", None)
    third = ask({"model": "m", "messages": [USER], "stream": stream}, "/v2/chat", to=to).body
    other = ask({"model": "m", "messages": [{**USER, "content": "ho"}], "stream": stream}, "/v2/chat", to=to).body
    assert first == second == third != other
    assert len(other) == len(first)
