"""An answer of a simulated engine is the same whether it had to wait or not, its hits included, in every dialect."""

from __future__ import annotations

from collections import deque
from itertools import takewhile
from types import SimpleNamespace

import pytest

SCRIPT = "capacity: {max-num-seqs: 1}\nrules: [{reply: {text: one two three, reasoning: Let me think.}}]\n"
LONG = "one " * 400


def work(to):
    """Let the engines do all that is to be done."""
    for _, simulated in to.fleet:
        deque(takewhile(lambda _, simulated=simulated: simulated.busy, simulated.steps()), maxlen=0)


@pytest.fixture
def second(engine, respond):
    """What the second of two equal requests gets, which has to wait or not."""

    def ask(request, *, waits, script=SCRIPT):
        to = engine(script)
        first = to.respond(request())
        if not waits:
            work(to)
        answer = to.respond(request())
        work(to)
        for each in (first, answer):
            told = respond(SimpleNamespace(respond=lambda _request, each=each: each), request())
        return told.status, told.data

    return ask


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_who_waits_is_told_the_same(second, make_request, speaker, wish, stream):
    asked = wish(LONG, stream=stream)

    def request():
        return make_request(speaker.body(asked), f"/{speaker.dialect}{speaker.where(asked)}", headers=dict(speaker.headers))

    status, data = second(request, waits=True)
    assert (status, data) == second(request, waits=False)
    assert status == 200


@pytest.mark.parametrize("more", [{"stream": True}, {}, {"store": True}, {"n": 2}, {"stream": True, "n": 2, "store": True}])
def test_so_is_who_wants_several_choices_or_has_them_kept(second, make_request, chat, more):
    found = [second(lambda: make_request(chat(LONG, **more)), waits=waits) for waits in (True, False)]
    assert found[0] == found[1]


STRIKING = [
    *((fault, True) for fault in ("early-end;event=4", "duplicate-event", "stall;for=1s", "missing-usage", "crlf", "comments")),
    *((fault, False) for fault in ("duplicate-event", "repetition", "missing-required")),
]


@pytest.mark.parametrize(("fault", "stream"), STRIKING)
def test_so_is_who_is_struck(second, make_request, chat, fault, stream):
    def request():
        return make_request(chat(LONG, stream=stream), headers={"x-understudy-fault": fault})

    assert second(request, waits=True) == second(request, waits=False)
