"""What exchanges tell of answers that came to harm."""

from __future__ import annotations

import pytest

from understudy.model.exchange import Particulars

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


def test_good_answers_have_nothing_particular(particulars):
    assert particulars("sky") == particulars("sky", stream=True) == particulars("sky", temperature=0.5) == Particulars()


def test_a_failure_tells_its_kind_and_when_to_come_back(particulars):
    script = "rules: [{when: {user: sky}, reply: {error: {status: 429, retry-after: 2s}}}]"
    assert particulars("sky", script) == Particulars(failure="rate_limit", retry_after=2.0)


def test_a_struck_answer_tells_what_struck_and_what_was_to_be_said(particulars):
    script = SKY + "\nfaults: [{kind: early-end, at: {event: 2}}]"
    assert particulars("sky", script, stream=True) == Particulars(("early-end;event=2",), said="blue", drawn=("script 1",))


@pytest.mark.parametrize("stream", [True, False])
def test_an_answer_that_ends_for_want_of_tokens_says_so_every_time(particulars, stream):
    assert particulars("long", stream=stream) == Particulars(said="one two")


def test_long_texts_are_left_out(particulars):
    script = f"rules: [{{when: {{user: sky}}, reply: {{text: {'x' * 20_000}, finish: length}}}}]"
    assert particulars("sky", script).said == ""


def test_a_failure_that_was_asked_for_tells_what_struck(service, ask, chat):
    heard = []
    running = service()
    running.engine._on_failure = lambda failure, exchange: heard.append((failure.status, exchange.particulars))
    ask(chat(), to=running.engine, headers={"x-understudy-fault": "status;status=503"})
    ((status, noted),) = heard
    assert (status, noted.faults) == (503, ("status;status=503",))
