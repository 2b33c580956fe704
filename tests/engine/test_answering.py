"""The long way to an answer: time, simulated engines, the timeline and the server's own word about itself."""

from __future__ import annotations

import itertools
import re
from functools import partial

import pytest
from msgspec.structs import replace

from understudy.model.plan import Ending, Plan
from understudy.runtime.alarm import VIRTUAL, TimerAlarm
from understudy.runtime.clock import VirtualClock
from understudy.runtime.player import Player
from understudy.runtime.stream import Stream

TEN = "one two three four five six seven eight nine ten"
SMALL = "{max-num-seqs: 1, max-waiting: 1, decode-step: 20ms, decode-per-seq: 0ms, prefill-token: 0.001ms}"


class House:
    """An engine and a player on one virtual clock; what it plays is noted with its time."""

    def __init__(self, service, make_request, chat, script):
        self.clock = VirtualClock(wall=1_700_000_000.0)
        self.running = service(script)
        self.engine = self.running.engine
        self.engine._monotonic = self.clock.monotonic
        self.engine.course.start(0.0)
        self.errors = []
        make_alarm = partial(TimerAlarm, self.clock, step=VIRTUAL)
        self.player = Player(self.clock, make_alarm, lambda callback: callback(), self.errors.append)
        self.engine.attend(self.player.background)
        self._request = lambda **body: make_request(chat(**body))
        self.exchanges = []
        self.engine.sinks = (self,)

    def record(self, exchange):
        self.exchanges.append(exchange)

    def ask(self, **body):
        return self.send(self._request(**body))

    def send(self, request):
        request.at = self.clock.monotonic()
        return Viewer(self, self.engine.respond(request))

    @property
    def standing(self):
        """How the only engine stands."""
        ((_, engine),) = self.engine.fleet
        return engine.snapshot


class Viewer:
    def __init__(self, house, answer):
        self.house, self.got = house, []
        if isinstance(answer, bytes):
            self.got.append((house.clock.monotonic(), answer))
            return
        self.stream = Stream(answer, house.clock.monotonic(), self.write, lambda _ending: None)
        house.player.play(self.stream)

    def write(self, data):
        self.got.append((round(self.house.clock.monotonic(), 6), data))

    def leave(self):
        self.house.player.drop(self.stream, "client_gone")

    @property
    def status(self):
        return int(self.got[0][1].split()[1])

    @property
    def times(self):
        return [at for at, _ in self.got]


@pytest.fixture
def house(service, make_request, chat):
    made = []

    def make(script):
        made.append(House(service, make_request, chat, script))
        return made[-1]

    yield make
    assert [house.errors for house in made] == [[] for _ in made]


def text_of(viewer):
    return b"".join(data for _, data in viewer.got)


def test_an_engine_gives_a_token_a_step(house):
    busy = house(f"version: 1\nmodels: [{{id: gpt-4o, capacity: {SMALL}}}]\nrules: [{{name: a, reply: {TEN}}}]\n")
    viewer = busy.ask(model="gpt-4o", stream=True)
    busy.clock.advance(10)
    assert text_of(viewer).endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n")
    gaps = [round(b - a, 6) for a, b in itertools.pairwise(viewer.times[1:])]
    assert gaps == [0.02] * 9
    delivery = busy.exchanges[0].delivery
    assert (delivery.outcome, delivery.late) == ("done", pytest.approx(0, abs=1e-5))


def test_an_adapter_waits_in_the_batch_of_its_model(house):
    script = "version: 1\nsettings: {models: [llama]}\nmodels: [{id: llama, capacity: {max-num-seqs: 1, decode-step: 1s}}]\n"
    busy = house(f"{script}rules: [{{name: a, reply: {TEN}}}]\n")
    busy.engine.state.store("default").put("vllm-adapter", "sql", b"/path")
    viewers = [busy.ask(model=model, stream=True) for model in ("llama", "sql", "llama", "sql")]
    busy.clock.advance(1.5)
    (engine,) = (engine for _, engine in busy.engine.fleet)
    assert (engine.snapshot.running_adapters, engine.snapshot.waiting_adapters) == ((), ("sql",))
    busy.clock.advance(11)
    assert (engine.snapshot.running_adapters, engine.snapshot.waiting_adapters) == (("sql",), ("sql",))
    busy.clock.advance(60)
    assert (engine.snapshot.running_adapters, engine.snapshot.waiting_adapters) == ((), ())
    assert [viewer.times[-1] for viewer in viewers] == sorted(viewer.times[-1] for viewer in viewers)


