"""What exchanges tell of answers that came to harm."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from understudy.engine.noting import note_sent, note_work
from understudy.model.exchange import Context, Exchange, Particulars, Work
from understudy.model.frame import Sheet
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Delivery, Plan, spelled_out

SKY = "rules: [{when: {user: sky}, reply: blue}, {when: {user: long}, reply: {text: one two, finish: length}}]"


class Last:
    exchange = None

    def record(self, exchange):
        self.exchange = exchange


@pytest.fixture
def particulars(engine, ask, chat):
    """Ask a server with that script, twice, and tell what the last exchange says of itself."""

    def told(text, script=SKY, times=2, **fields):
        to, last = engine(script), Last()
        to.sinks = (last,)
        for _ in range(times):
            ask(chat(text, **fields), to=to)
        return last.exchange.particulars

    return told


def test_what_other_choices_say_is_held_as_the_tokens_that_streams_share(engine, chat, make_request):
    to, last = engine("timing: {itl: 1s}\nrules: [{reply: {generate: {tokens: 20}}}]"), Last()
    to.sinks = (last,)
    plan = to.respond(make_request({**chat("say"), "stream": True, "n": 3}))
    said = b"".join(step for step in spelled_out(plan.steps) if isinstance(step, bytes))
    plan.ended(Delivery("done", len(said)))
    others = last.exchange.particulars.others
    assert len(others) == 2
    for reply in (last.exchange.reply, *others):
        assert [block.said for block in reply.blocks] == [reply.atoms]
        assert reply.text


def test_good_answers_have_nothing_particular(particulars):
    assert particulars("sky") == particulars("sky", stream=True) == particulars("sky", temperature=0.5) == Particulars()


def test_a_failure_tells_its_kind_and_when_to_come_back(particulars):
    script = "rules: [{when: {user: sky}, reply: {error: {status: 429, retry-after: 2s}}}]"
    assert particulars("sky", script) == Particulars(failure="rate_limit", retry_after=2.0)


def test_a_struck_answer_tells_what_struck_and_what_was_to_be_said(particulars):
    script = SKY + "\nfaults: [{kind: early-end, at: {event: 2}}]"
    assert particulars("sky", script, stream=True) == Particulars(("early-end;event=2",), drawn=("script 1",))


WHOLE, STREAM, BOTH, NONE = {False}, {True}, {False, True}, set()
STRUCK = {  # where a fault finds something to strike: in a whole answer, in a stream of seven events with four tokens
    "reset;event=1": BOTH,
    "reset;event=5": STREAM,
    "reset;event=7": STREAM,
    "reset;event=8": NONE,
    "close;token=4": STREAM,
    "close;token=5": NONE,
    "hang;at=end": BOTH,
    "reset;at=after-headers": BOTH,
    "stall": BOTH,
    "stall;for=50ms;event=5": STREAM,
    "reset;byte=100000": STREAM,
    "reset;time=1h": BOTH,
    "trickle;event=2": STREAM,
    "split-event": BOTH,
    "split-event;event=2": STREAM,
    "error-event": STREAM,
    "error-event;event=9": NONE,
    "early-end": STREAM,
    "early-end;event=9": NONE,
    "bad-chunk": STREAM,
    "coalesce": STREAM,
    "comments;events=7": STREAM,
    "comments;events=8": NONE,
    "comments;events=8;interval=1s": STREAM,
    "crlf": STREAM,
    "malformed": STREAM,
    "malformed;event=9": NONE,
    "duplicate-event": STREAM,
    "duplicate-event;at=end": NONE,
    "missing-done": STREAM,
    "missing-usage": NONE,  # nobody asked for one
    "invalid-utf8;event=9": WHOLE,
    "wrong-length;by=7": WHOLE,
    "late-headers": BOTH,
    "whole-for-stream": STREAM,
    "stream-for-whole": WHOLE,
    "cut-json": BOTH,
    "fenced-json": NONE,
    "missing-required": NONE,
    "context_length;limit=9999": NONE,
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("fault", STRUCK)
def test_an_answer_tells_of_a_fault_that_finds_what_it_strikes(engine, make_request, chat, fault, stream):
    to, last = engine("rules: [{reply: one two three four}]"), Last()
    to.sinks = (last,)
    headers = {"x-understudy-fault": f"late-headers;for=0, {fault}"}
    to.respond(make_request(chat("sky", stream=stream), headers=headers)).ended(Delivery("done", 500))
    others = [each for each in last.exchange.particulars.faults if not each.startswith("late-headers;for=0")]
    assert bool(others) == (stream in STRUCK[fault])
    assert len(last.exchange.particulars.drawn) == len(others) + 1


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        *(("reset;byte=5", 0), ("reset;event=1", 0), ("rechunk", 0), ("split-event", 0), ("stall;event=1;for=1ms", 0)),
        *(("wrong-content-type;type=application/json", 0), ("wrong-content-type", 1), ("late-headers;for=1ms", 1)),
    ],
)
def test_a_head_alone_tells_of_what_strikes_a_head(engine, make_request, fault, told):
    to, last = engine(), Last()
    to.sinks = (last,)
    made = to.respond(make_request(b"", "/v1/models", method="HEAD", headers={"x-understudy-fault": fault}))
    if isinstance(made, Plan):
        made.ended(Delivery("done", 500))
    assert len(last.exchange.particulars.faults) == told


def test_an_answer_in_which_a_fault_finds_nothing_has_nothing_particular(particulars):
    assert particulars("sky", SKY + "\nfaults: [{kind: reset, at: {event: 5}}, crlf]") == Particulars()


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("status;status=500", 1),
        ("status;status=500, truncated-json", 1),
        ("refusal, status;status=500", 1),
        ("stream-for-whole, status;status=500", 1),
        ("refusal, split-event, status;status=500", 2),
        ("status;status=500, error-event, crlf, reset;event=5", 1),
        ("status;status=500, split-event", 2),
        ("status;status=500, reset;byte=10", 2),
        ("status;status=500, reset;byte=100000", 1),
        ("timeout;after=1s", 1),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_an_error_tells_of_faults_that_find_what_they_strike(engine, make_request, chat, fault, told, stream):
    to, last = engine(), Last()
    to.sinks = (last,)
    made = to.respond(make_request(chat("sky", stream=stream), headers={"x-understudy-fault": fault}))
    if isinstance(made, Plan):
        made.ended(Delivery("done", 500))
    assert len(last.exchange.particulars.faults) == len(last.exchange.particulars.drawn) == told


@pytest.mark.parametrize(
    ("fault", "told"),
    [("error-event", 0), ("malformed", 0), ("cut-json", 0), ("late-headers;for=1ms", 1), ("wrong-length;by=7", 1)],
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_refusal_of_a_simulated_engine_is_an_error_like_others(engine, ask, make_request, chat, fault, told, stream):
    to, last = engine("capacity: {max-num-seqs: 1, max-waiting: 0}"), Last()
    to.sinks = (last,)
    to.respond(make_request(chat("first", stream=True)))
    answer = ask(chat("sky", stream=stream), to=to, headers={"x-understudy-fault": fault})
    assert (answer.status, len(answer.body)) == (503, int(answer.headers["content-length"]) - 7 * fault.startswith("wrong"))
    assert len(last.exchange.particulars.faults) == told


@pytest.mark.parametrize(("fault", "told"), [("reset;event=2", 1), ("reset;event=4", 0), ("crlf", 0), ("cut-json", 0)])
def test_an_answer_byte_by_byte_tells_of_them_too(engine, make_request, chat, fault, told):
    to, last = engine("rules: [{reply: {raw: {chunks: [{data: a}, {data: b}, {data: c}]}}}]"), Last()
    to.sinks = (last,)
    to.respond(make_request(chat("sky"), headers={"x-understudy-fault": fault})).ended(Delivery("done", 5))
    assert len(last.exchange.particulars.faults) == told


ODD = r"""
rules:
  - {when: {user: none}, reply: {raw: {status: 204}}}
  - {when: {user: same}, reply: {raw: {status: 304, headers: {content-type: text/plain}, chunks: [{data: a}, {data: b}]}}}
  - {when: {user: empty}, reply: {raw: {headers: {content-type: text/plain}}}}
  - {when: {user: bare}, reply: {raw: {chunks: [{data: a}, {data: b}]}}}
  - when: {user: events}
    reply:
      raw: {headers: {content-type: text/event-stream}, chunks: [{data: "data: 1\r\n\r\n"}, {data: "data: 2\r\n\r\n"}]}
  - {when: {user: lines}, reply: {raw: {headers: {content-type: application/jsonl}, chunks: [{data: "{}\n"}, {data: "{}\n"}]}}}
  - {when: {user: error}, reply: {error: 500}}
