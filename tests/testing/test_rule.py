"""Rules that a test makes step by step."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from understudy import Understudy
from understudy.errors import ScriptError


def test_a_call_that_fits_gets_the_reply(server, chat):
    server.on(user="ping").reply("pong")
    assert chat(server, "ping").text == "pong"
    assert chat(server, "else").text != "pong"


def test_conditions_are_those_of_scripts(server, chat):
    server.on(user={"contains": "weather"}, model="gpt-*").reply("sunny")
    server.on({"user": re.compile(r"my name is (\w+)", re.IGNORECASE)}).reply({"template": "hello {{ match[1] }}"})
    assert chat(server, "the weather?").text == "sunny"
    assert chat(server, "MY NAME is Ada").text == "hello Ada"


def test_the_first_rule_that_fits_answers(server, chat):
    server.on(user="ping").reply("pong")
    server.on().reply("anything")
    assert (chat(server, "ping").text, chat(server, "x").text) == ("pong", "anything")


def test_a_rule_of_the_same_name_is_replaced(server, chat):
    server.on(user="ping", name="ping").reply("one")
    server.on(user="ping", name="ping").reply("two")
    assert chat(server).text == "two"


def test_replies_follow_each_other(server, chat):
    server.on(user="a").replies("one", {"text": "two"})
    server.on(user="b").reply("one").reply("two")
    server.on(user="c").replies("one", "two", then="loop")
    for user, third in (("a", "two"), ("b", "two"), ("c", "one")):
        assert [chat(server, user).text for _ in range(3)] == ["one", "two", third]


def test_it_fails_so_often_and_then_answers(server, chat):
    server.on(model="gpt-4o").fail(429, times=2).reply("ok")
    assert [chat(server).status for _ in range(3)] == [429, 429, 200]


def test_failures_that_are_over_leave_the_call_to_the_next_rule(server, chat):
    server.on().fail("overloaded", times=1)
    server.on().reply("next")
    assert chat(server).status == 503
    assert chat(server).text == "next"
    assert chat(server).text == "next"


def test_a_failure_without_a_number_lasts(server, chat):
    server.on().fail(500)
    assert [chat(server).status for _ in range(3)] == [500, 500, 500]


def test_failures_carry_what_is_said_of_them(server, chat):
    server.on().fail("rate_limit", message="slow down", retry_after="20s")
    got = chat(server)
    assert (got.status, got.error) == (429, "slow down")


def test_a_spent_rule_is_passed_over(server, chat):
    rule = server.on(user="ping").reply("pong").times(2)
    server.on().reply("next")
    assert [chat(server).text for _ in range(3)] == ["pong", "pong", "next"]
    assert rule.used == 2


def test_replies_may_say_all_that_scripts_may(server, chat):
    server.on(user="a").reply("cut", finish="length")
    server.on(user="b").reply(tool_calls=[{"name": "get_weather", "arguments": {"city": "Paris"}}])
    server.on(user="c").reply({"json": {"a": (1, 2)}})
    assert chat(server, "a").json["choices"][0]["finish_reason"] == "length"
    call = chat(server, "b").json["choices"][0]["message"]["tool_calls"][0]["function"]
    assert call == {"name": "get_weather", "arguments": '{"city":"Paris"}'}
    assert chat(server, "c").text == '{"a":[1,2]}'


def test_functions_are_given_the_call(server, chat):
    server.on(user={"regex": r"add (?P<a>\d+) (?P<b>\d+)"}).reply(
        lambda call: f"{int(call.match['a']) + int(call.match['b'])} for {call.model}, {call.headers['x-who']}"
    )
    assert chat(server, "add 1 2", headers={"X-Who": "me"}).text == "3 for gpt-4o, me"


def test_functions_may_return_what_a_reply_may_say(server, chat):
    server.on().reply(lambda call: {"error": 503} if call.user == "a" else {"text": "b", "finish": "length"})
    assert chat(server, "a").status == 503
    assert chat(server, "b").json["choices"][0]["finish_reason"] == "length"


def test_a_template_that_a_function_returns_and_that_fails_names_its_rule(server, chat):
    server.on(name="odd").reply(lambda call: {"template": "{{ user.nothing }}"})
    assert chat(server).error.startswith("rule 'odd': template failed: UndefinedError: ")


def test_a_function_may_be_async_and_look_at_the_server(server, chat):
    async def answer(call):
        await asyncio.to_thread(int)
        return {"text": f"{call.user}, call {len(server.calls)}"}

    server.on().reply(answer)
    assert [chat(server, "a").text, chat(server, "b").text] == ["a, call 1", "b, call 2"]


def broken(call):
    raise KeyError("lost")


async def broken_later(call):
    await asyncio.to_thread(int)
    raise KeyError("lost")


def in_parts(call):
    yield "never"


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (broken, "KeyError: 'lost'"),
        (lambda call: 3, "expected a text or a reply"),
        (lambda call: {"text": "a", "timing": {"ttft": "1s"}}, "timing and fault are the rule's"),
        (broken_later, "KeyError: 'lost'"),
        (in_parts, "expected a function that returns the reply, got one that yields"),
        (lambda call: pytest.fail("not this"), "not this"),
    ],
)
def test_a_function_that_fails_answers_a_500_and_is_a_problem_of_the_test(server, chat, function, said):
    server.on(name="odd").reply(function)
    got = chat(server)
    assert got.status == 500
    assert "the reply of rule 'odd' failed: " in got.error
    assert said in got.error
    (problem,) = server.problems()
    assert said in problem
    server.reset()
    assert server.problems() == []


def test_faults_break_the_answer(server, chat):
    server.on(user="a").reply("one two three").fault("reset")
    with pytest.raises(OSError, match="reset"):
        chat(server, "a", stream=True)
    server.on(user="b").fault("status", status=529, first=1)
    assert chat(server, "b").status == 529
    assert chat(server, "b").status == 200


def test_timing_is_the_rules(chat):
    with Understudy(clock="auto") as server:
        server.on().reply("late").timing(ttft="2s", per_prompt_token=0)
        assert chat(server).text == "late"
        assert server.calls[0].duration == pytest.approx(2.0, abs=0.01)


def test_a_rule_may_be_taken_back(server, chat):
    rule = server.on().reply("pong")
    rule.remove()
    assert chat(server).text != "pong"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda s: s.on(usr="x"), "unknown condition 'usr'"),
        (lambda s: s.on(user="x").reply({"txt": "y"}), "unknown key 'txt'"),
        (lambda s: s.on(user="x").fail(200), "an error status from 400 to 599"),
        (lambda s: s.on(user="x").fail("rate_limti"), "Did you mean 'rate_limit'?"),
        (lambda s: s.on(user="x").fault("rest"), "rest"),
        (lambda s: s.on(user="x").timing(ttfb="1s"), "unknown key 'ttfb'"),
    ],
)
def test_mistakes_are_told_as_check_tells_them(server, make, said):
    with pytest.raises(ScriptError) as caught:
        make(server)
    assert said in str(caught.value)
    assert str(caught.value).startswith("on(us")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda s: s.on().times(0), "times 0: expected a whole number from 1 up"),
        (lambda s: s.on().fail(500, times=0), "times 0: expected a whole number from 1 up"),
        (lambda s: s.on().replies("a", then="stop"), "then 'stop': expected last, loop, error"),
    ],
)
def test_wrong_numbers_are_refused(server, make, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        make(server)


def test_a_function_goes_alone(server):
    with pytest.raises(TypeError, match="expected a function alone, got finish beside it"):
        server.on().reply(len, finish="stop")


def test_a_refused_step_leaves_the_rule_as_it_was(server, chat):
    rule = server.on(user="ping").reply("pong")
    with pytest.raises(ScriptError):
        rule.reply({"txt": "y"})
    assert chat(server).text == "pong"


def test_misses_name_the_line_of_the_test(chat):
    server = Understudy(reply="error").start()
    try:
        server.on(user="ping").reply("pong")
        error = chat(server, "pin").error
    finally:
        server.stop()
    assert f"({Path(__file__).name}:" in error
    assert "expected 'ping', got 'pin'" in error


def again(server, rule):
    return server.on(user="ping", name="ping")


def removed(server, rule):
    rule.remove()
    return server.on(user="ping", name="ping")


@pytest.mark.parametrize("make_anew", [again, removed])
def test_a_rule_made_anew_counts_anew(server, chat, make_anew):
    def said(got):
        return got.text if got.status == 200 else got.status

    for first, second, expected in (
        (lambda rule: rule.reply("one").times(1), lambda rule: rule.reply("two").times(1), "two"),
        (lambda rule: rule.fail(500, times=1), lambda rule: rule.fail(503, times=1), 503),
        (lambda rule: rule.replies("1", "2", "3"), lambda rule: rule.replies("a", "b"), "a"),
        (lambda rule: rule.fault("status", status=529, first=1), lambda rule: rule.fault("status", status=529, first=1), 529),
    ):
        rule = first(make_anew(server, server.on(user="ping", name="ping").reply("")))
        chat(server)
        assert rule.used == 1
        rule = second(make_anew(server, rule))
        assert (said(chat(server)), rule.used) == (expected, 1)
        rule.remove()


def test_steps_of_one_rule_count_on(server, chat):
    rule = server.on(user="ping").replies("one", "two")
    assert chat(server).text == "one"
    rule.reply("three")
    assert (chat(server).text, chat(server).text, rule.used) == ("two", "three", 3)


def test_two_choices_are_one_call(server, chat):
    rule = server.on(user="ping").reply("pong").times(2)
    server.on().reply("next")
    texts = [[choice["message"]["content"] for choice in chat(server, n=2).json["choices"]] for _ in range(3)]
    assert texts == [["pong", "pong"], ["pong", "pong"], ["next", "next"]]
    assert rule.used == 2


def embeddings(got):
    return [each["embedding"] for each in got.json["data"]]


def test_functions_are_asked_about_each_input(server, chat):
    seen = []
    server.on(operation="embedding", user={"regex": "(?P<all>.+)"}).reply(
        lambda call: seen.append(call) or {"embedding": [float(len(call.user))]}
    )
    got = chat(server, path="/embeddings", model="text-embedding-3-small", input=["cat", "mouse", "elephant"])
    assert embeddings(got) == [[3.0], [5.0], [8.0]]
    (call,) = server.calls
    assert (call.user, call.match["all"]) == ("cat", "cat")
    assert [(call.user, call.match["all"], call.status) for call in seen] == [
        ("cat", "cat", 200),
        ("mouse", "mouse", 200),
        ("elephant", "elephant", 200),
    ]
    server.on(operation="completion").reply(lambda call: call.user.upper())
    got = chat(server, path="/completions", model="gpt-3.5-turbo-instruct", prompt=["cat", "mouse"])
    assert [choice["text"] for choice in got.json["choices"]] == ["CAT", "MOUSE"]


def test_a_rule_that_answers_a_later_input_has_answered_the_call(chat):
    with Understudy(strict="rules") as server:
        rule = server.on(operation="embedding", user="mouse").reply({"embedding": [1.0]})
        chat(server, path="/embeddings", model="text-embedding-3-small", input=["cat", "mouse", "mouse"])
        assert rule.used == 1
        assert not server.calls[0].is_scripted


def test_a_rule_counts_its_own_calls_alone(server, chat):
    first = server.on(name="sky").reply("1")
    idle = server.on(name="sky")
    chat(server)
    second = server.on(name="sky").reply("2")
    chat(server), chat(server)
    assert (first.used, idle.used, second.used) == (1, 0, 2)
    second.remove()
    chat(server)
    assert second.used == 2
    third = server.on(name="sky").reply("3")
    chat(server)
    server.reset()
    assert third.used == 0
    chat(server)
    assert third.used == 1
    server.clear()
    server.on(name="sky").reply("4")
    chat(server)
    assert third.used == 0


@pytest.mark.parametrize("strict", [False, True])
def test_a_rule_without_a_reply_is_no_rule(chat, strict):
    server = Understudy(strict=strict).start()
    server.on(user="a")
    server.on(user="b").times(2)
    server.on(user="c").reply("d")
    server.on(user="e").remove()
    chat(server, "c")
    told = "\n".join(server.problems())
    server.stop()
    advice = r"expected a reply, got none\. Add \.reply\(\.\.\.\), \.fail\(\.\.\.\), \.fault\(\.\.\.\) or \.timing\(\.\.\.\)\."
    found = re.findall(rf"test_rule\.py:\d+: on\(user='(.)'\): {advice}", told)
    assert found == ["a", "b"]


@pytest.mark.parametrize(
    "step",
    [
        lambda rule: rule.reply({"txt": 1}),
        lambda rule: rule.reply(len, finish="stop"),
        lambda rule: rule.replies(),
        lambda rule: rule.replies("a", then="x"),
        lambda rule: rule.fail("nope"),
        lambda rule: rule.fail(500, times=0),
        lambda rule: rule.fault("nope"),
        lambda rule: rule.timing(ttft="x"),
    ],
)
def test_a_rule_whose_reply_was_refused_lacks_none(server, step):
    with pytest.raises((ScriptError, TypeError, ValueError)):
        step(server.on())
    assert server.problems() == []


def test_of_rules_of_one_name_the_last_needs_a_reply(server, chat):
    server.on(user="a", name="sky")
    server.on(user="b", name="sky").reply("c")
    assert server.problems() == []
    server.on(user="d", name="sky")
    assert len(server.problems()) == 1
    assert chat(server, "b").text == "c"


def test_a_cleared_server_expects_nothing_of_its_sessions(server):
    session = server.session("s")
    session.on(user="a")
    session.expect(user="b")
    server.clear()
    session.on(user="c").reply("d")
    assert server.problems() == []


def test_a_rule_without_a_reply_is_told_of_by_its_session(server):
    with (
        pytest.raises(AssertionError, match=r"test_rule\.py:\d+: on\(user='a'\): expected a reply"),
        server.session("s") as one,
    ):
        one.on(user="a")
    two = server.session("t")
    two.on(user="a")
    assert len(server.problems()) == 1
    two.close()
    assert server.problems() == []


def test_no_replies_are_refused(server):
    with pytest.raises(TypeError, match=re.escape("on(user='x').replies(): expected one reply or more, got none")):
        server.on(user="x").replies()


def test_a_name_that_is_none_is_refused(server):
    with pytest.raises(ScriptError, match=r"^on\(user='x'\): \$\.name: expected "):
        server.on(user="x", name="")


def test_patterns_with_flags_that_scripts_have_not_are_refused(server):
    with pytest.raises(ValueError, match=r"expected a pattern without re\.VERBOSE\. Write it without spaces and comments\."):
        server.on(user=re.compile(r"hello \s+ world # greeting", re.VERBOSE))
