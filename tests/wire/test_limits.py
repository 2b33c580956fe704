"""Limits are generous by default, and a refusal carries everything the answer needs."""

from __future__ import annotations

import pytest

from understudy.model.http import Refusal
from understudy.wire.limits import Limits, RefusalError, refuse


def test_a_prompt_of_32_megabytes_is_legal_by_default():
    assert Limits().max_body >= 32 * 1024 * 1024


def test_limits_cannot_be_changed_under_a_running_server():
    with pytest.raises(AttributeError):
        Limits().max_body = 1  # type: ignore[misc]  # that it is refused is the test


def test_refusing_raises_with_status_and_sentence():
    with pytest.raises(RefusalError, match="too much") as caught:
        refuse(413, "too much")
    assert caught.value.refusal == Refusal(413, "too much")