"""


@pytest.mark.parametrize(
    ("user", "faults", "told"),
    [
        ("none", "truncated-json, truncated-json;keep=5, invalid-utf8, wrong-content-type, whole-for-stream, bad-chunk", 0),
        ("same", "truncated-json, invalid-utf8, malformed, bad-chunk, whole-for-stream, trickle;at=after-headers", 0),
        ("same", "wrong-content-type, wrong-length;by=5, close;at=end", 3),
        ("empty", "truncated-json, invalid-utf8, rechunk", 0),
        ("empty", "wrong-content-type, wrong-length;by=5, close;at=end", 3),
        ("bare", "wrong-content-type, crlf, early-end, early-end;at=end, whole-for-stream", 0),
        ("bare", "early-end;event=2, bad-chunk", 2),
        ("events", "crlf, early-end, early-end;at=end, whole-for-stream, stream-for-whole", 0),
        ("lines", "wrong-content-type, malformed", 2),
        ("error", "whole-for-stream, stream-for-whole, truncated-json, bad-chunk, trickle;at=end", 0),
        ("error", "whole-for-stream, stream-for-whole, status;status=503, split-event", 2),
        ("sky", "early-end;at=end", 0),
        ("sky", "early-end, bad-chunk", 2),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_finds_nothing_to_strike_is_not_told(engine, make_request, chat, user, faults, told, stream):
    to, last = engine(ODD), Last()
    to.sinks = (last,)
    made = to.respond(make_request(chat(user, stream=stream), headers={"x-understudy-fault": faults}))
    if isinstance(made, Plan):
        made.ended(Delivery("done", 500))
    assert len(last.exchange.particulars.faults) == (told if stream or user != "sky" else 0)


def test_a_stream_of_http_1_0_has_no_chunks_to_strike(engine, make_request, chat):
    to, last = engine(), Last()
    to.sinks = (last,)
    headers = {"x-understudy-fault": "bad-chunk, early-end;at=end, trickle;at=end, error-event"}
    to.respond(make_request(chat(stream=True), headers=headers, version="1.0")).ended(Delivery("done", 500))
    assert last.exchange.particulars.faults == ("error-event",)


def test_of_a_stream_of_which_the_head_alone_is_asked_no_event_is_struck(engine, ask, make_request):
    to, last = engine(), Last()
    to.sinks = (last,)
    created = ask({"model": "gpt-4o", "input": "sky", "stream": True, "background": True}, path="/v1/responses", to=to)
    kept = f"/v1/responses/{re.search(rb'resp_[0-9a-f]+', created.body)[0].decode()}?stream=true"
    for method, told in (("HEAD", 1), ("GET", 2)):
        headers = {"x-understudy-fault": "malformed, wrong-content-type"}
        to.respond(make_request(b"", kept, method=method, headers=headers)).ended(Delivery("done", 500))
        assert len(last.exchange.particulars.faults) == told


def test_what_one_fault_puts_in_another_finds(engine, ask, chat):
    to, last = engine("rules: [{reply: one}]"), Last()
    to.sinks = (last,)
    for line in ("duplicate-event;event=2;times=9, malformed;event=12", "malformed;event=12"):
        ask(chat("sky", stream=True), to=to, headers={"x-understudy-fault": line})
        assert ("malformed;event=12" in last.exchange.particulars.faults) == line.startswith("dup")


def test_a_failure_that_was_asked_for_tells_what_struck(service, ask, chat):
    heard = []
    running = service()
    running.engine._on_failure = lambda failure, exchange: heard.append((failure.status, exchange.particulars))
    ask(chat(), to=running.engine, headers={"x-understudy-fault": "status;status=503"})
    ((status, noted),) = heard
    assert (status, noted.faults) == (503, ("status;status=503",))


@pytest.mark.parametrize(
    ("admitted", "made", "work"),
    [(10.25, (20, 0), Work(0.25, tokens=20)), (10.25, (20, 7), Work(0.25, tokens=27)), (None, (0, 0), Work(4.0, tokens=0))],
    ids=["taken up", "several choices", "left while it waited"],
)
def test_an_answer_of_an_engine_tells_how_long_it_waited_and_what_was_made(admitted, made, work):
    exchange = Exchange(0.0, Request(RequestHead("GET", "/", "/", "", {}), b"", 0.0), Context())
    first, second = made
    other = SimpleNamespace(produced=second)
    note_work(exchange, SimpleNamespace(arrived=10.0, admitted=admitted, produced=first, others=[other]), now=14.0)
    assert exchange.work == work


def test_what_an_engine_did_is_noted_when_the_answer_has_ended(engine, ask, chat):
    to, last = engine("capacity: {}"), Last()
    to.sinks = (last,)
    ask(chat("sky", stream=True), to=to)
    assert last.exchange.work == Work(0.0, tokens=0)  # nobody plays the engine here


@pytest.mark.parametrize(("events", "tokens"), [(0, 0), (1, 1), (2, 4), (3, 9), (4, 11), (5, 18)])
def test_of_a_stream_that_broke_off_the_tokens_of_its_events_are_noted(events, tokens):
    exchange = Exchange(0.0, Request(RequestHead("GET", "/", "/", "", {}), b"", 0.0), Context())
    note_sent(exchange, Sheet([(b"", b"")] * 6, [0, 1, 3, 5, 2, 7], lead=1), events)
    assert exchange.work == Work(tokens=tokens)


@pytest.mark.parametrize("ready", [False, True])
def test_a_stream_whose_client_left_tells_what_it_was_sent(engine, make_request, chat, ready):
    to, last = engine("timing: {ttft: 100ms, itl: 10ms}\nrules: [{reply: one two three four}]"), Last()
    to.sinks = (last,)
    for _ in range(3 if ready else 1):
        plan = to.respond(make_request(chat("sky", stream=True)))
    plan.ended(Delivery("client_gone", 500, events=3))
    assert last.exchange.work == Work(tokens=2)  # the first event is the role


def test_an_answer_in_one_piece_tells_when_its_first_token_was_due(engine, ask, chat):
    to, last = engine("timing: {latency: 50ms, ttft: 100ms, itl: 10ms}\nrules: [{reply: one two three four}]"), Last()
    to.sinks = (last,)
    ask(chat("sky"), to=to)
    assert last.exchange.work == Work(first=pytest.approx(0.15))


@pytest.mark.parametrize(
    "place", ["reply: {error: {status: 429, headers: HEADERS}}", "reply: ok, fault: {kind: rate_limit, headers: HEADERS}"]
)
@pytest.mark.parametrize(
    ("headers", "seconds"), [("{retry-after: 5}", 5.0), ("{retry-after-ms: 250}", 0.25), ("{x-a: b}", None)]
)
def test_a_failure_tells_the_wait_that_its_headers_ask_for(particulars, place, headers, seconds):
    script = f"rules: [{{when: {{user: sky}}, {place.replace('HEADERS', headers)}}}]"
    assert particulars("sky", script).retry_after == seconds


@pytest.mark.parametrize(("path", "seconds"), [("/v1/chat/completions", 1.2), ("/v1/messages", 2.0)])
def test_the_wait_is_the_one_that_was_sent(engine, ask, chat, path, seconds):
    to, last = engine("faults: [{kind: rate_limit, retry-after: 1200ms}]"), Last()
    to.sinks = (last,)
    ask(chat("sky", max_tokens=9), path, to=to, headers={"anthropic-version": "2023-06-01", "x-api-key": "k"})
    assert last.exchange.particulars.retry_after == seconds


VERTEX = "/v1/projects/p/locations/global/publishers/google"


@pytest.mark.parametrize("prefix", ["/v1beta", VERTEX])
@pytest.mark.parametrize("method", ["generateContent", "streamGenerateContent", "streamGenerateContent?alt=sse"])
@pytest.mark.parametrize(("wait", "seconds"), [("36500ms", 36.0), ("1500ms", 1.0), ("500ms", 0.5), ("2s", 2.0)])
def test_of_waits_that_an_answer_tells_otherwise_in_head_and_body_the_shortest_counts(
    engine, ask, prefix, method, wait, seconds
):
    to, last = engine(f"faults: [{{kind: rate_limit, retry-after: {wait}}}]"), Last()
    to.sinks = (last,)
    body = {"contents": [{"role": "user", "parts": [{"text": "sky"}]}]}
    headers = {"x-goog-api-key": "k", "authorization": "Bearer k"}
    answer = ask(body, f"{prefix}/models/gemini-2.5-flash:{method}", to=to, headers=headers)
    assert (answer.status, float(answer.headers["retry-after"]) >= seconds) == (429, True)
    assert last.exchange.particulars.retry_after == seconds


TIMED = "timing: {ttft: 1ms, itl: 1ms}\n"
HELD = """
rules:
- {when: {user: told}, reply: {template: "{{ user }} the fox ran far and the dog sat low"}}
- {when: {user: made}, reply: {generate: {tokens: 40}}}
- {when: {user: fixed}, reply: the fox ran far}
"""


@pytest.mark.parametrize(("text", "as_tokens"), [("told", False), ("made", True), ("fixed", False)])
def test_an_answer_that_takes_time_says_the_same_and_is_held_as_tokens_it_shares(engine, ask, chat, text, as_tokens):
    paced, at_once, last = engine(TIMED + HELD), engine(HELD), Last()
    paced.sinks = (last,)
    first, second = (ask(chat(text, stream=True), to=to) for to in (paced, at_once))
    (block,) = last.exchange.reply.blocks
    assert first.text() == second.text() == block.text == last.exchange.said
    assert isinstance(block.said, str) != as_tokens
