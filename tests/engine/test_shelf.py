"""An answer from the shelf is the answer that would have been rendered."""

from __future__ import annotations

import itertools

import pytest

from understudy import dialects
from understudy.dialects._kin import KinDialect
from understudy.engine.ready import Ready
from understudy.engine.shelf import Shelf
from understudy.model.plan import Delivery

SCRIPT = """
version: 1
settings: {default-model: m}
rules:
  - {name: fixed, when: {user: {contains: fixed}}, reply: "50% off: {{ not a hole }} %d %b"}
  - {name: headed, when: {user: headed}, reply: {text: hi, headers: {x-mine: "1"}}}
  - {name: told, when: {user: told}, reply: {text: hi, usage: {prompt_tokens: 1}}}
  - {name: sequence, when: {user: sequence}, replies: [one, two], then: loop}
  - {name: echo, when: {user: {contains: echo}}, reply: {echo: true}}
  - {name: call, when: {user: call}, reply: {tool_calls: [{name: f}]}}
  - {name: error, when: {user: error}, reply: {error: 500}}
  - {name: paced, when: {user: paced}, reply: hi, timing: {latency: 5ms}}
responses: {canned: tinned}
"""
USERS = ["fixed", "fixed 1", "fixed 2", "headed", "told", "echo 1", "echo 2", "call", "error", "paced", "canned", "x", "[429]"]
HEADS = [
    {},
    {"headers": {"origin": "https://a.example"}},
    {"headers": {"x-understudy-session": "other"}},
    {"headers": {"x-understudy-rule": "fixed"}},
    {"headers": {"x-understudy-delay": "3"}},
    {"headers": {"x-understudy-fault": "status;status=503"}},
    {"headers": {"x-understudy-decision": "0123456789abcdef" * 2}},
    {"headers": {"x-stainless-retry-count": "1"}},
    {"keep_alive": False},
    {"version": "1.0"},
    {"path": "/chat/completions"},
    {"path": "/v1/chat/completions?stream=true"},
]


def told(answer, serial):
    """The steps, those of a moment as one, with the number of the answer made 1."""
    here, first = b"%016x" % serial, b"%016x" % 1
    moments = itertools.groupby(answer.steps, lambda step: isinstance(step, bytes))
    return [b"".join(steps).replace(here, first) if are_bytes else [*steps] for are_bytes, steps in moments]


@pytest.mark.parametrize("settings", [{}, {"validation": "lenient"}, {"reply": "error"}, {"api_keys": []}], ids=repr)
def test_every_answer_is_the_one_a_fresh_server_gives(service, ask, chat, settings):
    running = service(SCRIPT, **settings)
    asked = list(itertools.product(USERS, HEADS, ["gpt-4o-mini", "gpt-4"]))
    for serial, (user, head, model) in enumerate(asked * 2, start=1):
        shared = ask(chat(user, model), to=running.engine, **head)
        if serial > len(asked) and serial % 7 == 0:  # the second time round, and not all of them: worlds take time to make
            fresh = ask(chat(user, model), to=service(SCRIPT, **settings).engine, **head)
            assert told(shared, serial) == told(fresh, 1)


def test_same_answers_for_all_when_asked_again(service, ask, chat):
    running = service(SCRIPT)
    asked = list(itertools.product(USERS, HEADS, ["gpt-4o-mini", "gpt-4", "gpt-5"]))
    serial = itertools.count(1)
    rounds = [
        [told(ask(chat(user, model), to=running.engine, **head), next(serial)) for user, head, model in asked] for _ in range(3)
    ]
    assert rounds[0] == rounds[1] == rounds[2]


PACES = ["", "settings: {response-delay-ms: 20}", "timing: {ttft: 30ms, itl: {lognormal: {median: 10ms, p99: 40ms}}}"]


def test_a_stream_from_the_shelf_is_the_one_a_fresh_server_gives(service, ask, chat):
    for pace in PACES:
        script = SCRIPT.replace("settings: {default-model: m}", pace) if pace else SCRIPT
        running = service(script)
        asked = list(itertools.product(USERS, HEADS[:-1], ["gpt-4o-mini", "gpt-4"]))
        for serial, (user, head, model) in enumerate(asked * 2, start=1):
            shared = ask(chat(user, model, stream=True), to=running.engine, **head)
            if serial > len(asked) and serial % 13 == 0:
                fresh = ask(chat(user, model, stream=True), to=service(script).engine, **head)
                assert told(shared, serial) == told(fresh, 1)