def test_an_engine_begins_when_a_request_came_however_late_it_is_read(house, make_request, chat):
    busy = house(f"version: 1\ncapacity: {SMALL}\nrules: [{{name: a, reply: {TEN}}}]\n")
    busy.ask()
    busy.clock.advance(1)
    request = make_request(chat(stream=True))
    request.at = 0.95
    played = []
    answer = replace(busy.engine.respond(request), ended=played.append)
    busy.player.play(Stream(answer, 0.93, lambda _data: None, played.append))  # the kernel knows better
    busy.clock.advance(10)
    delivery = played[0]
    assert delivery.first_due == pytest.approx(0.02, abs=1e-4)
    assert delivery.first_at == pytest.approx(0.07, abs=1e-4)
    assert (delivery.late, delivery.last_due) == (pytest.approx(0.05, abs=1e-3), pytest.approx(0.2, abs=1e-4))
    assert busy.player.lateness.lag.histogram().max < 0.001  # nobody was woken late


def test_an_answer_in_one_piece_comes_when_its_stream_would_have_ended(house):
    script = f"version: 1\ncapacity: {SMALL}\nrules: [{{name: a, reply: {TEN}}}]\n"
    streamed, whole = house(script), house(script)
    first, second = streamed.ask(stream=True), whole.ask()
    streamed.clock.advance(10)
    whole.clock.advance(10)
    assert second.times == [first.times[-1]]


def test_a_full_queue_is_refused_and_who_leaves_makes_room(house):
    busy = house(f"version: 1\ncapacity: {SMALL}\nrules: [{{name: a, reply: {TEN}}}]\n")
    viewers = [busy.ask(stream=True) for _ in range(3)]
    busy.clock.advance(0.001)
    assert [viewer.status for viewer in viewers] == [200, 200, 503]
    viewers[0].leave()
    again = busy.ask(stream=True)
    busy.clock.advance(10)
    assert again.status == 200
    assert text_of(again).endswith(b"0\r\n\r\n")
    assert [engine.snapshot.running for _, engine in busy.engine.fleet] == [0]
    assert [engine.snapshot.kv_used for _, engine in busy.engine.fleet] == [0.0]


def test_operations_that_generate_nothing_take_no_place(house, make_request):
    busy = house(f"version: 1\ncapacity: {SMALL}\n")
    answer = busy.engine.respond(make_request({"model": "text-embedding-3-small", "input": "a"}, "/v1/embeddings"))
    assert isinstance(answer, bytes)
    assert list(busy.engine.fleet) == []


def test_a_reload_keeps_an_engine_that_is_still_named_so(house, service):
    script = f"version: 1\ncapacity: {SMALL}\nrules: [{{name: a, reply: {TEN}}}]\n"
    busy = house(script)
    viewer = busy.ask(stream=True)
    before = [engine for _, engine in busy.engine.fleet]
    busy.engine.adopt(service(script).engine.world)
    assert [engine for _, engine in busy.engine.fleet] == before
    busy.engine.adopt(service("version: 1\n").engine.world)
    assert [engine for _, engine in busy.engine.fleet] == before  # it is at work
    busy.clock.advance(10)
    assert [engine.snapshot.steps for _, engine in busy.engine.fleet] == [10]  # what is counted stays
    assert text_of(viewer).endswith(b"0\r\n\r\n")


def test_an_engine_that_a_reload_replaces_is_counted_until_it_is_done(house, service):
    script = f"version: 1\ncapacity: {SMALL}\nrules: [{{name: a, reply: {TEN}}}]\n"
    busy = house(script)
    old = [busy.ask(), busy.ask()]
    busy.clock.advance(0.05)
    busy.engine.adopt(service(script.replace("max-num-seqs: 1", "max-num-seqs: 2")).engine.world)
    new = busy.ask()
    busy.clock.advance(0.05)
    assert (busy.standing.running, busy.standing.waiting) == (2, 1)
    before = busy.standing.steps
    busy.clock.advance(10)
    assert [viewer.times for viewer in (*old, new)] == [[0.200008], [0.400016], [0.250008]]
    assert (busy.standing.running, busy.standing.waiting, busy.standing.produced) == (0, 0, 30)
    assert busy.standing.steps == 30 > before


