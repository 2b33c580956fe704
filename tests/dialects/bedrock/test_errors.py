"""Errors of Bedrock, whose name stands in a header field."""

from __future__ import annotations

import pytest

from understudy.dialects.bedrock.errors import error_body
from understudy.model.reply import Failure


@pytest.mark.parametrize("said", ["Überlast\u2026", "two\r\nlines", "日本"])
def test_an_error_of_any_name_fits_its_header_field(said):
    error = error_body(Failure(400, "invalid_request", "no", type=said))
    value = dict(error.headers)["x-amzn-errortype"]
    assert value.isascii()
    assert value.isprintable()
