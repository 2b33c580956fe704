"""`understudy explain`: who answers a request, why, and what is sent when."""

from __future__ import annotations

import json
import sys
from io import BytesIO, TextIOWrapper

import pytest

SCRIPT = """
rules:
  - name: sky
    when: {user: "what colour is the sky?"}
    reply: "Blue."
  - when: {user: {contains: weather}, tools: get_weather}
    reply: {tool_calls: [{name: get_weather, arguments: {city: Paris}}]}
  - when: {model: "flaky-*"}
    replies: [{error: rate_limit}, "third time lucky"]
responses: {"who?": "me"}
timing: {ttft: 350ms, itl: 20ms}
"""


@pytest.fixture
def explain(run, write):
    def ask(user="hi", *more, script=SCRIPT, model="gpt-4o", **body):
        request = {"model": model, "messages": [{"role": "user", "content": user}], **body}
        return run("explain", write("s.yaml", script), write("r.json", json.dumps(request)), *more)

    return ask


def test_the_rule_that_answers_and_the_plan(explain):
    done = explain("What colour is the sky?", stream=True)
    summary, plan = done.out.split("\n\nplan\n")
    assert summary.splitlines() == [
        "request  POST /v1/chat/completions, model gpt-4o, streamed",
        "         user: 'What colour is the sky?'",
        "answer   rule 'sky' (s.yaml:3)",
        "because  user: 'what colour is the sky?'",
        "status   200, 13 prompt tokens, 2 completion tokens",
        "time     0.370 s",
    ]
    assert plan.splitlines()[1] == "  | HTTP/1.1 200 OK"
    assert [line.split()[0] for line in plan.splitlines() if line.startswith("+")] == [
        *("+0.000", "+0.350", "+0.350"),
        *("+0.370", "+0.370"),
    ]
    assert "  | data: [DONE]" in plan.splitlines()
    assert (done.status, done.err) == (0, "")


def test_near_misses_when_no_rule_answers(explain):
    done = explain("what weather")
    assert "answer   the setting `reply`\nbecause  no rule matched. Nearest:\n" in done.out
    assert "rule 'rule 2' (s.yaml:6):\n             tools: expected 'get_weather', got nothing\n" in done.out


def test_strict_mode_answers_the_near_miss(explain):
    done = explain("what weather", script=SCRIPT + "settings: {reply: error}\n")
    assert "status   404" in done.out
    assert "  | HTTP/1.1 404 Not Found" in done.out


def test_a_sequence_says_which_reply_this_is(explain):
    assert "answer   rule 'rule 3' (s.yaml:8), the first of 2 replies\n" in explain(model="flaky-1").out


def test_a_response(explain):
    done = explain("who?")
    assert "answer   the script's responses, by this very text\n" in done.out
    assert "Nearest" not in done.out


def test_tools(explain):
    tool = {"type": "function", "function": {"name": "get_time", "parameters": {"type": "object", "properties": {}}}}
    done = explain("What time is it?", tools=[tool])
    assert ", tools get_time\n" in done.out
    assert "answer   what a model would do with the tools" in done.out


def test_a_forced_rule(explain):
    done = explain("hi", "--header", "X-Understudy-Rule: sky")
    assert "because  the header X-Understudy-Rule forces it\n" in done.out


def test_a_refused_request(explain):
    done = explain(messages=[{"role": "wizard"}])
    assert "answer   refused before any rule was asked\nstatus   400\n" in done.out
    assert '"param": "messages[0].role"' in done.out


@pytest.mark.parametrize(
    ("body", "path"),
    [({"input": "x"}, "/v1/embeddings"), ({"prompt": "x"}, "/v1/completions"), (5, "/v1/chat/completions")],
    ids=["embedding", "completion", "number"],
)
def test_the_body_says_which_operation_is_meant(run, write, body, path):
    done = run("explain", write("s.yaml", SCRIPT), write("r.json", json.dumps(body)))
    assert done.status == 0
    assert done.out.startswith(f"request  POST {path}")


def test_the_same_text_every_time(explain):
    script = SCRIPT + "settings: {reply: generate, latency: 10, jitter: 5}\n"
    assert explain(script=script).out == explain(script=script).out


def test_standard_input(run, write, monkeypatch):
    body = b'{"model": "m", "messages": [{"role": "user", "content": "who?"}]}'
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(body)))
    assert "the script's responses" in run("explain", write("s.yaml", SCRIPT), "-").out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["s.yaml", "none.json"], "request 'none.json': No such file or directory. Check the path."),
        (["s.yaml", "s.yaml"], "request 's.yaml': expected JSON"),
        (["s.yaml", "."], "request '.': Is a directory"),
        (["none.yaml", "r.json"], "none.yaml:1: no such file"),
        (["s.yaml", "r.json", "--dialect", "opnai"], "Did you mean 'openai'?"),
        (["s.yaml", "r.json", "--header", "x"], "--header 'x': expected NAME: VALUE"),
        (["s.yaml", "r.json", "--header", ": x"], "--header ': x': expected NAME: VALUE"),
        (["s.yaml", "deep.json"], "request 'deep.json': expected JSON"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_answered_with_a_sentence(run, write, given, said):
    write("s.yaml", SCRIPT)
    write("r.json", "{}")
    write("deep.json", "[" * 100_000)
    done = run("explain", *given)
    assert done.status == 2
    assert said in done.err
    assert done.out == ""


ENGINE = """
capacity: {decode-step: 20ms, decode-per-seq: 0ms, prefill-token: 1ms}
timing: {latency: 100ms}
rules: [{reply: one two three}]
"""


def times(out):
    return [line.split()[0] for line in out.partition("\nplan\n")[2].splitlines() if line.startswith("+")]


def test_a_simulated_engine_that_has_nothing_else_to_do_gives_the_times(explain):
    done = explain("hi", stream=True, script=ENGINE)
    assert "\ntime     0.168 s with a simulated engine that has nothing else to do\n" in done.out
    assert times(done.out) == ["+0.100", "+0.128", "+0.128", "+0.148", *["+0.168"] * 4]
    whole = explain("hi", script=ENGINE)
    assert times(whole.out) == ["+0.168"]
    assert "gate" not in done.out + whole.out


def test_a_fault_strikes_an_engine_at_its_time(explain):
    done = explain("hi", "--header", "X-Understudy-Fault: reset;time=140ms", stream=True, script=ENGINE)
    assert times(done.out) == ["+0.100", "+0.128", "+0.128", "+0.140"]
    assert done.out.endswith("+0.140 abort\n")


def test_what_an_engine_refuses_takes_no_time(explain):
    done = explain("hi", script="capacity: {max-model-len: 9}\nrules: [{reply: one two three}]")
    assert "\nstatus   400\n" in done.out
    assert "engine" not in done.out.partition("\nplan\n")[0]