def test_a_whole_answer_takes_the_time_of_its_stream(house):
    script = f"version: 1\ntiming: {{ttft: 100ms, itl: 10ms}}\nrules: [{{name: a, reply: {TEN}}}]\n"
    slow = house(script)
    whole, streamed = slow.ask(), slow.ask(stream=True)
    slow.clock.advance(5)
    assert whole.times == [pytest.approx(0.19)]
    assert streamed.times[-1] == pytest.approx(0.19)


def test_it_takes_none_when_the_script_says_so(house):
    script = f"version: 1\ntiming: {{ttft: 100ms, itl: 10ms, whole: false}}\nrules: [{{name: a, reply: {TEN}}}]\n"
    slow = house(script)
    assert slow.ask().times == [0.0]


def test_a_phase_makes_answers_slower_for_a_while(house):
    script = (
        "version: 1\ntiming: {latency: 10ms}\nrules: [{name: a, reply: x}]\ntimeline: [{at: 1s, for: 1s, timing: {scale: 4}}]\n"
    )
    slow = house(script)
    found = []
    for _ in range(3):
        viewer = slow.ask()
        begun = slow.clock.monotonic()
        slow.clock.advance(1)
        found.append(round(viewer.times[0] - begun, 6))
    assert found == [0.01, 0.04, 0.01]


def test_a_late_server_says_so_in_its_answers(engine, ask, chat):
    made = engine()
    assert "x-understudy-bottleneck" not in ask(chat(stream=True), to=made).headers
    made.is_bottleneck = lambda: True
    assert ask(chat(stream=True), to=made).headers["x-understudy-bottleneck"]
    made.is_bottleneck = lambda: False
    assert "x-understudy-bottleneck" not in ask(chat(stream=True), to=made).headers


def test_faults_strike_answers_of_an_engine_too(house, make_request, chat):
    script = f"version: 1\ncapacity: {SMALL}\nfaults: [{{kind: reset, at: {{event: 3}}}}]\nrules: [{{name: a, reply: {TEN}}}]\n"
    busy = house(script)
    answer = busy.engine.respond(make_request(chat(stream=True)))
    assert isinstance(answer, Plan)
    endings = []
    stream = Stream(answer, 0.0, lambda _data: None, endings.append)
    busy.player.play(stream)
    busy.clock.advance(10)
    assert endings == [Ending.ABORT]
    assert [engine.snapshot.running for _, engine in busy.engine.fleet] == [0]


def test_cached_tokens_are_those_an_engine_holds(house):
    roomy = "{kv-cache-tokens: 16384, block-size: 16, prefix-cache: true, prefill-token: 0.001ms, decode-step: 1ms}"
    busy = house(f"version: 1\ncapacity: {roomy}\nrules: [{{name: a, reply: {TEN}}}]\n")
    viewers = []
    for _ in range(2):
        viewers.append(busy.ask(user="word " * 100))
        busy.clock.advance(1)
    assert b'"cached_tokens": 0' in text_of(viewers[0])
    assert b'"cached_tokens": 96' in text_of(viewers[1])


ROOMY = "{max-num-seqs: 1, block-size: 16, prefill-token: 1ms, decode-step: 1ms, decode-per-seq: 0ms}"


@pytest.mark.parametrize("stream", [False, True])
def test_cached_tokens_are_those_found_when_an_answer_is_let_in(house, stream):
    busy = house(f"version: 1\ncapacity: {ROOMY}\nrules: [{{name: a, reply: {TEN}}}]\n")
    usage = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
    viewers = []
    for _ in range(3):
        viewers.append(busy.ask(user="word " * 800, **usage))
        busy.clock.advance(0.05)
    busy.clock.advance(10)
    found = [int(re.search(rb'"cached_tokens": ?(\d+)', text_of(viewer))[1]) for viewer in viewers]
    assert found == [0, 800, 800]
    assert busy.standing.prefix_hits == sum(found)
    if not stream:
        heads, bodies = zip(*(text_of(viewer).split(b"\r\n\r\n") for viewer in viewers), strict=True)
        assert [int(re.search(rb"content-length: (\d+)", head)[1]) for head in heads] == list(map(len, bodies))


