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


@pytest.fixture
def explain_body(run, write):
    def ask(body, *more, script=SCRIPT):
        return run("explain", write("s.yaml", script), write("r.json", json.dumps(body)), *more)

    return ask


CHAT = {"messages": [{"role": "user", "content": "who?"}]}
PARTS = {"contents": [{"role": "user", "parts": [{"text": "who?"}]}]}
ASSUMED = "\nassumed  this endpoint, by what the body holds; --dialect or --path names another\n"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"model": "gpt-4o", "input": "who?"}, "/v1/responses"),
        ({"model": "text-embedding-3-small", "input": "who?"}, "/v1/embeddings"),
        ({"model": "gpt-3.5-turbo-instruct", "prompt": "who?"}, "/v1/completions"),
    ],
    ids=["responses", "embeddings", "completions"],
)
def test_a_guess_that_is_none_of_the_usual_is_told(explain_body, body, path):
    out = explain_body(body).out
    assert out.startswith(f"request  POST {path}, model {body['model']}\n         user: 'who?'{ASSUMED}")


def test_nothing_is_assumed_of_a_chat_or_of_a_dialect_that_is_named(explain_body):
    assert "assumed" not in explain_body({"model": "gpt-4o", **CHAT}).out
    assert "assumed" not in explain_body({"model": "gpt-4o", "input": "who?"}, "--dialect", "openai_responses").out


