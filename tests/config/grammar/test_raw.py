"""Answers byte by byte, as they are written."""

from __future__ import annotations

import pytest

from understudy.errors import ScriptError
from understudy.model.reply import Raw


def raw(script, written):
    return script(f"rules: [{{reply: {{raw: {written}}}}}]").rules[0].replies[0].raw


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{}", Raw()),
        ("{status: 404}", Raw(404)),
        ("{headers: {content-type: a/b}}", Raw(headers=(("content-type", "a/b"),))),
        ("{chunks: [{data: é}, {after: 5, base64: /w==}]}", Raw(chunks=((0.0, "é".encode()), (0.005, b"\xff")))),
    ],
)
def test_raw_answers(script, written, read):
    assert raw(script, written) == read


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{status: 101}", "expected a status from 200 to 599"),
        ("{chunks: [{}]}", "expected exactly one of data or base64, got none"),
        ("{chunks: [{data: a, base64: YQ==}]}", "expected exactly one of data or base64, got both"),
        ("{chunks: [{base64: '?'}]}", "expected bytes in base64"),
        ("{headers: {content-length: 3}}", "got one the server itself sets"),
    ],
)
def test_mistakes(script, written, message):
    with pytest.raises(ScriptError, match=message):
        raw(script, written)
