from __future__ import annotations

import json

import pytest
from msgspec import structs

from understudy.dialects.bedrock.grammar import GRAMMAR
from understudy.faults import Place
from understudy.faults.malformed import DOCUMENT, Malformed
from understudy.model.frame import Body, Sheet, Stream
from understudy.wire import eventstream

BROKEN = b"data: %b\n\n" % DOCUMENT


@pytest.mark.parametrize(
    ("place", "events"),
    [
        (Place("event", 1), [BROKEN]),
        (None, [BROKEN]),
        (Place("event", 2), [b"a-1", BROKEN]),
        (Place("token", 2), [b"a-1", b"b-2", BROKEN]),
        (Place("event", 4), [b"a-1", b"b-2", b"c-3", BROKEN]),
        (Place("event", 5), [b"a-1", b"b-2", b"c-3", b"usage", BROKEN]),
        (Place("event", 6), [b"a-1", b"b-2", b"c-3", b"usage", b"done"]),
        (Place("token", 3), [b"a-1", b"b-2", b"c-3", b"usage", b"done"]),
        (Place("end"), [b"a-1", b"b-2", b"c-3", b"usage", b"done", BROKEN]),
    ],
)
def test_the_stream_ends_with_the_broken_event(struck_stream, place, events):
    stream, context = struck_stream()
    assert Malformed(at=place).on_frames(stream, context).events() == events


def test_a_sheet_that_others_share_is_left_alone(struck_stream):
    stream, context = struck_stream()
    sheet = stream.sheet
    Malformed(at=Place("event", 2)).on_frames(stream, context)
    assert len(sheet.frames) == 3


def test_what_was_not_sent_is_not_counted(struck_stream):
    stream, context = struck_stream()
    assert Malformed(at=Place("event", 3)).on_frames(stream, context).completion_tokens == 1


def test_a_whole_answer_stays_whole(striking):
    body = Body(b"{}")
    assert Malformed().on_frames(body, striking()) is body


def test_the_broken_event_is_no_json():
    with pytest.raises(json.JSONDecodeError):
        json.loads(BROKEN.removeprefix(b"data: "))


def test_the_next_request_is_not_affected(ask, chat):
    broken = ask(chat(stream=True), "/v1/chat/completions?fail_chunk=2")
    assert len(broken.events) == 2
    assert ask(chat(stream=True)).text()


def _made(events, content_type="text/event-stream"):
    return Stream(Sheet([(event, b"") for event in events], [0] * len(events)), b"", content_type=content_type)


@pytest.mark.parametrize(
    ("content_type", "events", "broken"),
    [
        ("text/event-stream", [b'event: ping\ndata: {"type":"ping"}\n\n'], b'event: ping\ndata: {"broken": \n\n'),
        ("text/event-stream", [b'id: 7\ndata: {"a":"data: {"}\n\n'], b'id: 7\ndata: {"broken": \n\n'),
        ("text/event-stream", [b"data: [DONE]\n\n"], BROKEN),
        ("text/event-stream", [b": ping\n\n"], BROKEN),
        ("text/event-stream", [], BROKEN),
        ("application/x-ndjson", [b'{"a":{}}\n'], b'{"broken": \n'),
        ("application/json; charset=UTF-8", [b'[{"a":1}'], b'[{"broken": '),
        ("application/json; charset=UTF-8", [b'[{"a":1}', b',\r\n{"a":2}', b"\n]"], b',\r\n{"broken": '),
    ],
)
def test_only_the_document_is_broken(content_type, events, broken, striking):
    stream, number = _made(events, content_type), min(2, len(events) or 1)
    place = Place("event", number) if events else Place("end")
    found = Malformed(at=place).on_frames(stream, striking(stream=True, events=len(events))).events()
    assert found == [*events[: number - 1], broken]


def test_behind_the_last_event_comes_another_of_its_like(striking):
    lines = [b'{"a":1}\n', b'{"done":true}\n']
    found = Malformed(at=Place("end")).on_frames(_made(lines, "application/x-ndjson"), striking(stream=True, events=2))
    assert found.events() == [*lines, b'{"broken": \n']


def test_a_binary_frame_stays_a_sound_frame(striking):
    headers = {":event-type": "contentBlockDelta", ":content-type": "application/json", ":message-type": "event"}
    frames = [eventstream.encode(headers, b'{"a":1}'), eventstream.encode(headers, b"{}")]
    stream = structs.replace(_made(frames, "application/vnd.amazon.eventstream"), grammar=GRAMMAR)
    *_, last = Malformed(at=Place("event", 2)).on_frames(stream, striking(stream=True, events=2)).events()
    (message,) = eventstream.decode(last)
    assert (message.headers, message.payload) == (headers, DOCUMENT)


def test_a_piece_of_which_nobody_knows_whether_it_is_a_frame_is_none(striking):
    stream = _made([b"ab", b"cd"], "application/vnd.amazon.eventstream")
    assert Malformed().on_frames(stream, striking(stream=True, events=2)).events() == [DOCUMENT]


TURN = {"role": "user", "content": "hi"}
STREAMED = {
    "ollama": ("/api/chat", {"model": "llama3.2", "messages": [TURN]}),
    "anthropic": ("/v1/messages", {"model": "claude-sonnet-5", "max_tokens": 9, "stream": True, "messages": [TURN]}),
    "gemini, as an array": (
        "/v1beta/models/gemini-2.5-flash:streamGenerateContent",
        {"contents": [{"parts": [{"text": "hi"}]}]},
    ),
    "bedrock": (
        "/model/anthropic.claude-3-haiku-20240307-v1:0/converse-stream",
        {"messages": [{"role": "user", "content": [{"text": "hi"}]}]},
    ),
}


@pytest.mark.parametrize(("path", "body"), STREAMED.values(), ids=STREAMED)
def test_each_provider_sends_it_in_its_own_frames(path, body, ask):
    version = {"anthropic-version": "2023-06-01"}
    sound = ask(body, path, headers=version)
    broken = ask(body, path, headers={**version, "x-understudy-fault": "malformed;event=4"})
    assert (sound.status, broken.status) == (200, 200)
    if "eventstream" in broken.headers["content-type"]:
        *kept, last = eventstream.decode(broken.body)
        assert [frame.headers for frame in kept] == [frame.headers for frame in eventstream.decode(sound.body)][:3]
        assert last.payload == DOCUMENT
    else:
        kept, _, end = broken.body.partition(DOCUMENT)
        assert kept
        assert sound.body.startswith(kept)
        assert not end.strip()
        assert broken.body != sound.body