def test_what_was_evicted_while_an_answer_waited_is_not_reported(house):
    busy = house(
        "version: 1\ncapacity: {max-num-seqs: 1, kv-cache-tokens: 1024, prefill-token: 1ms, decode-step: 1ms}\n"
        "rules: [{reply: one}]\n"
    )
    busy.ask(user="word " * 800)
    busy.clock.advance(2)
    hits = busy.standing.prefix_hits
    busy.ask(user="other " * 900)
    again = busy.ask(user="word " * 800)
    busy.clock.advance(5)
    found = int(re.search(rb'"cached_tokens": (\d+)', text_of(again))[1])
    assert found == busy.standing.prefix_hits - hits < 200


def test_what_stands_before_an_answer_shifts_it(house, make_request, chat):
    script = f"version: 1\ntiming: {{latency: 500ms}}\ncapacity: {SMALL}\nrules: [{{name: a, reply: {TEN}}}]\n"
    first = house(script)
    streamed = first.ask(stream=True)
    first.clock.advance(10)
    assert streamed.times == [0.5, *[pytest.approx(0.5 + 0.02 * token, abs=1e-4) for token in range(1, 11)]]
    second = house(script.replace("timing: {latency: 500ms}\n", ""))
    whole = second.send(make_request(chat(), "/v1/chat/completions?delay=500"))
    second.clock.advance(10)
    assert whole.times == [pytest.approx(0.7, abs=1e-4)]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("choices", [1, 3])
def test_choices_are_made_side_by_side(house, choices, stream):
    busy = house(f"version: 1\ncapacity: {SMALL.replace('seqs: 1', 'seqs: 3')}\nrules: [{{name: a, reply: {TEN}}}]\n")
    viewer = busy.ask(n=choices, stream=stream)
    busy.clock.advance(0.1)
    assert busy.standing.running == choices
    busy.clock.advance(10)
    assert viewer.times[-1] == pytest.approx(0.2, abs=1e-4)
    assert busy.standing.produced == 10 * choices


def test_choices_need_a_place_each(house):
    busy = house(f"version: 1\ncapacity: {SMALL}\nrules: [{{name: a, reply: {TEN}}}]\n")
    assert busy.ask(n=3).status == 503
    both = busy.ask(n=2)
    busy.clock.advance(10)
    assert both.times == [pytest.approx(0.4, abs=1e-4)]


def test_choices_have_to_fit_one_by_one(house):
    busy = house(f"version: 1\ncapacity: {{kv-cache-tokens: 64}}\nrules: [{{reply: {TEN} {TEN}}}]\n")
    viewer = busy.ask(n=3)
    busy.clock.advance(10)
    assert viewer.status == 200


def test_prompts_are_made_side_by_side_and_given_as_tokens_they_are_exact(house, make_request):
    busy = house(f"version: 1\ncapacity: {SMALL.replace('seqs: 1', 'seqs: 2')}\nrules: [{{reply: {TEN}}}]\n")
    body = {"model": "gpt-3.5-turbo-instruct", "prompt": [list(range(96)), list(range(200, 296))]}
    hits = []
    for _ in range(2):
        viewer = busy.send(make_request(body, "/v1/completions"))
        begun = busy.clock.monotonic()
        busy.clock.advance(10)
        assert viewer.times == [pytest.approx(begun + 0.2, abs=1e-3)]
        hits.append(busy.standing.prefix_hits)
    assert hits == [0, 160]


def test_thoughts_that_nobody_sees_take_an_engine_no_time(house):
    script = f"version: 1\ncapacity: {SMALL}\nrules: [{{name: a, reply: {TEN}}}]\n"
    streamed, whole = house(script), house(script)
    viewers = streamed.ask(stream=True, model="gpt-5"), whole.ask(model="gpt-5")
    for busy in (streamed, whole):
        busy.clock.advance(10)
    assert viewers[0].times[-1] == viewers[1].times[-1] == pytest.approx(0.2, abs=1e-4)


