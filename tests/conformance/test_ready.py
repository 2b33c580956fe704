"""What was asked before is answered from what is ready, with the very bytes that are made for who asks first."""

from __future__ import annotations

import json

import pytest

from understudy.engine.scope import resolve
from understudy.model.plan import Delivery, Plan, spelled_out

TIMING = "timing: {ttft: {uniform: {min: 60ms, max: 90ms}}, itl: {gamma: {mean: 6ms, cv: 0.5}}}\n"
RULES = """
rules:
  - {when: {user: {contains: called}}, reply: {tool_calls: [{name: get_weather, arguments: {city: Paris, days: [1, 2, 3]}}]}}
  - {when: {user: {contains: named}}, reply: {tool_calls: [{id: call_1, name: f, arguments: {city: Oslo}}], finish: stop}}
  - {when: {user: {contains: thought}}, reply: {reasoning: "Let me think about it.", text: "Some words of an answer."}}
  - {when: {user: {contains: counted}}, reply: {text: Some words of an answer., usage: {completion_tokens: 100}}}
  - {when: {user: {contains: refused}}, reply: {refusal: I cannot help with that.}}
  - {when: {user: {contains: plain}}, reply: "Some words of an answer, and then some more."}
"""
TEXTS = ("plain", "called", "named", "thought", "counted", "refused", "whatever comes to mind")
ASKED = ({}, {"tools": True}, {"max_tokens": 5}, {"max_tokens": 500, "stop": ("more",)}, {"think": True})
TIMES = 24  # more than it takes until what comes again is looked for


@pytest.fixture
def answers(make_request):
    """The answers of an engine to bodies that come one after the other; `anew` makes each as if it were the first."""

    def given(engine, speaker, bodies, path, *, anew):
        head, found = None, []
        for body in bodies:
            request = make_request(body, path, headers=dict(speaker.headers))
            if anew:
                scope = request.head.memo = resolve(request.head, engine.world)
                scope.plain = scope.steady = False
            elif head is None:
                head = request.head
            else:
                request.head = head
            answer = engine.respond(request)
            found.append(list(spelled_out(answer.steps)) if isinstance(answer, Plan) else answer)
        return found

    return given


def _joined(answer):
    """An answer as its bytes, and as how many of them had come at each moment, however they were cut."""
    now, said, moments = 0.0, b"", {}
    for step in [answer] if isinstance(answer, bytes) else answer:
        if isinstance(step, bytes):
            said += step
            moments[round(now, 6)] = len(said)
        else:
            now += step
    return said, moments


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("asked", ASKED, ids=repr)
@pytest.mark.parametrize("timing", ["", TIMING], ids=["at once", "in time"])
def test_what_is_ready_is_what_would_be_made(engine, speaker, wish, answers, timing, asked, stream):
    engines = [engine(timing + RULES, validation="lenient") for _ in range(2)]
    for text in TEXTS:
        wishes = [wish(f"{text} {n:04}", stream=stream, **asked) for n in range(TIMES)]
        bodies = [json.dumps(speaker.body(each), separators=(",", ":")).encode() for each in wishes]
        path = f"/{speaker.dialect}{speaker.where(wishes[0])}"
        warm, cold = (answers(to, speaker, bodies, path, anew=anew) for to, anew in zip(engines, (False, True), strict=True))
        for n, (one, other) in enumerate(zip(warm, cold, strict=True)):
            assert _joined(one) == _joined(other), (text, n)


TELLING = "rules: [{reply: {text: Some words., usage: {prompt_tokens: 3}}}]\n"


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("timing", ["", TIMING], ids=["at once", "in time"])
def test_what_is_ready_is_booked_as_it_was_told(service, speaker, wish, make_request, timing, stream):
    running = service(timing + TELLING, validation="lenient")
    head = None
    for number in range(TIMES):
        asked = wish(f"a prompt of several words {number:04}", stream=stream)
        body = json.dumps(speaker.body(asked), separators=(",", ":")).encode()
        request = make_request(body, f"/{speaker.dialect}{speaker.where(asked)}", headers=dict(speaker.headers))
        head = request.head = head or request.head
        answer = running.engine.respond(request)
        if isinstance(answer, Plan):
            answer.ended(Delivery("done", 1))
    running.engine._settle()
    assert [exchange.prompt_tokens for exchange in running.journal.list()] == [3] * TIMES
    assert running.counters.snapshot()["prompt_tokens"] == 3 * TIMES
