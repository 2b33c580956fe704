"""What is done to the events of a stream does not change when they are due, whatever the provider makes a stream of."""

from __future__ import annotations

import pytest

from understudy.faults._events import Event, ended_behind, events_of, put_before, with_events
from understudy.model.frame import Sheet, Stream
from understudy.model.plan import Plan, spelled_out
from understudy.wire.response import LAST_CHUNK

TURN = {"role": "user", "content": "hi"}
ASKED = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
TWO = {**ASKED, "generationConfig": {"candidateCount": 2}}
CLAUDE = {"max_tokens": 99, "messages": [TURN]}
GEMINI = "/v1beta/models/gemini-2.5-flash:streamGenerateContent"
BEDROCK = "/model/anthropic.claude-3-haiku-20240307-v1:0"
CHAT = {"model": "gpt-4o", "stream": True, "messages": [TURN]}
STREAMED = {
    "chat": ("/v1/chat/completions", CHAT),
    "three choices": ("/v1/chat/completions", {**CHAT, "n": 3}),
    "completions": ("/v1/completions", {"model": "gpt-3.5-turbo-instruct", "prompt": ["a", "b"], "n": 2, "stream": True}),
    "response": ("/v1/responses", {"model": "gpt-4o", "input": "hi", "stream": True}),
    "in the background": ("/v1/responses", {"model": "gpt-4o", "input": "hi", "stream": True, "background": True}),
    "azure": ("/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", CHAT),
    "vllm": ("/vllm/v1/chat/completions", {**CHAT, "n": 2}),
    "anthropic": ("/v1/messages", {**CLAUDE, "model": "claude-sonnet-5", "stream": True}),
    "gemini": (f"{GEMINI}?alt=sse", TWO),
    "an array": (GEMINI, TWO),
    "ollama": ("/api/chat", {"model": "llama3.2", "messages": [TURN]}),
    "cohere": ("/v2/chat", {"model": "command-r-plus", "stream": True, "messages": [TURN]}),
    "bedrock": (f"{BEDROCK}/converse-stream", {"messages": [{"role": "user", "content": [{"text": "hi"}]}]}),
    "bedrock, claude": (f"{BEDROCK}/invoke-with-response-stream", {**CLAUDE, "anthropic_version": "bedrock-2023-05-31"}),
}
PACES = {
    "fixed": "timing: {ttft: 200ms, itl: 100ms}",
    "in groups": "timing: {ttft: 200ms, itl: {normal: {mean: 20ms, stddev: 4ms}}, burstiness: 3}",
    "in chunks": "timing: {ttft: 200ms, itl: 100ms, chunk-tokens: {min: 1, max: 4}}",
    "by event": "settings: {response-delay-ms: 50}",
}
NINE = "one two three four five six seven eight nine"


@pytest.fixture
def moments(engine, make_request):
    """The moments of the events of a stream under a fault, and of its end."""
    made = {}

    def found(name, pace, fault="reset;event=9999"):
        path, body = STREAMED[name]
        if pace not in made:
            made[pace] = engine(f"{PACES[pace]}\nrules: [{{reply: {NINE}}}]\n")
        headers = {"anthropic-version": "2023-06-01", "api-key": "k", "x-understudy-fault": fault}
        plan = made[pace].respond(make_request(body, path, headers=headers))
        assert isinstance(plan, Plan)
        now, sent = 0.0, []
        for step in spelled_out(plan.steps):
            now += step if isinstance(step, float) else 0.0
            sent += [] if isinstance(step, float) else [(round(now, 6), step)]
        (_, head), *events = sent
        assert (head[:12], head[-4:], events[-1][1]) == (b"HTTP/1.1 200", b"\r\n\r\n", LAST_CHUNK)
        return [at for at, _ in events]

    return found


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("name", STREAMED)
def test_events_are_due_when_they_were(name, pace, moments):
    sound = moments(name, pace)
    assert len(set(sound)) > 2
    assert moments(name, pace, "crlf") == sound
    for number in (1, 2, 3, 5, len(sound) // 2, len(sound) - 2):
        due = sound[number - 1]
        before, upto = sound[: number - 1], sound[:number]
        for fault in ("invalid-utf8", "truncated-json;then=go-on"):
            assert moments(name, pace, f"{fault};event={number}") == sound
        for fault in ("malformed", "truncated-json"):
            assert moments(name, pace, f"{fault};event={number}") == [*upto, due]
        assert moments(name, pace, f"early-end;event={number}") == [*before, due]
        assert moments(name, pace, f"duplicate-event;event={number}") == [*upto, *sound[number - 1 :]]
        for fault in ("unknown-event", "huge-event;bytes=9", "empty-deltas;count=2"):
            found = moments(name, pace, f"{fault};event={number}")
            assert found == [*before, *[due] * (len(found) - len(sound)), *sound[number - 1 :]]
        assert moments(name, pace, f"reorder-events;event={number}")[-1] == sound[-1]


@pytest.mark.parametrize("part", ["usage", "finish", "done"])
@pytest.mark.parametrize("name", STREAMED)
def test_what_is_left_out_takes_no_time_from_the_others(name, part, moments):
    sound, found = moments(name, "fixed"), moments(name, "fixed", f"missing-{part}")
    assert found[-1] == sound[-1]
    assert sorted(set(found)) == sorted(set(sound))


def _stream(**members):
    return Stream(Sheet([(data, b"") for data in (b"a", b"b", b"c", b"d")], [0, 1, 1, 0], **members), b"", (b"end",))


def test_each_event_knows_when_it_is_due():
    assert events_of(_stream(lead=1, timed=[0, 1, 0])) == [
        Event(b"a", leads=True),
        Event(b"b", 1, 1),
        Event(b"c", 1, 0),
        Event(b"d"),
        Event(b"end"),
    ]


def test_events_that_stay_as_they_are_keep_lead_and_time():
    stream = _stream(lead=1, timed=[0, 1, 0])
    made = with_events(stream, events_of(stream))
    assert (made.events(), list(made.sheet.tokens)) == (stream.events(), [0, 1, 1, 0, 0])
    assert (made.sheet.lead, list(made.sheet.timed)) == (1, [0, 1, 0])


def test_an_event_of_the_lead_that_comes_late_leads_no_more():
    first, second, *others = events_of(_stream(lead=1))
    assert with_events(_stream(), [second, first, *others]).sheet.lead == 0


def test_what_is_put_before_an_event_takes_its_moment():
    events = [Event(b"a", leads=True), Event(b"b", 3, 3)]
    assert put_before(events, 0, b"x")[:2] == [Event(b"x", leads=True), Event(b"a", leads=True)]
    assert put_before(events, 1, b"x", b"y")[1:] == [Event(b"x", wait=3), Event(b"y"), Event(b"b", 3)]
    assert put_before(events, 2, b"x")[2:] == [Event(b"x")]


def test_the_time_of_what_is_not_sent_stays_known():
    stream = _stream()
    made = with_events(stream, ended_behind(events_of(stream), 1))
    assert (made.events(), list(made.sheet.tokens), list(made.sheet.timed)) == ([b"a", b"b"], [0, 1], [0, 1, 1])


def test_a_stream_that_knows_its_time_keeps_it():
    stream = _stream()
    stream.waits = iter([0.0, 0.5, 0.25, 0.0])
    made = with_events(stream, put_before(events_of(stream), 2, b"x"))
    assert (made.events(), made.waits) == ([b"a", b"b", b"x", b"c", b"d", b"end"], [0.0, 0.5, 0.25, 0, 0.0, 0])
    assert stream.waits == [0.0, 0.5, 0.25, 0.0]
