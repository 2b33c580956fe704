"""Keys that no event of a stream holds, and all of them together do."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode

import pytest

from understudy.observe.redact import mask
from understudy.recorder.spelled import unspelled, unspelled_frames
from understudy.wire.eventstream import decode, encode

KEY = "sk-proj-0123456789abcdefghij"
SHOWN = mask(KEY)
PIECES = ["key ", KEY[:2], KEY[2:11], KEY[11:], " seen"]


def choice(index, text):
    return {"id": "chatcmpl-1", "choices": [{"index": index, "delta": {"content": text}}]}


def events(documents, end="\n"):
    return "".join(f"data: {json.dumps(document)}{end}{end}" for document in documents) + f"data: [DONE]{end}{end}"


def said(body, index=0):
    lines = [line.removeprefix("data: ") for line in body.splitlines() if "{" in line]
    choices = [choice for line in lines for choice in json.loads(line)["choices"]]
    return [choice["delta"]["content"] for choice in choices if choice["index"] == index]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_choices_that_take_turns(end):
    body = events([choice(index, text) for text in PIECES for index in (0, 1)], end)
    found = unspelled(body, mask)
    assert said(found, 0) == said(found, 1) == [f"key {SHOWN} seen", "", "", "", ""]
    assert found.count(end) == body.count(end)
    assert found.endswith(f"data: [DONE]{end}{end}")


def test_what_is_no_secret_stays_to_the_byte():
    body = events([choice(0, "a  b"), choice(0, "c")])
    assert unspelled(body, mask) == body
    assert unspelled("[1, 2", mask) == "[1, 2"
    assert unspelled("sk- is no document", mask) == "sk- is no document"


def test_lines_and_arguments():
    pieces = ['{"api_', 'key": "hun', 'ter2"}']
    lines = [json.dumps({"calls": [{"index": 1, "arguments": text}]}) for text in pieces]
    found = [json.loads(line)["calls"][0]["arguments"] for line in unspelled("\n".join(lines), mask).split("\n")]
    assert found == ['{"api_key": "***"}', "", ""]


@pytest.mark.parametrize("end", ["\n]", ",\r\n"])
def test_a_list_of_documents(end):
    body = "[" + ",\n".join(json.dumps({"text": text}, indent=1) for text in PIECES) + end
    found = unspelled(body, mask)
    assert KEY[2:11] not in found
    assert found.startswith(json.dumps([{"text": f"key {SHOWN} seen"}], separators=(",", ":"))[:-1])
    assert found.endswith("]") is (end == "\n]"), "what broke off is not mended"


@pytest.mark.parametrize("packed", [True, False])
def test_binary_frames(packed):
    documents = [{"text": text} for text in PIECES]
    if packed:
        documents = [{"bytes": b64encode(json.dumps(document).encode()).decode(), "p": "ab"} for document in documents]
    body = b"".join(encode({":event-type": "chunk"}, json.dumps(document).encode()) for document in documents)
    found = unspelled_frames(body + b"\0\0\0", mask)
    assert found.endswith(b"\0\0\0"), "what broke off stays"
    frames = list(decode(found[:-3]))
    read = [json.loads(frame.payload) for frame in frames]
    texts = [json.loads(b64decode(document["bytes"])) if packed else document for document in read]
    assert [document["text"] for document in texts] == [f"key {SHOWN} seen", "", "", "", ""]
    assert all(frame.headers == {":event-type": "chunk"} for frame in frames)


def test_frames_without_a_secret_stay():
    body = encode({":event-type": "chunk"}, b'{ "text" : "a" }') + b"rest"
    assert unspelled_frames(body, mask) == body
    assert unspelled_frames(b"\x8b\xff", mask) == b"\x8b\xff"
