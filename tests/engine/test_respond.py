"""The engine as a whole: it answers everything, never raises, and a reload touches nothing that is under way."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understudy.app import Service
from understudy.errors import Interrupted
from understudy.model.http import Refusal, Request, RequestHead
from understudy.model.plan import Delivery, Plan, spelled_out
from understudy.observe.logs import configure
from understudy.sources import Sources, make_world

CHAT = "/v1/chat/completions"
PATHS = [CHAT, "/v1/completions", "/v1/embeddings", "/v1/models", "/v1/models/x", "/health", "/nowhere", "/", "*", "//", "/v1/"]
header_names = st.sampled_from(
    [
        "x-understudy-fault",
        "x-understudy-delay",
        "x-understudy-rule",
        "x-understudy-session",
        "x-understudy-decision",
        "authorization",
        "x-api-key",
        "origin",
        "x-stainless-retry-count",
        "content-type",
    ]
)
latin = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=20)
queries = st.text(max_size=30) | st.lists(
    st.tuples(st.sampled_from(["delay", "fail", "fail_chunk", "stream"]), st.text(max_size=6) | st.integers().map(str)),
    max_size=3,
).map(lambda pairs: "&".join("=".join(pair) for pair in pairs))
heads = st.builds(
    lambda method, path, query, headers, version, alive: RequestHead(
        method, f"{path}?{query}", path, query, headers, version, keep_alive=alive
    ),
    st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "DELETE", "PATCH", "BREW"]),
    st.sampled_from(PATHS) | st.text(max_size=10).map("/".__add__),
    queries,
    st.dictionaries(header_names, latin, max_size=4),
    st.sampled_from(["1.0", "1.1"]),
    st.booleans(),
)
messages = st.fixed_dictionaries({"model": st.just("m"), "messages": st.just([{"role": "user", "content": "hi"}])})
bodies = st.binary(max_size=60) | messages.map(lambda body: json.dumps(body).encode())


@pytest.fixture(scope="module")
def engines():
    errors = []

    def made(**flags):
        engine = Service(Sources((), None, flags)).engine
        engine._on_error = lambda error, _request: errors.append(error)
        return engine

    return made(), made(**{"api-keys": "k", "validation": "lenient"}), errors


def played(answer):
    if not isinstance(answer, Plan):
        return answer
    data = b"".join(step for step in answer.steps if isinstance(step, bytes))
    answer.ended(Delivery("done", len(data)))
    return data


@given(heads, bodies, st.booleans())
@settings(max_examples=500, deadline=None, derandomize=True)
def test_nothing_makes_it_raise(engines, head, body, other):
    answer = played(engines[other].respond(Request(head, body, 0.0)))
    assert answer.startswith(b"HTTP/1.1 ")
    assert engines[2] == []


@given(heads | st.none(), st.sampled_from([400, 408, 413, 414, 417, 431, 501, 503, 505]), st.text(max_size=20))
@settings(deadline=None)
def test_a_refusal_is_an_error_of_the_provider_that_closes(engines, head, status, message):
    answer = engines[0].refuse(Refusal(status, message, head))
    fields, _, body = answer.partition(b"\r\n\r\n")
    assert fields.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"\r\nconnection: close" in fields
    assert (b"\r\nretry-after: 1" in fields) == (status == 503)
    if head is None or head.method != "HEAD":
        error = json.loads(body)["error"]
        assert (error["message"] if isinstance(error, dict) else error) or not message  # Ollama's, at its own root


class BrokenError(Exception):
    """A bug."""


def test_a_bug_is_logged_with_its_stack_and_answered_without_it(make_request, respond, chat):
    log = io.StringIO()
    service = Service(Sources((), None, {}), configure("info", "json", log))
    service.engine.world.rules.choose = _break
    answer = respond(service.engine, make_request(chat("the user's own words")))
    assert answer.status == 500
    assert answer.error == ("The server had an error while processing your request. Sorry about that!", None, None)
    shown = answer.data.decode()
    assert all(secret not in shown for secret in ("Broken", "secret of ours", "Traceback", ".py"))
    assert answer.headers["x-request-id"].startswith("req_")
    line = next(json.loads(line) for line in log.getvalue().splitlines() if "request failed" in line)
    assert "secret of ours" in json.dumps(line)
    assert "_break" in json.dumps(line)
    assert respond(service.engine, make_request(b"", "/health", method="GET")).status == 200


def _break(*_args):
    raise BrokenError("secret of ours")


def test_a_reload_does_not_touch_a_stream_under_way(service, make_request, chat):
    running = service("version: 1\ntiming: {itl: 1ms}\nrules: [{name: old, reply: one two three}]\n")
    plan = running.engine.respond(make_request(chat(stream=True)))
    steps = spelled_out(plan.steps)
    sent = [next(steps) for _ in range(3)]
    newer = service("version: 1\nrules: [{name: new, reply: other words}]\n")
    running.engine.world = newer.engine.world
    data = b"".join(step for step in [*sent, *steps] if isinstance(step, bytes))
    assert b"x-understudy-rule: old" in data
    assert b'" three"' in data
    assert b"other" not in data
    assert data.endswith(b"0\r\n\r\n")


def test_a_head_is_worked_out_once_and_again_after_a_reload(service, make_request, respond, chat):
    running = service("version: 1\nrules: [{name: old, reply: old words}]\n")
    request = make_request(chat())
    assert respond(running.engine, request).headers["x-understudy-rule"] == "old"
    memo = request.head.memo
    respond(running.engine, request)
    assert request.head.memo is memo
    running.engine.world = service("version: 1\nrules: [{name: new, reply: new words}]\n").engine.world
    answer = respond(running.engine, request)
    assert answer.headers["x-understudy-rule"] == "new"
    assert answer.json["choices"][0]["message"]["content"] == "new words"
    assert request.head.memo is not memo


def test_a_prepared_call_answers_like_any_other(service, make_request, respond, chat):
    running = service()
    plain, prepared = make_request(chat()), make_request(chat())
    running.engine.prepare(prepared)
    assert prepared.prepared is not None
    assert respond(running.engine, prepared).body == respond(running.engine, plain).body


def test_what_is_completed_by_what_is_kept_is_counted_when_it_is_prepared(service, make_request, respond):
    running = service()
    request = make_request({"model": "gpt-4o", "input": " ".join(f"qu{k:x}zyx" for k in range(3000))}, path="/v1/responses")
    pauses = []
    request.pauses = lambda: lambda: pauses.append(True)
    running.engine.prepare(request)
    prepared = len(pauses)
    answer = respond(running.engine, request)
    assert json.loads(answer.body)["usage"]["input_tokens"] > 1000
    assert prepared == len(pauses) > 20


def test_a_call_below_a_session_is_prepared_too(service, make_request, respond, chat):
    running = service()
    plain, prepared = (make_request(chat(), path=f"/_session/s{CHAT}") for _ in range(2))
    running.engine.prepare(prepared)
    assert prepared.prepared is not None
    assert respond(running.engine, prepared).body == respond(running.engine, plain).body


def test_what_takes_too_long_was_not_answered_and_can_be(service, make_request, respond, chat):
    running = service("rules: [{replies: [one, two]}]")
    request = make_request(chat("quixotic zephyrs " * 400))

    def stop():
        raise Interrupted

    for _ in range(2):
        request.pauses = lambda: stop
        with pytest.raises(Interrupted):
            running.engine.respond(request)
    request.pauses = None
    running.engine.prepare(request)
    answer = respond(running.engine, request)
    assert json.loads(answer.body)["choices"][0]["message"]["content"] == "one"
    assert len(running.journal) == 1


def test_what_cannot_be_prepared_is_refused_when_it_is_answered(service, make_request, respond):
    running = service()
    request = make_request(b"{}")
    running.engine.prepare(request)
    assert respond(running.engine, request).status == 400
    assert running.journal.list()[0].request.prepared is None


class Recording:
    def __init__(self):
        self.seen = []

    def record(self, exchange):
        self.seen.append(exchange)


def test_every_answer_is_recorded_once(service, make_request, respond, chat):
    running, sink = service("version: 1\nrules: [{name: r, when: {user: hi}, reply: one two}]\n"), Recording()
    running.engine.sinks = (sink,)
    respond(running.engine, make_request(chat()))
    respond(running.engine, make_request(chat(stream=True)))
    respond(running.engine, make_request(chat(), f"{CHAT}?fail=429"))
    respond(running.engine, make_request(b"", "/nowhere"))
    respond(running.engine, make_request(b"", CHAT, method="OPTIONS"))
    told = [(e.status, e.rule, e.stream, e.completion_tokens, e.outcome) for e in sink.seen]
    assert told == [
        (200, "r", False, 2, "done"),
        (200, "r", True, 2, "done"),
        (429, "r", False, 0, "done"),
        (404, "", False, 0, "done"),
        (204, "", False, 0, "done"),
    ]
    assert all(exchange.sent for exchange in sink.seen)
    assert len({exchange.request_id for exchange in sink.seen}) == 5


def test_a_plan_that_nobody_reads_is_recorded_as_it_ended(service, make_request, chat):
    running, sink = service(), Recording()
    running.engine.sinks = (sink,)
    plan = running.engine.respond(make_request(chat(stream=True)))
    plan.ended(Delivery("client_gone", 7))
    assert [(e.outcome, e.sent) for e in sink.seen] == [("client_gone", 7)]


def test_strict_mode_explains_a_miss_of_every_kind(engine, ask, chat):
    to = engine("version: 1\nsettings: {reply: error}\nrules: [{name: sky, when: {user: sky}, reply: blue}]\n")
    for body, path in ((chat("sea"), CHAT), (chat("sea", n=2), CHAT), ({"model": "m", "prompt": "sea"}, "/v1/completions")):
        answer = ask(body, path, to=to)
        assert (answer.status, answer.error[2]) == (404, "no_rule_matched")
        assert "rule 'sky'" in answer.error[0]
    assert ask({"model": "m", "input": "sea"}, "/v1/embeddings", to=to).status == 200


def test_headers_of_a_reply_are_sent_whatever_it_says(engine, ask, chat):
    to = engine(
        "version: 1\nrules:\n"
        "  - {name: bad, when: {user: bad}, reply: {error: 500, headers: {x-mine: one}}}\n"
        "  - {name: good, reply: {text: hi, headers: {X-Mine: two}}}\n"
    )
    assert ask(chat("bad"), to=to).headers["x-mine"] == "one"
    assert ask(chat("good"), to=to).headers["x-mine"] == "two"
    assert ask(chat("good", stream=True), to=to).headers["x-mine"] == "two"


def test_worlds_are_made_of_settings_and_script(service):
    running = service()
    assert make_world(running.settings, running.script).rules is not running.engine.world.rules
