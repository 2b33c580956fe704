"""What the Anthropic API says of a body that is no JSON: what is wrong, and where it stands.

In: a body, and the error of the parser here. Out: a sentence. The API's parser is orjson: it says so in the reports of users
(`unexpected end of data: line 1 column 41 (char 40)`, August 2026). Places are those of the parser here, which for a wrong
literal are a few characters on.
"""

from __future__ import annotations

import re

_BYTE = re.compile(r"\(byte (\d+)\)")
_LONE = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])")  # half a character, which is no end to the parser here
_WORDS = (
    ("truncated", "unexpected end of data"),
    ("trailing characters", "unexpected content after document"),
    ("trailing comma", "trailing comma is not allowed"),
    ("escape", "invalid escaped character in string"),
)


def sentence(body: bytes, error: Exception) -> str:
    """Say what is wrong with a body."""
    return f"The request body is not valid JSON: {_reason(body, error)}"


def _reason(body: bytes, error: Exception) -> str:
    if not body:
        return "Input is a zero-length, empty document: line 1 column 1 (char 0)"
    if not body.strip():
        return "input data is empty: line 1 column 1 (char 0)"
    if isinstance(error, UnicodeError):
        return "str is not valid UTF-8: surrogates not allowed: line 1 column 1 (char 0)"
    if isinstance(error, RecursionError):
        return "array and object recursion depth exceeded: line 1 column 1 (char 0)"
    said, lone = str(error), _LONE.search(body)
    if lone is not None and "truncated" in said:
        return f"no low surrogate in string: {_place(body[: lone.end()])}"
    words = next((words for part, words in _WORDS if part in said), "unexpected character")
    place = _BYTE.search(said)
    return f"{words}: {_place(body if place is None else body[: int(place[1])])}"


def _place(before: bytes) -> str:
    text = before.decode("utf-8", "replace")
    return f"line {text.count(chr(10)) + 1} column {len(text) - text.rfind(chr(10))} (char {len(text)})"