USAGE = {"stream_options": {"include_usage": True}}
ASKED = [
    {},
    {"max_tokens": 500},
    {"max_completion_tokens": 400},
    {"max_tokens": 3},
    {"stream_options": {"include_usage": True}},
    {"stream_options": {"include_obfuscation": False}},
    {"max_tokens": 500, "stream_options": {"include_usage": True, "include_obfuscation": False}},
    {"max_tokens": 500, "stream_options": {"include_usage": True}},
    {"max_tokens": 500, "stream_options": {"include_obfuscation": False}},
    {"max_tokens": 400, "stream_options": {"include_obfuscation": False}},
]


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("stream", [True, False])
def test_what_else_is_asked_for_is_not_mixed_up(service, ask, chat, monkeypatch, pace, stream):
    script = SCRIPT.replace("settings: {default-model: m}", pace) if pace else SCRIPT
    running, serial = service(script), itertools.count(1)
    fresh = {}
    bodies = [chat("fixed", stream=stream, **asked) for asked in ASKED if stream or "stream_options" not in asked]
    for body in bodies * 2:
        found = told(ask(body, to=running.engine), next(serial))
        assert found == fresh.setdefault(str(body), found) == told(ask(body, to=service(script).engine), 1)
    monkeypatch.setattr(running.engine, "_answer", None)  # from here on the shelf has to do
    for body in bodies:
        if body.get("max_tokens") != 3 and (stream or pace != PACES[1]):  # which cuts the answer, or is of streams only
            assert told(ask(body, to=running.engine), next(serial)) == fresh[str(body)]


OTHERS = """
version: 1
rules:
  - {name: said, when: {user: {contains: said}}, reply: "50% off: {{ not a hole }} %d %b"}
  - {name: thought, when: {user: thought}, reply: {reasoning: "Let me see.", text: "A thought."}}
  - {name: called, when: {user: called}, reply: {tool_calls: [{name: f, arguments: {x: 1}}]}}
  - {name: told, when: {user: told}, reply: {text: hi, usage: {prompt_tokens: 1}}}
"""


def anthropic(user, **asked):
    head = {
        "path": "/v1/messages",
        "headers": {"anthropic-version": "2023-06-01", "x-api-key": "sk-ant-any", **asked.pop("headers", {})},
    }
    body = {"model": "claude-sonnet-4-5", "max_tokens": 1024, "stream": True, "messages": [{"role": "user", "content": user}]}
    return {**body, **asked}, head


def gemini(user, query="alt=sse", **asked):
    head = {"path": f"/v1beta/models/gemini-2.5-pro:streamGenerateContent?{query}", "headers": {"x-goog-api-key": "any"}}
    return {"contents": [{"role": "user", "parts": [{"text": user}]}], **asked}, head


PROVIDERS = {
    anthropic: [
        {},
        {"max_tokens": 3},
        {"max_tokens": 100},
        {"headers": {"anthropic-beta": "context-1m-2025-08-07"}},
        {"system": "Be brief."},
        {"stream": False},
        {"stream": False, "max_tokens": 3},
    ],
    gemini: [{}, {"query": ""}, {"generationConfig": {"maxOutputTokens": 3}}, {"generationConfig": {"temperature": 1}}],
}


KIN = [dialect for dialect in dialects.load() if isinstance(dialect, KinDialect)]
TALKING = {
    (dialect.name, endpoint.operation): f"/{dialect.name}{dialect.prefixes[0]}{endpoint.path}"
    for dialect in KIN
    for endpoint in reversed(dialect.endpoints)
    if endpoint.path.endswith("/completions")
}
PARTS = [{"role": "user", "content": [{"type": "text", "text": "said "}, {"type": "text", "text": "in parts"}]}]


def kin(name, operation):
    """Who asks that provider of the family."""

    def asks(user, **asked):
        said = {"prompt": user} if operation == "completion" else {"messages": [{"role": "user", "content": user}]}
        return {"model": "m", "stream": True, **said, **asked}, {"path": TALKING[name, operation]}

    asks.__name__ = f"{name} {operation}"
    return asks


def openai_completion(user, **asked):
    return {"model": "gpt-3.5-turbo-instruct", "stream": True, "prompt": user, **asked}, {"path": "/v1/completions"}


def in_parts(user, **asked):
    messages = [{"role": "user", "content": [{"type": "text", "text": user[:3]}, {"type": "text", "text": user[3:]}]}]
    return {"model": "gpt-4o-mini", "stream": True, "messages": messages, **asked}, {"path": "/v1/chat/completions"}


