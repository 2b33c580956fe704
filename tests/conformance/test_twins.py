"""An answer that is not streamed takes the time its stream would have taken, in every dialect and whatever is said."""

from __future__ import annotations

import pytest

from understudy.model.plan import Plan, spelled_out

TIMING = "timing: {ttft: {uniform: {min: 60ms, max: 90ms}}, itl: {gamma: {mean: 6ms, cv: 0.5}}, per-prompt-token: 1ms}\n"
SCRIPT = (
    TIMING
    + """
rules:
  - {when: {user: thoughts}, reply: {reasoning: "Let me think about that for a while.", text: "Some words of an answer."}}
  - {when: {user: counted}, reply: {text: "Some words of an answer.", usage: {completion_tokens: 100}}}
  - {when: {user: called}, reply: {tool_calls: [{name: get_weather, arguments: {city: Paris, days: [1, 2, 3]}}, {name: f}]}}
  - {when: {user: both}, reply: {text: "Let me look.", tool_calls: [{name: get_weather, arguments: {city: Oslo}}]}}
  - {when: {user: structured}, reply: {json: {colour: grey, words: [one, two]}}}
  - {when: {user: pieces}, reply: {pieces: ["One ", "two ", "three and four"]}}
  - {when: {user: generated}, reply: {generate: {tokens: 300}}}
  - {when: {user: plain}, reply: "Some words of an answer, and then some more."}
"""
)
TEXTS = ("thoughts", "counted", "called", "both", "structured", "pieces", "generated", "plain", "whatever comes to mind")


def _time(engine, request):
    """The seconds that an answer takes: those before the last of its bytes."""
    plan = engine.respond(request)
    assert isinstance(plan, Plan), plan
    waits = [step for step in spelled_out(plan.steps) if isinstance(step, int | float)]
    return pytest.approx(sum(waits))


@pytest.fixture
def times(make_request):
    """How long a question takes, streamed and not."""

    def measure(engine, path, body, streamed_path, streamed_body, headers):
        drawn = {**headers, "x-understudy-decision": "0123456789abcdef" * 2}
        return (
            _time(engine, make_request(body, path, headers=drawn)),
            _time(engine, make_request(streamed_body, streamed_path, headers=drawn)),
        )

    return measure


@pytest.mark.parametrize("settings", [{}, {"stream_unit": "char"}, {"stream_tokens_max": 4}], ids=repr)
def test_whole_answers_take_the_time_of_their_streams(engine, speaker, wish, times, settings):
    to = engine(SCRIPT, validation="lenient", **settings)
    for text in TEXTS:
        whole = wish(text, tools=text in ("called", "both"), think=text == "thoughts")
        streamed = whole._replace(stream=True)
        paths = [f"/{speaker.dialect}{speaker.where(asked)}" for asked in (whole, streamed)]
        bodies = [speaker.body(asked) for asked in (whole, streamed)]
        found = times(to, paths[0], bodies[0], paths[1], bodies[1], dict(speaker.headers))
        assert found[0] == found[1].expected, text


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5", "o3"])
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/vllm/v1/chat/completions", "/v1/responses"])
def test_models_that_think_unseen_think_in_no_time(engine, times, model, path):
    asked = (
        {"model": model, "input": "hi"}
        if "responses" in path
        else {"model": model, "messages": [{"role": "user", "content": "hi"}]}
    )
    whole, streamed = times(engine(SCRIPT), path, asked, path, {**asked, "stream": True}, {})
    assert whole == streamed.expected


def test_several_candidates_are_made_side_by_side(engine, times):
    to = engine(TIMING + "rules: [{reply: one two three four five six seven eight nine ten}]")
    path = "/v1beta/models/gemini-2.5-pro"
    found = []
    for count in (1, 3):
        asked = {"contents": [{"parts": [{"text": "hi"}]}], "generationConfig": {"candidateCount": count, "seed": 7}}
        found += times(to, f"{path}:generateContent", asked, f"{path}:streamGenerateContent", asked, {})
    assert len({time.expected for time in found}) == 1


@pytest.mark.parametrize(
    "path", ["/v1/chat/completions", "/vllm/v1/chat/completions", "/v1/completions", "/vllm/v1/completions"]
)
def test_several_answers_are_made_side_by_side(engine, times, path):
    to = engine(TIMING + "rules: [{replies: [one two three, one two three four five six seven eight nine ten], then: loop}]")
    said = {"prompt": "hi"} if path.endswith("/v1/completions") else {"messages": [{"role": "user", "content": "hi"}]}
    asked = {"model": "gpt-3.5-turbo-instruct" if "prompt" in said else "m", "max_tokens": 50, **said}
    both = [
        times(to, path, {**asked, **more}, path, {**asked, **more, "stream": True}, {})
        for more in ({"n": 2}, {"n": 1}, {"n": 1})
    ]
    (whole, streamed), *alone = both
    assert whole == streamed.expected == max(time.expected for times in alone for time in times)
