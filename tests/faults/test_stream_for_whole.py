from __future__ import annotations

import pytest
from msgspec import structs

from understudy.faults.stream_for_whole import FAULT
from understudy.model.reply import Reply


@pytest.mark.parametrize(
    ("operation", "streams"), [("chat", True), ("completion", True), ("embedding", False), ("models", False)]
)
def test_what_can_be_streamed_is(operation, streams, context):
    where = context(stream=False)
    where.call = structs.replace(where.call, operation=operation)
    FAULT().on_reply(Reply(), where)
    assert where.call.stream is streams