def test_the_scale_slows_an_engine_down_while_it_is_in_force(house):
    script = (
        f"version: 1\ntiming: {{scale: 2}}\ncapacity: {SMALL}\nrules: [{{name: a, reply: {TEN}}}]\n"
        "timeline: [{at: 100ms, for: 400ms, timing: {scale: 5}}]\n"
    )
    slow = house(script)
    viewer = slow.ask(stream=True)
    slow.clock.advance(10)
    gaps = [round(b - a, 3) for a, b in itertools.pairwise(viewer.times)]
    assert gaps == [0.04, 0.04, 0.04, *[0.2] * 2, *[0.04] * 5]


@pytest.mark.parametrize(
    ("asked", "named"), [("ttft=2s", "ttft"), ("scale=2", "scale"), ("itl=1ms;whole=false", "itl, no whole")]
)
def test_a_request_cannot_have_a_pace_of_its_own_in_an_engine(house, make_request, chat, asked, named):
    busy = house(f"version: 1\nmodels: [{{id: slow, capacity: {SMALL}}}]\nrules: [{{name: a, reply: {TEN}}}]\n")
    head = {"headers": {"x-understudy-timing": asked}}
    refused = busy.send(make_request(chat(model="slow"), **head))
    assert refused.status == 400
    assert f"X-Understudy-Timing: expected no {named} where".encode() in text_of(refused)
    other = busy.send(make_request(chat(model="other"), **head))
    delayed = busy.send(make_request(chat(model="slow"), headers={"x-understudy-timing": "latency=1s"}))
    busy.clock.advance(10)
    assert (other.status, delayed.status, delayed.times) == (200, 200, [pytest.approx(1.2, abs=1e-4)])


def test_when_all_is_forgotten_engines_forget_what_they_do_not_hold(house):
    busy = house(f"version: 1\ncapacity: {ROOMY}\nrules: [{{name: a, reply: {TEN}}}]\n")
    found = []
    for session in (None, "one", None, "all"):
        viewer = busy.ask(user="word " * 100)
        busy.clock.advance(1)
        found.append(int(re.search(rb'"cached_tokens": (\d+)', text_of(viewer))[1]))
        if session is not None:
            busy.engine.state.reset(None if session == "all" else session)
    busy.ask(user="word " * 100)
    busy.clock.advance(1)
    assert found == [0, 96, 96, 96]
    assert busy.standing.prefix_hits == sum(found)


@pytest.mark.parametrize(
    ("body", "finish"),
    [
        ({}, "stop"),
        ({"stream": True}, "stop"),
        ({"max_tokens": 2}, "length"),
        ({"max_tokens": 2, "stream": True}, "length"),
        ({"user": "cut"}, "length"),
        ({"user": "call"}, "tool_calls"),
    ],
)
def test_an_exchange_says_why_the_model_ended(house, body, finish):
    script = (
        f"version: 1\nrules:\n  - {{when: {{user: cut}}, reply: {{text: a, finish: length}}}}\n"
        "  - {when: {user: call}, reply: {tool_calls: [{name: f, arguments: {}}]}}\n"
        f"  - reply: {TEN}\n"
    )
    asked = house(script)
    for _ in range(3):
        asked.ask(**body)
        asked.clock.advance(1)
    assert [exchange.finish for exchange in asked.exchanges] == [finish] * 3


@pytest.mark.parametrize("stream", [False, True])
def test_an_exchange_says_why_a_completion_and_a_response_ended(house, make_request, stream):
    asked = house(f"version: 1\nrules: [{{reply: {TEN}}}]\n")
    for path, body in (
        ("/v1/completions", {"prompt": "x", "max_tokens": 3}),
        ("/v1/completions", {"prompt": "x", "max_tokens": 30}),
        ("/v1/responses", {"input": "x", "max_output_tokens": 16}),
        ("/v1/embeddings", {"input": "x"}),
    ):
        sent = {"model": "gpt-3.5-turbo-instruct", **body, **({"stream": True} if stream and "input" not in body else {})}
        answer = asked.engine.respond(make_request(sent, path))
        Viewer(asked, answer)
    asked.clock.advance(1)
    assert [exchange.finish for exchange in asked.exchanges] == ["length", "stop", "stop", ""]


