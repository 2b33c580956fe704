"""What is not streamed takes the time of its stream, and making that stream to see leaves nothing behind."""

from __future__ import annotations

import pytest

from understudy.dialects import Endpoint, Moment, Options
from understudy.engine.decision import Decision
from understudy.engine.twin import Twins
from understudy.model.call import Call
from understudy.model.frame import Body, Sheet, Stream
from understudy.model.reply import Reply, Text

SCRIPT = """
timing: {ttft: 50ms, itl: 10ms}
rules:
  - {when: {user: hidden}, reply: {reasoning: "Let me think about it for quite a while.", text: "One two three"}}
  - {when: {user: free}, reply: One two three, timing: {whole: off}}
  - {when: {user: first}, reply: One two three, timing: {itl: 0}}
"""


def seconds(plan):
    return sum(step for step in plan.steps if not isinstance(step, bytes))


@pytest.mark.parametrize(("user", "takes"), [("hidden", 0.07), ("free", 0.0), ("first", 0.05)])
def test_only_what_the_stream_says_takes_time(engine, make_request, chat, user, takes):
    answer = engine(SCRIPT).respond(make_request(chat(user)))
    assert (0.0 if isinstance(answer, bytes) else seconds(answer)) == pytest.approx(takes)


def test_the_delay_of_events_is_of_streams_only(engine, make_request, chat):
    to = engine("timing: {itl: 10ms}\nrules: [{reply: One two three}]", response_delay_ms=100)
    assert seconds(to.respond(make_request(chat()))) == pytest.approx(0.02)


def test_a_completion_is_stored_once(service, ask, chat):
    to = service(SCRIPT).engine
    answers = [ask(chat("hidden", store=True), to=to).json["id"] for _ in range(2)]
    listed = ask(path="/v1/chat/completions", method="GET", to=to).json["data"]
    assert sorted(item["id"] for item in listed) == sorted(set(answers))
    assert len(set(answers)) == 2
    fresh = service(SCRIPT.replace("timing:", "#", 1)).engine
    assert [ask(chat("hidden", store=True), to=fresh).json["id"] for _ in range(2)] == answers


@pytest.mark.parametrize(("finish", "found"), [("stop", [3, 3]), ("length", [3, 5])])
def test_what_a_stream_takes_is_remembered_unless_its_prompt_may_have_cut_it(finish, found):
    lengths = iter((3, 5))

    def encode(_call, _replies, _moment):
        tokens = [1] * next(lengths)
        return Stream(Sheet([(b"", b"")] * len(tokens), tokens), b"")

    endpoint = Endpoint("POST", "/x", "chat", lambda *_: call, encode)
    call, replies = Call("chat", "x", "m", kind="m"), (Reply((Text("a"),), fixed=True),)
    moment = Moment(Decision(b"0" * 16), b"key", b"", 1, Options())
    twins = Twins()
    assert [twins.tokens(endpoint, call, replies, moment, Body(b"", finish=finish)) for _ in range(2)] == found
