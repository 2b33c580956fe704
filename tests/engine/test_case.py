"""How a stream is put in time, and how it ends where the protocol has no end for it."""

from __future__ import annotations

import pytest

from understudy.model.http import Request
from understudy.model.plan import Ending, Plan, spelled_out

SCRIPTS = ("", "timing: {ttft: 1s}\n", "capacity: {}\n")


@pytest.fixture
def steps(engine, make_request, chat):
    def ask(script, **head):
        request = make_request(chat(stream=True), **head)
        answer = engine(script + "rules: [{reply: one two}]").respond(Request(request.head, request.body, 0.0))
        return list(spelled_out(answer.steps)) if isinstance(answer, Plan) else [answer]

    return ask


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_stream_to_an_old_client_ends_by_closing(steps, script):
    assert Ending.CLOSE not in steps(script)
    assert steps(script, version="1.0")[-1] is Ending.CLOSE