MESSAGES = [{"role": "user", "content": "hi"}]
CONTENTS = [{"role": "user", "parts": [{"text": "hi"}]}]
KEYS = {"anthropic-version": "2023-06-01", "x-api-key": "sk-any", "x-goog-api-key": "any", "authorization": "Bearer any"}
CLAUDE = "/model/anthropic.claude-sonnet-4-5-20250929-v1:0/"
INVOKED = {"anthropic_version": "bedrock-2023-05-31", "messages": MESSAGES}
LIMITED = {
    "anthropic": ("/v1/messages", lambda most: {"model": "claude-sonnet-4-5", "messages": MESSAGES, "max_tokens": most}),
    "complete": (
        "/v1/complete",
        lambda most: {"model": "claude-2.1", "prompt": "\n\nHuman: hi\n\nAssistant:", "max_tokens_to_sample": most},
    ),
    "gemini": (
        ("/v1beta/models/gemini-2.0-flash:generateContent", "/v1beta/models/gemini-2.0-flash:streamGenerateContent?alt=sse"),
        lambda most: {"contents": CONTENTS, "generationConfig": {"maxOutputTokens": most}},
    ),
    "ollama": ("/api/chat", lambda most: {"model": "llama3.2", "messages": MESSAGES, "options": {"num_predict": most}}),
    "cohere": ("/v2/chat", lambda most: {"model": "command-a-03-2025", "messages": MESSAGES, "max_tokens": most}),
    "mistral": (
        "/mistral/v1/chat/completions",
        lambda most: {"model": "open-mistral-7b", "messages": MESSAGES, "max_tokens": most},
    ),
    "tgi": (("/generate", "/generate_stream"), lambda most: {"inputs": "hi", "parameters": {"max_new_tokens": most}}),
    "converse": (
        (CLAUDE + "converse", CLAUDE + "converse-stream"),
        lambda most: {"messages": [{"role": "user", "content": [{"text": "hi"}]}], "inferenceConfig": {"maxTokens": most}},
    ),
    "invoke": ((CLAUDE + "invoke", CLAUDE + "invoke-with-response-stream"), lambda most: {**INVOKED, "max_tokens": most}),
    "invoke-openai": (
        ("/model/openai.gpt-oss-20b-1:0/invoke", "/model/openai.gpt-oss-20b-1:0/invoke-with-response-stream"),
        lambda most: {"messages": MESSAGES, "max_completion_tokens": most},
    ),
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("provider", LIMITED)
def test_an_exchange_says_of_every_provider_that_a_limit_ended_an_answer(house, make_request, provider, stream):
    asked, (paths, body) = house(f"version: 1\nrules: [{{reply: {TEN}}}]\n"), LIMITED[provider]
    for most in (3, 300):
        path, fields = (paths, {"stream": stream}) if isinstance(paths, str) else (paths[stream], {})
        Viewer(asked, asked.engine.respond(make_request({**body(most), **fields}, path, headers=KEYS)))
        asked.clock.advance(1)
    found = [(exchange.status, exchange.finish, exchange.stream) for exchange in asked.exchanges]
    assert found == [(200, "length", stream), (200, "stop", stream)]


TOLD = """
version: 1
rules:
  - {name: told, when: {user: told}, reply: {text: hi, usage: {prompt_tokens: 1, completion_tokens: 7}}}
  - {name: cut, when: {user: cut}, reply: {text: hi, finish: length}}
  - {name: ten, reply: one two three four five six seven eight nine ten}
"""
WAYS = {
    "/v1/chat/completions": lambda user, **more: {
        "model": "gpt-4o-mini",
        "messages": [{"role": "user", "content": user}],
        **more,
    },
    "/v1/messages": lambda user, **more: {
        "model": "claude-sonnet-4-5",
        "messages": [{"role": "user", "content": user}],
        "max_tokens": 300,
        **more,
    },
}


@pytest.mark.parametrize("more", [{}, {"stream": True}, {"max_tokens": 3}, {"max_tokens": 3, "stream": True}], ids=str)
@pytest.mark.parametrize("path", WAYS)
def test_exchanges_of_answers_from_the_shelf_tell_what_those_of_others_do(house, make_request, path, more):
    asked = house(TOLD)
    for user in ["told", "cut", "ten"] * 3:
        Viewer(asked, asked.engine.respond(make_request(WAYS[path](user, **more), path, headers=KEYS)))
        asked.clock.advance(1)
    asked.engine._settle()
    told = [(e.rule, e.prompt_tokens, e.completion_tokens, e.finish, e.stream, e.particulars) for e in asked.exchanges]
    assert len(told) == 9
    assert told[:3] == told[3:6] == told[6:]
