"""Random decisions are functions of seed, session, request and attempt; nothing else."""

from __future__ import annotations

import math
import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.engine.decision import Decision, decide, letters, scope_seed

SCRIPT = """
version: 1
settings: {stream-tokens-min: 1, stream-tokens-max: 4, token-mean: 12, token-stddev: 4, reply: generate}
timing: {latency: {uniform: {min: 1ms, max: 90ms}}, itl: {uniform: {min: 1ms, max: 9ms}}}
shapes: {openai: {usage: {prompt_tokens: [50, 500], completion_tokens: [20, 400]}}}
rules:
  - {name: fixed, when: {user: {contains: fixed}}, reply: one two three four five six seven eight nine ten}
  - {name: call, when: {user: {contains: call}}, reply: {tool_calls: [{name: f}]}}
"""


def decided(answer):
    """All that an answer shows of its decision; the serial number of the request id is left out."""
    serial = answer.headers["x-request-id"][-16:].encode()
    return [step.replace(serial, b"") if isinstance(step, bytes) else step for step in answer.steps]


def requests(chat, count=200):
    kinds = ["fixed", "call", "generated"]
    return [
        chat(f"{kinds[i % 3]} {i}", stream=bool(i % 2), **({"stream_options": {"include_usage": True}} if i % 2 else {}))
        for i in range(count)
    ]


def test_the_same_request_gets_the_same_bytes(engine, ask, chat):
    for body in requests(chat, 6):
        assert decided(ask(body, to=engine(SCRIPT))) == decided(ask(body, to=engine(SCRIPT)))


def test_decisions_do_not_depend_on_the_order_of_arrival(engine, ask, chat):
    bodies = requests(chat)
    shuffled = list(range(len(bodies)))
    random.Random(7).shuffle(shuffled)
    first, second = engine(SCRIPT), engine(SCRIPT)
    in_order = [decided(ask(body, to=first)) for body in bodies]
    mixed = {i: decided(ask(bodies[i], to=second)) for i in shuffled}
    assert [mixed[i] for i in range(len(bodies))] == in_order
    assert len({repr(answer) for answer in in_order}) == len(bodies)


def test_seed_session_and_attempt_change_decisions(engine, ask, chat):
    plain = ask(chat(), to=engine(SCRIPT))
    others = [
        ask(chat(), to=engine(SCRIPT, seed=1)),
        ask(chat(), to=engine(SCRIPT), headers={"x-understudy-session": "other"}),
        ask(chat(), to=engine(SCRIPT), headers={"x-stainless-retry-count": "1"}),
        ask(chat(temperature=1), to=engine(SCRIPT)),
    ]
    answers = [plain, *others]
    assert len({answer.headers["x-understudy-decision"] for answer in answers}) == 5
    assert len({answer.json["id"] for answer in answers}) == 5
    assert len({answer.json["choices"][0]["message"]["content"] for answer in answers}) > 1


@pytest.mark.parametrize("user", ["generated", "fixed", "call"])
@pytest.mark.parametrize("stream", [False, True])
def test_a_decision_sent_back_reproduces_the_answer(engine, ask, chat, user, stream):
    to = engine(SCRIPT)
    options = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
    first = ask(chat(user, **options), to=to)
    token = first.headers["x-understudy-decision"]
    retry = {"x-understudy-decision": token, "x-stainless-retry-count": "2"}
    again = ask(chat(user, temperature=0.5, **options), to=to, headers=retry)
    assert again.headers["x-understudy-decision"] == token
    hidden = first.json["id"] if not stream else first.chunks[0]["id"]
    shown = again.json["id"] if not stream else again.chunks[0]["id"]
    assert [s.replace(shown.encode(), hidden.encode()) if isinstance(s, bytes) else s for s in decided(again)] == decided(first)
    assert shown[-22:] == hidden[-22:]


@pytest.mark.parametrize("token", ["", "12", "g" * 32, "0" * 33])
def test_a_decision_that_is_none_is_refused(ask, chat, token):
    answer = ask(chat(), headers={"x-understudy-decision": token})
    assert answer.status == 400
    assert answer.error[0].startswith(f"X-Understudy-Decision {token!r}: expected the 32 hexadecimal digits")


def test_vary_gives_an_identical_request_the_next_draws(engine, ask, chat):
    to, other = engine(SCRIPT, repeat="vary"), engine(SCRIPT, repeat="vary")
    first, second, third = (ask(chat(), to=to) for _ in range(3))
    assert len({answer.headers["x-understudy-decision"] for answer in (first, second, third)}) == 3
    assert [decided(ask(chat(), to=other)) for _ in range(2)] == [decided(first), decided(second)]
    token = {"x-understudy-decision": second.headers["x-understudy-decision"]}
    assert ask(chat(), to=to, headers=token).json["choices"] == second.json["choices"]


def test_a_purpose_is_drawn_whatever_was_drawn_before():
    one, other = Decision(b"0123456789abcdef"), Decision(b"0123456789abcdef")
    other.uniform("something else")
    assert one.uniform("a") == other.uniform("a")
    assert one.uniform("a") != one.uniform("b")
    assert one.child("a").uniform("a") != one.uniform("a")


def test_draws_follow_their_laws():
    decisions = [decide(str(i).encode(), 0) for i in range(4000)]
    uniform = [decision.uniform("u") for decision in decisions]
    assert min(uniform) >= 0
    assert max(uniform) < 1
    assert math.isclose(statistics.mean(uniform), 0.5, abs_tol=0.02)
    normal = [decision.normal("n") for decision in decisions]
    assert math.isclose(statistics.mean(normal), 0, abs_tol=0.05)
    assert math.isclose(statistics.stdev(normal), 1, abs_tol=0.05)


@given(st.binary(min_size=16, max_size=16), st.integers(-100, 100), st.integers(0, 100))
def test_whole_numbers_stay_within_their_bounds(root, low, span):
    assert low <= Decision(root).integer("x", low, low + span) <= low + span


@given(st.binary(min_size=16, max_size=16))
def test_letters_are_base62(root):
    written = letters(root)
    assert len(written) == 22
    assert written.isalnum()


def test_scopes_differ_in_every_part():
    parts = [
        (0, "s", "0", "chat"),
        (1, "s", "0", "chat"),
        (0, "t", "0", "chat"),
        (0, "s", "1", "chat"),
        (0, "s", "0", "models"),
    ]
    assert len({scope_seed(*each) for each in parts}) == len(parts)


def test_tokens_are_the_hexadecimal_root():
    assert Decision(bytes(range(16))).token == "000102030405060708090a0b0c0d0e0f"


def test_the_token_brings_generated_text_back_under_the_same_seed(engine, ask, chat):
    """What is drawn is the number of a text and a name; the texts, and what stands before the name, go by the seed."""

    def asked(seed, session, **headers):
        to = engine(reply="generate", seed=seed)
        answer = ask(chat(), to=to, headers={"x-understudy-session": session, **headers})
        identity, said = answer.json["id"].removeprefix("chatcmpl-"), answer.json["choices"][0]["message"]["content"]
        return said, identity[:7], identity[7:], answer.headers["x-understudy-decision"]

    text, salt, key, token = asked(1, "a")
    sent_back = {"x-understudy-decision": token}
    assert asked(1, "a", **sent_back) == (text, salt, key, token)
    elsewhere = asked(1, "b", **sent_back)
    assert (elsewhere[0], elsewhere[2]) == (text, key)
    assert elsewhere[1] != salt
    other = asked(2, "a", **sent_back)
    assert other[2] == key
    assert other[0] != text
    assert other[1] != salt
