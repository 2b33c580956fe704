"""Answers of several choices that say nothing go out once, in time as without."""

from __future__ import annotations

import json
from functools import partial

import pytest

from understudy.runtime.alarm import VIRTUAL, TimerAlarm
from understudy.runtime.clock import VirtualClock
from understudy.runtime.lateness import Lateness
from understudy.runtime.player import Player
from understudy.runtime.stream import Stream

RULES = 'rules: [{reply: {text: ""}}]\n'
CHAT = {"model": "gpt-4o", "n": 2, "stream": True, "messages": [{"role": "user", "content": "u"}]}
WAYS = {
    "chat": ("/v1/chat/completions", CHAT),
    "usage": ("/v1/chat/completions", {**CHAT, "stream_options": {"include_usage": True}}),
    "completion": ("/v1/completions", {"model": "gpt-3.5-turbo-instruct", "prompt": ["u", "u"], "stream": True}),
    "vllm": ("/vllm/v1/chat/completions", CHAT),
    "mistral": ("/mistral/v1/chat/completions", CHAT),
    "azure": ("/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", CHAT),
    "gemini": (
        "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
        {"contents": [{"role": "user", "parts": [{"text": "u"}]}], "generationConfig": {"candidateCount": 2}},
    ),
    "gemini array": (
        "/v1beta/models/gemini-2.5-flash:streamGenerateContent",
        {"contents": [{"role": "user", "parts": [{"text": "u"}]}], "generationConfig": {"candidateCount": 2}},
    ),
}


@pytest.fixture
def body(engine, make_request):
    """The body of an answer as a client reads it."""

    def play(script, path, value):
        clock, sent, ended = VirtualClock(wall=1_700_000_000.0), [], []
        made = engine(script)
        made._monotonic = clock.monotonic
        request = make_request(json.dumps(value).encode(), path, headers={"x-goog-api-key": "k", "api-key": "k"})
        plan = made.respond(request)
        plan.ended = ended.append
        player = Player(clock, partial(TimerAlarm, clock, step=VIRTUAL), lambda call: call(), pytest.fail, Lateness())
        player.play(Stream(plan, 0.0, sent.append, lambda _ending: None))
        clock.advance(10.0)
        assert [delivery.outcome for delivery in ended] == ["done"]
        return b"".join(sent).partition(b"\r\n\r\n")[2]

    return play


@pytest.mark.parametrize("pace", ["timing: {itl: 1ms}\n", "timing: {ttft: 5ms}\n", "settings: {response-delay-ms: 5}\n"])
@pytest.mark.parametrize("way", WAYS)
def test_each_event_is_sent_once(body, way, pace):
    path, value = WAYS[way]
    assert body(pace + RULES, path, value) == body(RULES, path, value)
