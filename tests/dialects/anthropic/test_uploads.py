"""The form of an upload: names, types, ends, and what is refused."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("name", "kind", "shown", "typed"),
    [
        ("a.txt", "text/plain; charset=utf-8", "a.txt", "text/plain"),
        ("b.PDF", "", "b.PDF", "application/pdf"),
        ("c.png", "application/octet-stream", "c.png", "image/png"),
        ("d", "", "d", "application/octet-stream"),
        ("dir/e.md", "", "e.md", "text/markdown"),
        ("", "image/png", "unnamed.png", "image/png"),
        (None, "", "unnamed", "application/octet-stream"),
    ],
)
def test_names_and_types(send_file, name, kind, shown, typed):
    made = send_file(b"x", name, kind).json
    assert (made["filename"], made["mime_type"]) == (shown, typed)


@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        ("x", "Input should be a valid integer, unable to parse string as an integer"),
        ("3599", "Input should be greater than or equal to 3600"),
        ("7776001", "Input should be less than or equal to 7776000"),
    ],
)
def test_ends_have_bounds(send_file, seconds, message):
    answer = send_file(expires_in_seconds=seconds)
    assert (answer.status, answer.json["error"]["message"]) == (400, f"expires_in_seconds: {message}")


@pytest.mark.parametrize("name", ["a<b", "a|b", "x" * 256])
def test_some_names_are_refused(send_file, name):
    assert send_file(name=name).json["error"]["message"].startswith("file: Invalid filename")


def test_the_form_must_be_one_and_hold_a_file(say, refusal):
    form = {"anthropic-version": "2023-06-01", "content-type": "multipart/form-data; boundary=xyz"}
    assert refusal({}, path="/v1/files") == "Invalid content type: expected multipart/form-data."
    assert refusal(b"nonsense", path="/v1/files", headers=form).startswith("Could not parse multipart form: ")
    assert refusal(b"--xyz--\r\n", path="/v1/files", headers=form) == "file: Field required"


def test_leniently_any_body_is_a_file(engine, say, send_file):
    to = engine(validation="lenient")
    assert say(b"12345", "/v1/files", to=to).json["size_bytes"] == 5
    assert send_file(name="a<b", expires_in_seconds="x", to=to).json["filename"] == "a<b"
