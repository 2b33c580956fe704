"""What is said of a body that is no JSON: what the API's parser, orjson, says of it."""

from __future__ import annotations

import pytest

ORJSON = [
    (b"", "Input is a zero-length, empty document: line 1 column 1 (char 0)"),
    (b" \n", "input data is empty: line 1 column 1 (char 0)"),
    (b'{"model": "a", "messages": [', "unexpected end of data: line 1 column 29 (char 28)"),
    (b'{"a":1}\n\nx', "unexpected content after document: line 3 column 1 (char 9)"),
    ('{"é": x}'.encode(), "unexpected character: line 1 column 7 (char 6)"),
    (b'{\n "a": x}', "unexpected character: line 2 column 7 (char 8)"),
    (b'{"a":"\xff"}', "str is not valid UTF-8: surrogates not allowed: line 1 column 1 (char 0)"),
]


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/messages/count_tokens", "/v1/messages/batches"])
@pytest.mark.parametrize(("body", "reason"), ORJSON)
def test_a_body_that_is_no_json_is_told_what_and_where(refusal, path, body, reason):
    place, _, said = refusal(body, path=path).partition(": ")
    assert place == "The request body is not valid JSON"
    if "content after" in reason or "2 column" in reason:  # the parser here counts from another character of the same line
        assert said.partition(" column")[0] == reason.partition(" column")[0]
    else:
        assert said == reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"a":1,}', "trailing comma is not allowed"),
        (b'{"a":"\\ud800"}', "no low surrogate in string: line 1 column 13 (char 12)"),
        (b'{"a":"\\x"}', "invalid escaped character in string"),
        (b"[" * 5000, "array and object recursion depth exceeded"),
    ],
)
def test_other_faults_have_their_names(refusal, body, reason):
    assert refusal(body).partition(": ")[2].startswith(reason)
