from __future__ import annotations

import pytest

from understudy.faults.status import Status
from understudy.model.reply import Reply, Text


def test_the_reply_becomes_the_error():
    failure = Status(503, "Full.").on_reply(Reply((Text("x"),))).failure
    assert (failure.status, failure.kind, failure.message) == (503, "simulated", "Full.")


@pytest.mark.parametrize("status", [400, 418, 429, 500, 529, 599])
def test_every_error_status_can_be_asked_for(ask, chat, status):
    answer = ask(chat(stream=True), headers={"x-understudy-fault": f"status;status={status}"})
    assert answer.status == status
    assert answer.error[0]
