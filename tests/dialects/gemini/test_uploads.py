"""Bytes on their way into a file, as the official client and others send them."""

from __future__ import annotations

import json

import pytest

PATH = "/upload/v1beta/files"
BEGIN = {"x-goog-upload-protocol": "resumable", "x-goog-upload-command": "start"}


@pytest.fixture
def send(ask, engine):
    """Send part of an upload to one server."""
    server = engine()

    def sent(body=b"", path=PATH, **head):
        headers = {"host": "here", **{name.replace("_", "-"): value for name, value in head.items()}}
        return ask(body, path, to=server, headers=headers)

    return sent


@pytest.fixture
def begin(send):
    """Begin an upload of so many bytes: where its bytes go."""

    def begun(size, kind="text/plain", **file):
        head = {name.replace("-", "_"): value for name, value in BEGIN.items()}
        head |= {"x_goog_upload_header_content_length": str(size), "x_goog_upload_header_content_type": kind}
        answer = send(json.dumps({"file": file}).encode(), **head)
        assert (answer.status, answer.body, answer.headers["x-goog-upload-status"]) == (200, b"", "active")
        return answer.headers["x-goog-upload-url"].removeprefix("http://here")

    return begun


def test_an_upload_in_pieces_becomes_a_file(begin, send):
    to = begin(10, displayName="A text")
    first = send(b"01234", to, x_goog_upload_command="upload", x_goog_upload_offset="0")
    assert (first.headers["x-goog-upload-status"], first.headers["x-goog-upload-size-received"]) == ("active", "5")
    asked = send(b"", to, x_goog_upload_command="query")
    assert asked.headers["x-goog-upload-size-received"] == "5"
    last = send(b"56789", to, x_goog_upload_command="upload, finalize", x_goog_upload_offset="5")
    assert last.headers["x-goog-upload-status"] == "final"
    file = last.json["file"]
    assert (file["displayName"], file["mimeType"], file["sizeBytes"], file["state"]) == ("A text", "text/plain", "10", "ACTIVE")
    assert file["uri"] == f"http://here/v1beta/{file['name']}"
    assert send(b"", to, x_goog_upload_command="query").status == 404  # it is over


@pytest.mark.parametrize(
    ("body", "head", "message"),
    [
        (b"x", {"x_goog_upload_command": "upload", "x_goog_upload_offset": "3"}, "Upload offset 3: expected 0."),
        (b"x", {"x_goog_upload_command": "upload, finalize"}, "Upload has 1 bytes: expected 10."),
    ],
)
def test_pieces_that_do_not_fit_are_refused_for_good(begin, send, body, head, message):
    answer = send(body, begin(10), **head)
    assert (answer.status, answer.json["error"]["message"]) == (400, message)
    assert answer.headers["x-goog-upload-status"] == "final"  # or the client would send it again


def test_an_upload_may_be_given_up(begin, send):
    to = begin(10)
    assert send(b"", to, x_goog_upload_command="cancel").headers["x-goog-upload-status"] == "cancelled"
    assert send(b"x", to, x_goog_upload_command="upload").status == 404


def test_the_name_of_the_file_is_shown_when_nobody_says_another(send):
    head = {name.replace("-", "_"): value for name, value in BEGIN.items()}
    to = send(b"", x_goog_upload_file_name="a.txt", **head).headers["x-goog-upload-url"].removeprefix("http://here")
    assert send(b"x", to).json["file"]["displayName"] == "a.txt"


def test_an_upload_in_one_piece(send):
    body = (
        b'--b\r\nContent-Type: application/json; charset=utf-8\r\n\r\n{"file": {"display_name": "A picture"}}'
        b"\r\n--b\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\r\n\r\n--b--"
    )
    file = send(body, x_goog_upload_protocol="multipart", content_type="multipart/related; boundary=b").json["file"]
    assert (file["displayName"], file["mimeType"], file["sizeBytes"]) == ("A picture", "image/png", "8")
    bare = send(b"bytes", content_type="text/csv", x_goog_upload_protocol="raw").json["file"]
    assert (bare["mimeType"], bare["sizeBytes"]) == ("text/csv", "5")


@pytest.mark.parametrize("kind", ["multipart/related", "multipart/related; boundary=c"])
def test_what_is_in_no_parts_is_refused(send, kind):
    answer = send(b"--b\r\n\r\n{}\r\n--b--", x_goog_upload_protocol="multipart", content_type=kind)
    assert answer.status == 400
    assert answer.json["error"]["message"].startswith("Upload ")
