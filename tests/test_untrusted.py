"""What strangers write is read with one list of what can be wrong with it."""

from __future__ import annotations

import msgspec
import pytest

from understudy.untrusted import NOT_JSON

WRONG = {
    "no JSON": b"{",
    "another shape": b'"text"',
    "nested too deep": b"[" * 100_000 + b"]" * 100_000,
    "no UTF-8": b'["\xff"]',
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_whatever_is_wrong_with_json_is_one_of_these(body):
    with pytest.raises(NOT_JSON):
        msgspec.json.decode(body, type=list)