WAYS = [
    {},
    {"stream_options": {"include_usage": True}},
    {"max_tokens": 3},
    {"max_tokens": 100, "temperature": 1},
    {"max_tokens": 100, "seed": 7},
    {"stop": ["off"]},
    {"stream": False},
    {"stream": False, "max_tokens": 3},
]
PROVIDERS |= {kin(*which): WAYS for which in TALKING}
PROVIDERS |= {openai_completion: WAYS, in_parts: WAYS}
PROVIDERS[kin("vllm", "chat")] = [
    {},
    {"stream_options": {"continuous_usage_stats": True, "include_usage": True}},
    {"return_token_ids": True},
    {"stream": False, "prompt_logprobs": 1},
    {"stream": False, "guided_choice": ["said", "else"]},
    {"messages": PARTS},
    {"stream": False, "messages": PARTS},
]
DRAWING = ("groq", "mistral", "together", "perplexity", "tgi")  # more of their streams' own than a name
READY = [provider for provider in PROVIDERS if provider.__name__.partition(" ")[0] not in DRAWING]


@pytest.mark.parametrize("pace", ["", "timing: {ttft: 30ms, itl: 10ms}"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_streams_of_other_providers_are_those_a_fresh_server_gives(service, ask, provider, pace):
    running, serial, fresh = service(OTHERS + pace), itertools.count(1), {}
    asked = list(itertools.product(["said 1", "said 2"], range(len(PROVIDERS[provider]))))
    asked += itertools.product(["thought", "called", "told", "else"], [0, -1])
    for user, way in asked * 3:
        body, head = provider(user, **PROVIDERS[provider][way])
        if (user, way) not in fresh:
            fresh[user, way] = told(ask(body, to=service(OTHERS + pace).engine, **head), 1)
        assert told(ask(body, to=running.engine, **head), next(serial)) == fresh[user, way]


@pytest.mark.parametrize("pace", ["", "timing: {ttft: 30ms, itl: 10ms}"])
@pytest.mark.parametrize("provider", READY)
def test_repeated_streams_of_other_providers_are_taken_from_the_shelf(service, ask, monkeypatch, provider, pace):
    running = service(OTHERS + pace)
    body, head = provider("said 1")
    first, second = (told(ask(body, to=running.engine, **head), serial) for serial in (1, 2))
    monkeypatch.setattr(running.engine, "_answer", None)
    assert told(ask(body, to=running.engine, **head), 3) == second == first
    other, head = provider("said 2")
    assert told(ask(other, to=running.engine, **head), 4) != first  # under its own name


DRAWN = SCRIPT + "shapes: {openai: {usage: {completion_tokens: [1, 1000]}}}\n"


@pytest.mark.parametrize("stream", [True, False])
def test_usage_that_is_drawn_is_drawn_for_each(service, ask, chat, stream):
    running = service(DRAWN)
    more = {"stream_options": {"include_usage": True}} if stream else {}
    bodies = [chat(f"fixed {serial % 3}", stream=stream, **more) for serial in range(6)]
    shared = [told(ask(body, to=running.engine), serial) for serial, body in enumerate(bodies, start=1)]
    assert shared == [told(ask(body, to=service(DRAWN).engine), 1) for body in bodies]


def test_streams_and_whole_answers_share_a_shelf_without_being_mixed_up(service, ask, chat):
    to = service(SCRIPT).engine
    kinds = [ask(chat("fixed", stream=stream), to=to).headers["content-type"] for stream in [True, False] * 12]
    assert {kind.split(";")[0] for kind in kinds[::2]} == {"text/event-stream"}
    assert {kind.split(";")[0] for kind in kinds[1::2]} == {"application/json"}


def test_a_repeated_stream_is_taken_from_the_shelf(service, ask, chat, monkeypatch):
    running = service(SCRIPT)
    body = chat("fixed", stream=True)
    first, second = (told(ask(body, to=running.engine), serial) for serial in (1, 2))
    assert [len(shelf.streams) for shelf in running.engine.world._shelves.values()] == [1]
    monkeypatch.setattr(running.engine, "_answer", None)
    assert told(ask(body, to=running.engine), 3) == second == first


def test_a_stream_that_is_asked_for_once_is_not_made_ready(service, ask, chat):
    running = service(SCRIPT)
    now = [1_700_000_000.0]
    running.engine._wall = lambda: now[0]
    for user in ("fixed", "fixed and more", "fixed and much more"):
        ask(chat(user, stream=True), to=running.engine)
        now[0] += user == "fixed and more"
    ask(chat("fixed", stream=True), to=running.engine)
    assert [shelf.streams for shelf in running.engine.world._shelves.values()] == [{}]


LATE = SCRIPT + "timing: {latency: {trace: {gaps: [0ms, 20ms], start: random}}, itl: 5ms}\n"


@pytest.mark.parametrize(("script", "head"), [(SCRIPT, {"version": "1.0"}), (SCRIPT, {"keep_alive": False}), (LATE, {})])
def test_streams_that_ask_for_more_than_another_name_are_made_each_for_itself(service, ask, chat, script, head):
    running = service(script)
    for serial in range(1, 13):
        body = chat(f"fixed {serial % 10}", stream=True)
        fresh = ask(body, to=service(script).engine, **head)
        assert told(ask(body, to=running.engine, **head), serial) == told(fresh, 1)


def test_a_sequence_is_never_shelved(service, ask, chat):
    to = service(SCRIPT).engine
    said = [ask(chat("sequence"), to=to).json["choices"][0]["message"]["content"] for _ in range(4)]
    assert said == ["one", "two", "one", "two"]


def test_the_next_second_has_its_own_answers(service, ask, chat):
    running = service(SCRIPT)
    now = [1_700_000_000.0]
    running.engine._wall = lambda: now[0]
    first = [ask(chat("fixed"), to=running.engine).json["created"] for _ in range(3)]
    now[0] += 1
    second = [ask(chat("fixed"), to=running.engine) for _ in range(3)]
    assert first == [1_700_000_000] * 3
    assert [answer.json["created"] for answer in second] == [1_700_000_001] * 3
    assert {answer.headers["date"] for answer in second} == {"Tue, 14 Nov 2023 22:13:21 GMT"}


KEY, OTHER = (0, "m", 9), (0, "m", 10)


def made(tokens=0):
    return lambda: Ready(b"", 9, tokens)


def test_a_shelf_keeps_the_answers_of_one_second():
    shelf = Shelf()
    shelf.keep(shelf.ready, KEY, 1, made(3))
    shelf.keep(shelf.ready, OTHER, 1, made(4))
    assert {key: ready.completion_tokens for key, ready in shelf.ready.items()} == {KEY: 3, OTHER: 4}
    assert shelf.second == 1
    shelf.keep(shelf.ready, OTHER, 2, made())
    assert (shelf.second, list(shelf.ready)) == (2, [OTHER])


def test_what_cannot_be_made_ready_is_not_kept():
    shelf = Shelf()
    shelf.keep(shelf.ready, KEY, 1, lambda: None)
    assert shelf.ready == {}


def test_a_shelf_has_an_end_at_which_it_makes_nothing_ready_but_what_it_has():
    shelf, asked = Shelf(), []
    for prompt in (*range(1100), 3):
        shelf.keep(shelf.ready, (0, "m", prompt), 1, lambda prompt=prompt: asked.append(prompt) or Ready(b"", prompt, 1))
    assert asked == [*range(256), 3]
    assert len(shelf.ready) == 256


LENGTHY = OTHERS.replace("50% off: {{ not a hole }} %d %b", "one two three four five six seven eight nine ten eleven twelve")


@pytest.mark.parametrize("provider", [*READY, "chat"])
def test_a_stream_of_equal_intervals_from_the_shelf_can_be_played_in_step(service, make_request, chat, provider):
    to = service(LENGTHY + "timing: {ttft: 30ms, itl: 10ms}").engine
    body, head = (chat("said 1", stream=True, max_tokens=99, **USAGE), {}) if provider == "chat" else provider("said 1")
    *_, steps = (to.respond(make_request(body, **head)).steps for _ in range(3))
    assert steps.run.steady.wait == 0.01


@pytest.mark.parametrize(
    "reply", ["{generate: {tokens: 12}}", "{echo: true}", "'{{ user }} one two three four five six seven eight'"]
)
@pytest.mark.parametrize("provider", [anthropic, "chat"])
def test_a_stream_of_its_own_can_be_played_in_step_too(service, make_request, chat, provider, reply):
    to = service(f"timing: {{ttft: 30ms, itl: 10ms}}\nrules:\n  - reply: {reply}\n").engine
    prompt = "a prompt that has as many words as it takes to be in step"
    body, head = (chat(prompt, stream=True), {}) if provider == "chat" else provider(prompt)
    steps = to.respond(make_request(body, **head)).steps
    assert (steps.run.steady.first, steps.run.steady.wait) == (0.03, 0.01)
    beats, run = steps.run.steady.beats, steps.run
    assert len(beats) > 8
    assert b"".join(map(run.joint.join, beats)) == b"".join(step for step in run.steps() if isinstance(step, bytes))


def test_a_stream_that_a_limit_cut_is_ready_and_tells_why_it_ended(service, make_request, chat):
    running = service(LENGTHY + "timing: {ttft: 30ms, itl: 10ms}")
    body = chat("said 1", stream=True, max_tokens=5, **USAGE)
    plans = [running.engine.respond(make_request(body)) for _ in range(3)]
    (shelf,) = running.engine.world._shelves.values()
    assert len(shelf.streams) == 1
    for plan in plans:
        plan.ended(Delivery("done", 1))
    first, *others = running.journal.list()
    assert first.finish == "length"
    assert first.said.startswith("one two three")
    assert all((other.finish, other.particulars) == (first.finish, first.particulars) for other in others)
