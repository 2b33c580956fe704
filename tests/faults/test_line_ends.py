"""Lines of an event stream all end alike, whatever faults put among them: a reader that looks for CR LF finds each."""

from __future__ import annotations

import re

import pytest

from understudy.faults import line_end_of
from understudy.model.frame import Sheet, Stream

TURN = {"role": "user", "content": "hi"}
STREAMS = {
    "gemini": ("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", {"contents": [{"parts": [{"text": "hi"}]}]}),
    "openai": ("/v1/chat/completions", {"model": "gpt-4o", "stream": True, "messages": [TURN]}),
    "responses": ("/v1/responses", {"model": "gpt-4o", "stream": True, "input": "hi"}),
    "anthropic": ("/v1/messages", {"model": "claude-sonnet-5", "max_tokens": 9, "stream": True, "messages": [TURN]}),
}
ADDING = [
    "malformed;event=3",
    "malformed;at=end",
    "malformed",
    "comments;events=2",
    "comments;interval=10ms",
    "huge-event;bytes=9",
    "huge-event;bytes=9;event=1",
    "huge-event;bytes=9;at=end",
    "unknown-event",
    "unknown-event;event=1",
    "stall;for=50ms;ping=10ms;event=2",
    "stall;for=50ms;ping=10ms",
    "error-event;event=3",
    "error-event;event=3;then=go-on",
    "error-event;at=after-headers;then=go-on",
    "empty-deltas",
    "duplicate-event",
    "reorder-events",
    "truncated-json;event=2;then=go-on",
    "invalid-utf8;event=2",
    "missing-finish",
    "malformed;event=3,comments,unknown-event",
]


def _line_ends(body: bytes) -> set[bytes]:
    return set(re.findall(rb"\r\n|\n|\r", body))


@pytest.fixture
def body_under(ask, engine):
    """The body of a stream under a line of faults."""
    script = 'timing: {itl: 50ms}\nrules: [{reply: "one two three four five"}]\n'
    paced = engine(script)

    def made(provider, fault):
        path, asked = STREAMS[provider]
        version = {"anthropic-version": "2023-06-01"}
        answer = ask(asked, path, to=paced, headers={**version, "x-understudy-fault": fault} if fault else version)
        assert answer.status == 200
        return answer.body

    return made


@pytest.mark.parametrize("provider", STREAMS)
def test_what_a_fault_adds_ends_its_lines_as_the_stream_does(provider, body_under):
    sound = body_under(provider, "")
    for fault in ADDING:
        struck = body_under(provider, fault)
        assert struck != sound, fault
        assert _line_ends(struck) == _line_ends(sound), fault


@pytest.mark.parametrize("provider", STREAMS)
def test_cr_lf_reaches_what_others_add(provider, body_under):
    for fault in ADDING:
        for line in (f"crlf, {fault}", f"{fault}, crlf"):
            assert _line_ends(body_under(provider, line)) == {b"\r\n"}, line


def test_what_is_drawn_ends_its_lines_alike(ask):
    path, asked = STREAMS["gemini"]
    for decision in range(30):
        headers = {"x-understudy-fault": "legal-fuzz", "x-understudy-decision": f"{decision:032x}"}
        assert _line_ends(ask(asked, path, headers=headers).body) == {b"\r\n"}, decision


@pytest.mark.parametrize(
    ("events", "end"),
    [
        ([b"data: 1\r\n\r\n", b"data: 2\n\n"], b"\r\n"),
        ([b"data: 1\n\n", b"data: 2\r\n\r\n"], b"\n"),
        ([b"data: 1\r\r"], b"\r"),
        ([b"data: ", b"1\r\n\r\n"], b"\r\n"),
        ([b"data: 1"], b"\n"),
        ([], b"\n"),
    ],
)
def test_the_first_whole_line_tells(events, end):
    for frames, last in ((events, []), ([], events), (events[:1], events[1:])):
        sheet = Sheet([(frame, b"") for frame in frames], [0] * len(frames))
        assert line_end_of(Stream(sheet, b"", last)) == end


def test_what_is_no_event_stream_has_no_lines():
    stream = Stream(Sheet([(b"[{\r\n", b"")], [0]), b"", content_type="application/json")
    assert line_end_of(stream) == b"\n"


def test_fail_chunk_breaks_the_event_and_not_the_one_before(ask):
    path, asked = STREAMS["gemini"]
    body = ask(asked, f"{path}&fail_chunk=3").body
    *kept, broken, rest = body.split(b"\r\n\r\n")
    assert (len(kept), broken, rest) == (2, b'data: {"broken": ', b"")


@pytest.mark.parametrize("end", ["\\n", "\\r\\n"])
def test_a_stream_that_a_script_spells_keeps_its_own(end, ask, engine):
    script = f"""
rules:
  - reply:
      raw:
        headers: {{content-type: text/event-stream}}
        chunks: [{{data: "data: 1{end}{end}"}}, {{data: "data: 2{end}{end}"}}]
"""
    sound = ask({"model": "m", "messages": [TURN]}, to=engine(script)).body
    struck = ask({"model": "m", "messages": [TURN]}, to=engine(script), headers={"x-understudy-fault": "comments"}).body
    assert b": ping" in struck
    assert _line_ends(struck) == _line_ends(sound) == {end.encode().decode("unicode_escape").encode()}
