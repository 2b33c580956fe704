from __future__ import annotations

from understudy.faults.refusal import FAULT
from understudy.model.reply import Refused, Reply, Text


def test_nothing_but_the_refusal_is_said(striking):
    assert FAULT(text="No.").on_reply(Reply((Text("Yes."),)), striking()) == Reply((Refused("No."),))
