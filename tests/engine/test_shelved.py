"""Whole answers that take time come from the shelf as well, with the bytes and the waits of those that are made anew."""

from __future__ import annotations

import itertools

import pytest
from msgspec.structs import asdict

from understudy.model.plan import Delivery, Plan

PLAIN = "rules: [{name: hi, reply: one two three four five six seven eight}]\n"
BY_RULE = "rules: [{name: hi, reply: one two three, timing: {latency: 20ms}}]\n"
LAWS = "timing: {latency: 5ms, ttft: {uniform: {min: 10ms, max: 90ms}}, itl: {gamma: {mean: 6ms, cv: 0.5}}}\n"


@pytest.fixture
def tell(make_request, chat):
    """The steps of answers to a prompt, and what is told of each once it is sent."""

    def ask(running, *users, **head):
        found = []
        running.engine._serial = 0
        for user in users:
            request = make_request(chat(user), **head)
            plan = running.engine.respond(request)
            assert isinstance(plan, Plan)
            steps = list(plan.steps)
            plan.ended(Delivery("done", 1, len(steps[-1])))
            exchange = asdict(running.journal.list()[-1])
            found.append((steps, {name: value for name, value in exchange.items() if name not in ("request", "context")}))
            running.engine._serial = 0  # so that those of others have the same number
        return found

    return ask


SCRIPTS = [
    PLAIN + "timing: {ttft: 30ms, itl: 10ms}\n",
    PLAIN + LAWS,
    PLAIN + "timing: {latency: 40ms}\n",
    PLAIN + "timing: {ttft: 30ms, itl: 10ms, whole: off, latency: 5ms}\n",
    PLAIN + "timing: {overrides: [{model: gpt-4o*, ttft: 1s}]}\n",
    BY_RULE,
    BY_RULE + LAWS,
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_is_ready_is_told_of_as_what_is_made_anew(service, tell, monkeypatch, script):
    users = [f"number {number}" for number in range(9)]
    running = service(script)
    first = tell(running, *users)
    monkeypatch.setattr(running.engine, "_answer", None)  # from here on the shelf has to do
    assert tell(running, *users) == first == [tell(service(script), user)[0] for user in users]


def test_laws_are_drawn_for_each(service, tell):
    waits = [steps[0] for steps, _ in tell(service(PLAIN + LAWS), *map(str, range(9)))]
    assert len(set(waits)) == 9


def test_the_next_second_has_answers_of_its_own(service, tell):
    running = service(SCRIPTS[0])
    now = itertools.count(1_700_000_000)
    running.engine._wall = lambda: float(next(now))
    dates = {steps[-1].partition(b"date: ")[2][:29] for steps, _ in tell(running, "hi", "hi", "hi")}
    assert len(dates) == 3


@pytest.mark.parametrize(
    ("more", "takes"),
    [
        ("timing: {overrides: [{key: sk-slow, latency: 2s}], latency: 1s}\n", {"sk-slow": 2.0, "sk-other": 1.0}),
        ("timing: {latency: 1s}\ntimeline: [{at: 0s, name: late, timing: {scale: 3}}]\n", {"sk-any": 3.0}),
    ],
)
def test_what_hangs_on_keys_and_hours_is_made_anew(service, tell, more, takes):
    running = service(PLAIN + more)
    running.engine.course.start(0.0)
    for key, seconds in [*takes.items()] * 3:
        ((steps, _),) = tell(running, "hi", headers={"authorization": f"Bearer {key}"})
        assert steps[0] == pytest.approx(seconds)


def test_a_server_that_is_late_owns_up_to_it_from_the_shelf_too(service, tell):
    running = service(SCRIPTS[0])
    for is_late in (False, True, True, False, False):
        running.engine.is_bottleneck = lambda is_late=is_late: is_late
        ((steps, _),) = tell(running, "hi")
        assert (b"\r\nx-understudy-bottleneck: " in steps[-1]) is is_late


def test_so_it_does_where_answers_take_no_time(service, ask, chat, monkeypatch):
    running = service(PLAIN)
    monkeypatch.setattr(running.pacing, "tick", lambda: True)
    found = []
    for is_late in (False, True, True, False):
        running.engine.is_bottleneck = lambda is_late=is_late: is_late
        running._look_at_time()
        found.append("x-understudy-bottleneck" in ask(chat("hi"), to=running.engine).headers)
    assert found == [False, True, True, False]


def test_a_prompt_that_a_cache_holds_is_made_anew(service, tell, chat):
    running, user = service(SCRIPTS[0]), "word " * 1500
    cached = [b'"cached_tokens": 0' not in steps[-1] for steps, _ in tell(running, user, user, "other " + user, user)]
    assert cached == [False, True, False, True]


def test_where_a_draw_is_no_time_nothing_is_waited_for(service, make_request, chat):
    running = service(PLAIN + "timing: {latency: {trace: {gaps: [0ms, 20ms], start: random}}}\n")
    users = [f"number {number}" for number in range(20)] * 2
    found = [isinstance(running.engine.respond(make_request(chat(user))), Plan) for user in users]
    assert found[:20] == found[20:]
    assert set(found) == {True, False}
