"""What nobody asked for costs nothing: without faults, nothing of them is made or looked at on the way of a request."""

from __future__ import annotations

from collections import Counter

import pytest

from understudy.engine import answering, faulting
from understudy.engine.respond import Engine


@pytest.fixture
def made(monkeypatch) -> Counter[str]:
    """How often faults were looked for, how often any struck, and how often a request left the straight line."""
    count: Counter[str] = Counter()
    look, strikes, answer = answering.strikes, faulting.Strikes.__init__, Engine._answer

    def looking(*given):
        count["looked"] += 1
        return look(*given)

    def striking(self, *given, **named):
        count["struck"] += 1
        strikes(self, *given, **named)

    def answering_at_length(self, *given, **named):
        count["long way"] += 1
        return answer(self, *given, **named)

    monkeypatch.setattr(answering, "strikes", looking)
    monkeypatch.setattr(faulting.Strikes, "__init__", striking)
    monkeypatch.setattr(Engine, "_answer", answering_at_length)
    return count


@pytest.mark.parametrize("fields", [{}, {"stream": True}], ids=["whole", "stream"])
def test_no_fault_is_looked_for_when_there_is_none(fields, made, engine, ask, chat):
    where = engine("rules: [{reply: fine}]")
    for _ in range(10):
        assert ask(chat(**fields), to=where).status == 200
    assert made["looked"] == made["struck"] == 0


def test_plain_requests_take_the_straight_line(made, engine, ask, chat):
    where = engine("rules: [{reply: fine}]")
    for _ in range(10):
        ask(chat(), to=where)
    assert made["long way"] == 1  # the first one, which makes what the others find ready


def test_a_fault_that_is_asked_for_costs_its_own_request_only(made, engine, ask, chat):
    where = engine("rules: [{reply: fine}]")
    ask(chat(), to=where)
    ask(chat(), to=where, headers={"x-understudy-fault": "overloaded"})
    for _ in range(8):
        ask(chat(), to=where)
    assert made == {"long way": 2, "looked": 1, "struck": 1}


def test_a_fault_of_the_script_is_looked_for_by_all_and_made_for_those_it_strikes(made, engine, ask, chat):
    where = engine("rules: [{reply: fine}]\nfaults: [{kind: overloaded, every: 5}]")
    for _ in range(10):
        ask(chat(), to=where)
    assert (made["looked"], made["struck"]) == (10, 2)
