"""The next turn of a conversation finds the answer of the one before in the memory of a simulated engine, in every API.

What is found is worked out here: a token of these texts has 4 bytes, a message begins with its role and 2 bytes.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any, NamedTuple

import pytest

from understudy.model.plan import Plan
from understudy.runtime.alarm import VIRTUAL, TimerAlarm
from understudy.runtime.clock import VirtualClock
from understudy.runtime.player import Player
from understudy.runtime.stream import Stream

QUESTION, ANSWER = "the" + " cat" * 199, "one" + " dog" * 399
ASKED = len("_user_") + len(QUESTION)
TOLD = ASKED + len("_assistant_") + len(ANSWER)
ENGINE = "capacity: {decode-step: 1s, decode-per-seq: 0, prefill-token: 1ms}\n"
RULES = f"rules: [{{when: {{user: {{contains: again}}}}, reply: fine}}, {{reply: %s}}, {{reply: {ANSWER}}}]\n"
SCRIPT = ENGINE + RULES % json.dumps({"text": ANSWER})
ARGUMENTS = {"city": "Rome", "words": ["far", "near"] * 60}
CALLS = ENGINE + RULES % json.dumps({"tool_calls": [{"name": "look", "arguments": ARGUMENTS}]})
CALLED = ASKED + len("_assistant__call_look") + len(json.dumps(ARGUMENTS, separators=(",", ":")))
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}


class Api(NamedTuple):
    """How turns are taken: `body` of what was said, `said` of an answer for the next turn, `cost` of prompt and answer."""

    path: str
    body: Any
    said: Any
    cost: Any
    user: Any = lambda text: {"role": "user", "content": text}
    tool: Any = None
    result: Any = None
    headers: Any = None


def usage(prompt, answer):
    return lambda document: (document["usage"][prompt], document["usage"][answer])


def message(document):
    return [{name: value for name, value in document["choices"][0]["message"].items() if value}]


def function(**parameters):
    return {"type": "function", "function": {"name": "look", **parameters}}


CHAT = Api(
    "/v1/chat/completions",
    lambda said, tools: {"model": "gpt-4o", "messages": said, **tools},
    message,
    usage("prompt_tokens", "completion_tokens"),
    tool=function(parameters=SCHEMA),
    result=lambda said: {"role": "tool", "tool_call_id": said["tool_calls"][0]["id"], "content": "again"},
)
RESPONSES = Api(
    "/v1/responses",
    lambda said, tools: {"model": "gpt-4o", "input": said, **tools},
    lambda document: document["output"],
    usage("input_tokens", "output_tokens"),
    tool={"type": "function", "name": "look", "parameters": SCHEMA},
    result=lambda said: {"type": "function_call_output", "call_id": said["call_id"], "output": "again"},
)
CLAUDE = Api(
    "/v1/messages",
    lambda said, tools: {"model": "claude-sonnet-4-5", "max_tokens": 9000, "messages": said, **tools},
    lambda document: [{"role": "assistant", "content": document["content"]}],
    usage("input_tokens", "output_tokens"),
    tool={"name": "look", "input_schema": SCHEMA},
    result=lambda said: {
        "role": "user",
        "content": [{"type": "tool_result", "tool_use_id": said["content"][-1]["id"], "content": "again"}],
    },
    headers={"anthropic-version": "2023-06-01"},
)
GEMINI = Api(
    "/v1beta/models/gemini-2.5-flash:generateContent",
    lambda said, tools: {"contents": said, **tools},
    lambda document: [document["candidates"][0]["content"]],
    lambda document: tuple(document["usageMetadata"][f"{of}TokenCount"] for of in ("prompt", "candidates")),
    lambda text: {"role": "user", "parts": [{"text": text}]},
    tool={"functionDeclarations": [{"name": "look", "parameters": SCHEMA}]},
    result=lambda _said: {"role": "user", "parts": [{"functionResponse": {"name": "look", "response": {"result": "again"}}}]},
)
CONVERSE = Api(
    "/model/amazon.nova-lite-v1%3A0/converse",
    lambda said, _tools: {"messages": said},
    lambda document: [document["output"]["message"]],
    usage("inputTokens", "outputTokens"),
    lambda text: {"role": "user", "content": [{"text": text}]},
)
OLLAMA = Api(
    "/ollama/api/chat",
    lambda said, tools: {"model": "llama3", "stream": False, "messages": said, **tools},
    lambda document: [document["message"]],
    lambda document: (document["prompt_eval_count"], document["eval_count"]),
    tool=function(parameters=SCHEMA),
    result=lambda _said: {"role": "tool", "tool_name": "look", "content": "again"},
)
APIS = {"chat": CHAT, "responses": RESPONSES, "claude": CLAUDE, "gemini": GEMINI, "converse": CONVERSE, "ollama": OLLAMA}


class Server:
    """A server on a virtual clock."""

    def __init__(self, service, make_request, script):
        self.clock, self.errors = VirtualClock(wall=1_700_000_000.0), []
        self.engine = service(script).engine
        self.engine._monotonic = self.clock.monotonic
        make_alarm = partial(TimerAlarm, self.clock, step=VIRTUAL)
        self.player = Player(self.clock, make_alarm, lambda callback: callback(), self.errors.append)
        self.engine.attend(self.player.background)
        self._request, self._hits = make_request, 0

    def begin(self, api, body):
        """Play an answer; return what comes of it, and how to leave."""
        request, got = self._request(body, api.path, headers=api.headers), []
        request.at = self.clock.monotonic()
        answer = self.engine.respond(request)
        assert isinstance(answer, Plan), answer
        stream = Stream(answer, request.at, lambda data: got.append((self.clock.monotonic(), data)), lambda _ending: None)
        self.player.play(stream)
        return got, partial(self.player.drop, stream, "client_gone")

    def ask(self, api, said, **more):
        """Ask, and wait for the whole answer."""
        got, _ = self.begin(api, {**api.body(said, {}), **more})
        self.clock.advance(10_000.0)
        head, _, body = b"".join(data for _, data in got).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), body
        return json.loads(body)

    @property
    def found(self):
        """The tokens that were found since this was looked at."""
        ((_, engine),) = self.engine.fleet
        before, self._hits = self._hits, engine.snapshot.prefix_hits
        return self._hits - before


@pytest.fixture
def server(service, make_request):
    made = []

    def make(script=SCRIPT):
        made.append(Server(service, make_request, script))
        return made[-1]

    yield make
    assert [server.errors for server in made] == [[] for _ in made]


def blocks(tokens, size):
    """The tokens in the blocks that are full, of so many tokens and so many bytes; of the last token nothing was made."""
    return 16 * min((tokens - 1) // 16, size // 64)


@pytest.mark.parametrize("api", APIS.values(), ids=APIS)
def test_what_was_answered_is_found(server, api):
    to, first = server(), [api.user(QUESTION)]
    answer = to.ask(api, first)
    assert to.found == 0
    to.ask(api, [*first, *api.said(answer), api.user("again")])
    assert to.found == blocks(sum(api.cost(answer)), TOLD)


def test_a_chat_tells_it_and_its_first_token_comes_earlier(server):
    to, first = server(), [CHAT.user(QUESTION)]
    answer = to.ask(CHAT, first)
    assert CHAT.cost(answer) == (207, 400)
    begun = to.clock.monotonic()
    got, _ = to.begin(CHAT, CHAT.body([*first, *message(answer), CHAT.user("again")], {}))
    to.clock.advance(10.0)
    ((at, data),) = got
    told = json.loads(data.partition(b"\r\n\r\n")[2])["usage"]
    assert told["prompt_tokens_details"]["cached_tokens"] == (207 + 400 - 1) // 16 * 16 == 592
    assert at - begun == pytest.approx(1.0 + (told["prompt_tokens"] - 592) / 1000)


def test_a_response_that_goes_on_with_another_finds_it(server):
    to = server()
    first = to.ask(RESPONSES, QUESTION)
    assert to.found == 0
    second = to.ask(RESPONSES, "again", previous_response_id=first["id"])
    assert to.found == second["usage"]["input_tokens_details"]["cached_tokens"] == blocks(sum(RESPONSES.cost(first)), TOLD)


@pytest.mark.parametrize("api", [api for api in APIS.values() if api.tool], ids=[name for name in APIS if APIS[name].tool])
def test_a_call_of_a_tool_is_found_however_it_is_written(server, api):
    to, first, tools = server(CALLS), [api.user(QUESTION)], {"tools": [api.tool]}
    answer = to.ask(api, first, **tools)
    said = api.said(answer)
    assert to.found == 0
    to.ask(api, [*first, *said, api.result(said[-1])], **tools)
    at_least = blocks(api.cost(answer)[0], ASKED)
    assert to.found == blocks(sum(api.cost(answer)), CALLED) > at_least + 64


def test_an_answer_cut_by_a_limit_is_found_as_far_as_it_went(server):
    to, first = server(), [CHAT.user(QUESTION)]
    answer = to.ask(CHAT, first, max_tokens=110)
    to.ask(CHAT, [*first, *message(answer), CHAT.user("again")])
    assert to.found == (207 + 110 - 1) // 16 * 16


@pytest.mark.parametrize("tokens", [1, 2, 50, 399])
def test_of_who_left_what_was_made_is_found(server, tokens):
    to, first = server(), [CHAT.user(QUESTION)]
    _, leave = to.begin(CHAT, CHAT.body(first, {"stream": True}))
    to.clock.advance(0.207 + tokens + 0.5)
    leave()
    to.ask(CHAT, [*first, {"role": "assistant", "content": ANSWER}, CHAT.user("again")])
    assert to.found == (207 + tokens - 1) // 16 * 16


def test_behind_thoughts_an_answer_is_found_if_they_are_sent_back(server):
    thought = "let" + " him" * 99
    script = ENGINE + RULES % json.dumps({"blocks": [{"reasoning": thought}, {"text": ANSWER}]})
    to, first = server(script), [CLAUDE.user(QUESTION)]
    answer = to.ask(CLAUDE, first)
    ((_, said),) = [each.values() for each in CLAUDE.said(answer)]
    assert [block["type"] for block in said] == ["thinking", "text"]
    assert to.found == 0
    to.ask(CLAUDE, [*first, {"role": "assistant", "content": said[1:]}, CLAUDE.user("again")])
    assert to.found == blocks(sum(CLAUDE.cost(answer)), ASKED + len("_assistant_"))
    to.ask(CLAUDE, [*first, {"role": "assistant", "content": said}, CLAUDE.user("again")])
    assert to.found == blocks(sum(CLAUDE.cost(answer)), TOLD + len(thought))


def test_a_text_completion_is_gone_on_with(server):
    completing = Api("/v1/completions", lambda said, _tools: {"model": "gpt-3.5-turbo-instruct", "prompt": said}, None, None)
    to = server()
    to.ask(completing, QUESTION, max_tokens=400)
    to.ask(completing, QUESTION + ANSWER + " again")
    assert to.found == blocks(200 + 400, len(QUESTION + ANSWER))
