"""How documents of the platform are written."""

from __future__ import annotations

import pytest

from understudy.dialects.openai_platform.answers import body, polled


@pytest.mark.parametrize(("status", "headers"), [("in_progress", (("openai-poll-after-ms", "100"),)), ("completed", ())])
def test_who_asks_again_is_told_when_while_there_is_something_to_wait_for(status, headers):
    document = {"id": "file-1", "status": status}
    answer = polled(document)
    assert (answer.data, answer.headers) == (body(document).data, headers)
