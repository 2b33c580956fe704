from __future__ import annotations

from understudy.faults.timeout import Timeout


def test_it_waits_before_everything(striking):
    assert list(Timeout(2.0).on_steps([b"a", 1.0], striking())) == [2.0, b"a", 1.0]


def test_it_waits_half_a_minute_and_answers_504(ask, chat):
    answer = ask(chat(), "/v1/chat/completions?fail=timeout")
    assert (answer.steps[0], answer.status) == (30.0, 504)


def test_a_delay_comes_on_top(ask, chat):
    answer = ask(chat(), "/v1/chat/completions?delay=500", headers={"x-understudy-fault": "timeout;after=2s"})
    assert [step for step in answer.steps if isinstance(step, float)] == [2.0, 0.5]
