"""The words all readers share: a measured request and its pace."""

from __future__ import annotations

import pytest

from understudy.fitting import Request


def test_the_pace_is_the_time_for_each_token_after_the_first():
    assert Request(output=11, after=2.0).pace == pytest.approx(0.2)


@pytest.mark.parametrize("request_", [Request(), Request(output=1, after=0.0), Request(output=5), Request(after=1.0)])
def test_what_is_not_known_gives_no_pace(request_):
    assert request_.pace is None
