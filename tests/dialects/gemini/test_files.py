"""Files that were uploaded: looked up, listed, deleted, shown to a model."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest

from understudy.dialects.gemini.files import filled
from understudy.engine.store import MemoryStore
from understudy.errors import RequestError
from understudy.model.call import Message

KEY = {"x-goog-api-key": "any", "host": "here"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8) + (1000).to_bytes(4, "big") + (800).to_bytes(4, "big")


@pytest.fixture
def server(engine):
    return engine()


@pytest.fixture
def keep(ask, server):
    """Upload a file."""

    def kept(data=b"some words", kind="text/plain", **file):
        head = KEY | {"x-goog-upload-protocol": "multipart", "content-type": "multipart/related; boundary=b"}
        described = json.dumps({"file": file}).encode()
        body = b"--b\r\n\r\n" + described + b"\r\n--b\r\nContent-Type: " + kind.encode() + b"\r\n\r\n" + data + b"\r\n--b--"
        return ask(body, "/upload/v1beta/files", to=server, headers=head)

    return kept


@pytest.fixture
def get(ask, server):
    return lambda path, method="GET": ask(b"", f"/v1beta/{path}", method=method, to=server, headers=KEY)


def test_a_file_is_found_under_its_name_until_it_is_deleted(keep, get):
    file = keep().json["file"]
    assert get(file["name"]).json == file
    assert base64.b64decode(file["sha256Hash"]).decode() == hashlib.sha256(b"some words").hexdigest()
    assert get(file["name"], "DELETE").json == {}
    answer = get(file["name"])
    name = file["name"].removeprefix("files/")
    told = f"You do not have permission to access the File {name} or it may not exist."
    assert (answer.status, answer.json["error"]["message"]) == (403, told)


def test_files_are_listed_in_pages_the_newest_first(keep, get):
    assert get("files").json == {}
    names = [keep().json["file"]["name"] for _ in range(3)]
    assert len(set(names)) == 3
    first = get("files?pageSize=2").json
    assert [file["name"] for file in first["files"]] == [names[2], names[1]]
    second = get(f"files?pageSize=2&pageToken={first['nextPageToken']}").json
    assert [file["name"] for file in second["files"]] == [names[0]]
    assert "nextPageToken" not in second


def test_a_name_may_be_chosen_once(keep):
    assert keep(name="files/mine").json["file"]["name"] == "files/mine"
    again = keep(name="mine")
    assert (again.status, again.json["error"]["status"]) == (409, "ALREADY_EXISTS")
    assert keep(name="Not Mine").status == 400


def test_what_was_uploaded_cannot_be_downloaded(keep, get):
    assert get(f"{keep().json['file']['name']}:download?alt=media").status == 400


def test_another_session_sees_none_of_it(keep, ask, server):
    name = keep().json["file"]["name"]
    head = KEY | {"x-understudy-session": "other"}
    assert ask(b"", f"/v1beta/{name}", method="GET", to=server, headers=head).status == 403


def test_a_file_that_is_shown_costs_what_its_content_does(keep, say, contents, server):
    picture, text = keep(PNG, "image/png").json["file"], keep(b"seven words that a model has read").json["file"]
    shown = [{"text": "look"}, *({"fileData": {"fileUri": file["uri"]}} for file in (picture, text))]
    usage = say(contents(shown), to=server).json["usageMetadata"]
    inline = [
        {"text": "look"},
        {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(PNG).decode()}},
        {"inlineData": {"mimeType": "text/plain", "data": base64.b64encode(b"seven words that a model has read").decode()}},
    ]
    assert usage == say(contents(inline), to=server).json["usageMetadata"]
    assert usage["promptTokensDetails"][1] == {"modality": "IMAGE", "tokenCount": 4 * 258}
    assert say(contents(shown), method="countTokens", to=server).json["totalTokens"] == usage["promptTokenCount"]


def test_a_file_that_is_not_there_refuses_the_request(say, contents, engine):
    shown = [{"fileData": {"fileUri": "https://generativelanguage.googleapis.com/v1beta/files/gone", "mimeType": "image/png"}}]
    assert say(contents(shown)).status == 403
    assert say(contents(shown), method="streamGenerateContent", query="alt=sse").status == 403
    assert say(contents(shown), to=engine(validation="lenient")).status == 200
    elsewhere = [{"fileData": {"fileUri": "https://youtu.be/9hE5-98ZeCg", "mimeType": "video/mp4"}}]
    assert say(contents(elsewhere)).json["usageMetadata"]["promptTokenCount"] == 2630


def test_nothing_is_filled_that_shows_no_file():
    said = [Message("user", "hi"), Message("user", [{"text": "a"}, {"fileData": {"fileUri": "gs://b/c"}}])]
    store = MemoryStore().of("s")
    assert filled(said, store, 0.0, strict=True) == said
    with pytest.raises(RequestError):
        filled([Message("user", [{"fileData": {"fileUri": "files/abc"}}])], store, 0.0, strict=True)
