from __future__ import annotations

from understudy.faults.whole_for_stream import FAULT
from understudy.model.reply import Reply


def test_the_reply_is_encoded_whole(context):
    where, reply = context(stream=True), Reply()
    assert FAULT().on_reply(reply, where) is reply
    assert where.call.stream is False