@pytest.mark.parametrize(
    ("dialect", "body", "path", "model"),
    [
        ("anthropic", {"model": "claude-sonnet-5-5", "max_tokens": 9, **CHAT}, "/v1/messages", "claude-sonnet-5-5"),
        ("azure", {"model": "mine", **CHAT}, "/openai/deployments/mine/chat/completions", "mine"),
        ("azure", CHAT, "/openai/deployments/gpt-4o-mini/chat/completions", "gpt-4o-mini"),
        ("azure", {"model": "gpt-4o", "input": "who?"}, "/openai/responses", "gpt-4o"),
        (
            "bedrock",
            {"messages": [{"role": "user", "content": [{"text": "who?"}]}]},
            "/model/anthropic.claude-sonnet-4-5-20250929-v1:0/converse",
            "anthropic.claude-sonnet-4-5-20250929-v1:0",
        ),
        ("gemini", PARTS, "/v1beta/models/gemini-2.5-pro:generateContent", "gemini-2.5-pro"),
        ("gemini", {"model": "models/gemini-x", **PARTS}, "/v1beta/models/gemini-x:generateContent", "gemini-x"),
        ("mistral", {"model": "mistral-large-latest", **CHAT}, "/mistral/v1/chat/completions", "mistral-large-latest"),
        ("ollama", {"model": "llama3.2", "prompt": "who?", "stream": False}, "/api/generate", "llama3.2"),
        ("openai_responses", {"model": "gpt-4o", "input": "who?"}, "/v1/responses", "gpt-4o"),
        ("tei", {"inputs": "who?"}, "/embed", "BAAI/bge-base-en-v1.5"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_dialect_is_asked_in_its_own_way(explain_body, dialect, body, path, model):
    out = explain_body(body, "--dialect", dialect).out
    assert out.startswith(f"request  POST {path}, model {model}\n         user: 'who?'\n")
    assert "\nstatus   200, " in out


def test_no_endpoint_is_made_up(explain_body):
    done = explain_body({"no": "body"}, "--dialect", "tei")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("understudy: request: expected the body of /tei/v1/embeddings, ")


def test_only_what_the_script_serves_is_asked(explain_body):
    script = SCRIPT + "settings: {only: [gemini, openai]}\n"
    assert explain_body(PARTS, script=script).out.startswith("request  POST /v1beta/models/gemini-2.5-pro:generateContent,")
    assert "expected one of gemini, openai." in explain_body(PARTS, "--dialect", "tgi", script=script).err


def test_a_path_with_its_query(explain_body):
    out = explain_body(PARTS, "--path", "/v1beta/models/flaky%2D1:streamGenerateContent?alt=sse&delay=20").out
    assert out.startswith("request  POST /v1beta/models/flaky-1:streamGenerateContent, model flaky-1, streamed\n")
    assert "\ntime     0.020 s\n" in out
    assert "\nstatus   200, " in explain_body({"model": "m", "max_tokens": 9, **CHAT}, "--path", "/v1/messages").out
    asked = explain_body({"model": "m", "max_tokens": 9, **CHAT}, "--path", "/v1/messages/count_tokens").out
    assert "because  no rule is asked about what the server keeps and lists\n" in asked


def test_a_request_control_that_answers(explain):
    out = explain("[429]").out
    assert "\nanswer   a request control\nbecause  the last message is exactly [429]\nstatus   429\n" in out
    assert "no rule matched" not in out
    lenient = explain("[429]", script=SCRIPT + "settings: {request-controls: off}\n").out
    assert "answer   the setting `reply`\n" in lenient


def test_a_fault_in_place_of_an_answer(explain):
    asked = ("--header", "X-Understudy-Fault: rate_limit")
    fault = "\nfault    status;error=rate_limit, in place of that answer\nstatus   429\n"
    assert f"answer   the script's responses, by this very text{fault}" in explain("who?", *asked).out
    assert "because  no rule matched. Nearest:\n" in explain("nobody", *asked).out
    cut = explain("who?", "--header", "X-Understudy-Fault: reset;event=1", stream=True).out
    assert "\nfault    reset;event=1\nstatus   200, " in cut


def test_what_the_server_refuses_itself(explain):
    out = explain("hi", "--header", "X-Understudy-Rule: skye").out
    assert "\nanswer   the server itself\nbecause  X-Understudy-Rule 'skye': no such rule." in out


def test_an_embedding_is_not_answered_by_a_text(explain_body):
    out = explain_body({"model": "text-embedding-3-small", "input": "x"}, script="rules: [{name: any, reply: text}]").out
    assert "because  rule 'any' (s.yaml:1) fits, but says no vector: expected reply: {embedding: [...]}\n" in out


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
        (["s.yaml", "r.json", "--path", "v1"], "--path 'v1': expected a path such as /v1/chat/completions"),
        (["s.yaml", "r.json", "--path", "/v1", "--dialect", "tei"], "not allowed with argument"),
        (["s.yaml", "r.json", "--header", "x"], "--header 'x': expected NAME: VALUE"),
        (["s.yaml", "r.json", "--header", ": x"], "--header ': x': expected NAME: VALUE"),
        (["s.yaml", "deep.json"], "request 'deep.json': expected JSON"),
        (["s.yaml", "latin.json"], "request 'latin.json': expected JSON"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_answered_with_a_sentence(run, write, given, said):
    write("s.yaml", SCRIPT)
    write("r.json", "{}")
    write("deep.json", "[" * 100_000)
    write("latin.json", "").write_bytes(b'{"model": "\xe9"}')
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
    done = explain("hi", script="capacity: {max-model-len: 5}\nrules: [{reply: one two three}]")
    assert "\nstatus   400\n" in done.out
    assert "engine" not in done.out.partition("\nplan\n")[0]


def test_the_environment_wins_over_the_script(explain, monkeypatch):
    script = "timing: {ttft: {lognormal: {median: 10s, p99: 40s}}}\nsettings: {seed: 1}\n"
    monkeypatch.setenv("UNDERSTUDY_SEED", "1")
    same = explain(script=script).out
    monkeypatch.setenv("UNDERSTUDY_SEED", "2")
    other = explain(script=script).out
    monkeypatch.delenv("UNDERSTUDY_SEED")
    assert explain(script=script).out == same != other
    assert explain(script=script.replace("seed: 1", "seed: 2")).out == other
    monkeypatch.setenv("UNDERSTUDY_LATENCY", "3s")
    assert "\ntime     3.370 s\n" in explain("what colour is the sky?", stream=True).out


def test_a_wrong_environment_is_not_passed_over(explain, monkeypatch):
    monkeypatch.setenv("UNDERSTUDY_SED", "1")
    monkeypatch.setenv("UNDERSTUDY_PRESET", "mockllm")
    done = explain()
    preset, seed = done.err.splitlines()
    assert done.status == 0
    assert preset.startswith("understudy: environment variable UNDERSTUDY_PRESET: unknown setting. A preset is named by ")
    assert seed == "understudy: environment variable UNDERSTUDY_SED: unknown setting. Did you mean 'UNDERSTUDY_SEED'?"
    monkeypatch.setenv("UNDERSTUDY_SEED", "x")
    done = explain()
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("understudy: UNDERSTUDY_SEED 'x': expected a whole number")


def test_a_response_that_is_near_has_its_place(explain):
    script = "responses:\n  hello: hi\n  what colour is the sky?: Blue.\n"
    out = explain("what color is the sky?", script=script).out
    assert "           response (s.yaml:3):\n             user: expected 'what colour is the sky?', got" in out
