"""HTTP archives, imported and asked."""

from __future__ import annotations

import base64
import gzip
import http.client
import json

import pytest

from understudy import Understudy
from understudy.importing.formats import FormatError
from understudy.importing.formats.har import READER

KEY = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyzABCD"
CHAT = "https://api.openai.com/v1/chat/completions"
ANSWER = {"model": "gpt-4o-mini", "choices": [{"index": 0, "message": {"content": "Oslo."}, "finish_reason": "stop"}]}
STREAM = "".join(
    f"data: {json.dumps({'choices': [{'index': 0, 'delta': delta, 'finish_reason': reason}]})}\n\n"
    for delta, reason in [({"content": "Os"}, None), ({"content": "lo."}, None), ({}, "stop")]
)


def entry(user="capital?", content=None, *, url=CHAT, status=200, kind="application/json", **more):
    asked = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": user}]}
    said = {"mimeType": kind, "text": json.dumps(ANSWER)} if content is None else content
    return {
        "time": 812.5,
        "request": {
            "method": "POST",
            "url": url,
            "headers": [{"name": ":authority", "value": "x"}, {"name": "Authorization", "value": f"Bearer {KEY}"}],
            "postData": {"mimeType": "application/json", "text": json.dumps(asked | more)},
        },
        "response": {"status": status, "headers": [{"name": "Content-Type", "value": kind}], "content": said},
    }


def archive(*entries):
    return json.dumps({"log": {"version": "1.2", "entries": entries}}, indent=1)


def test_an_answer_with_its_latency(bring):
    got = bring("a.har", archive(entry()))
    assert got.say("capital?") == "Oslo."
    assert got.rules[0]["reply"] == {"text": "Oslo.", "timing": {"latency": "812.5ms"}}
    assert got.warned == []
    assert KEY not in got.text


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_stream_in_base64(bring, pack):
    said = {"text": base64.b64encode(pack(STREAM.encode())).decode(), "encoding": "base64"}
    got = bring("a.har", archive(entry(content=said, kind="text/event-stream", stream=True)))
    assert got.rules[0]["reply"] == {"text": "Oslo.", "pieces": ["Os", "lo."], "fault": {"kind": "missing-done"}}


def test_what_is_no_exchange_with_a_model_is_left_out(bring):
    lost = {"size": 3, "mimeType": "application/json"}
    bare = entry(user="bare", content=lost)
    bare["response"]["headers"] = []
    cut = entry(user="cut", status=0)
    page = entry(url="https://example.com/app.js")
    got = bring("a.har", archive(page, bare, cut, {"request": {}}, entry()))
    assert [rule["name"] for rule in got.rules] == ["capital?"]
    assert [warning.split(": ", 1)[1] for warning in got.warned] == [
        "POST /app.js: no rule can answer it. It is left out.",
        "expected an answer, got one whose bytes were not kept. The entry is left out.",
        "expected an answer, got one whose bytes were not kept. The entry is left out.",
        "entry: expected another form, got what cannot be read (no 'response'). It is left out.",
    ]


@pytest.mark.parametrize("content", [{"size": 300, "mimeType": "application/json"}, {"text": None}, {"size": 0}])
def test_an_answer_whose_body_is_not_there_is_left_out(bring, content):
    got = bring("a.har", archive(entry(content=content)))
    assert got.rules == []
    assert [warning.split(": ", 1)[1] for warning in got.warned] == [
        "expected an answer, got one whose bytes were not kept. The entry is left out."
    ]


def test_an_error_may_be_empty(bring):
    got = bring("a.har", archive(entry(status=503, content={"size": 0, "mimeType": "text/plain"})))
    assert len(got.rules) == 1
    assert "503" in json.dumps(got.rules[0]["reply"])


@pytest.mark.parametrize("posted", [None, {"mimeType": "application/json"}, {"mimeType": "multipart/form-data", "params": []}])
def test_a_request_whose_body_is_not_there_is_left_out(bring, posted):
    bare = entry()
    bare["request"]["postData"] = posted
    got = bring("a.har", archive(bare))
    assert got.rules == []
    assert [warning.split(": ", 1)[1] for warning in got.warned] == [
        "expected a request, got one whose bytes were not kept. The entry is left out."
    ]


def test_a_request_in_base64(bring):
    packed = entry()
    posted = packed["request"]["postData"]
    posted |= {"text": base64.b64encode(posted["text"].encode()).decode(), "encoding": "base64"}
    assert bring("a.har", archive(packed)).say("capital?") == "Oslo."


def test_secrets_of_a_body_are_taken_out(bring):
    said = {"text": json.dumps(ANSWER).replace("Oslo.", "It is body-secret-4711.")}
    got = bring("a.har", archive(entry(content=said, api_key="body-secret-4711"), entry(api_key="body-secret-4712")))
    assert "body-secret" not in got.text
    assert got.rules[0]["reply"]["text"] == "It is ***."


def test_an_archive_of_our_own_is_read_back(bring, put):
    script = put("script.yaml", "rules: [{when: {user: hi}, reply: Hello.}]")
    with Understudy(script, clock="auto") as server:
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "stream": True}
        line.request("POST", "/v1/chat/completions", json.dumps(body), {"content-type": "application/json"})
        line.getresponse().read()
        line.request("GET", "/_understudy/requests?format=har")
        told = line.getresponse().read().decode()
        line.close()
    got = bring("own.har", told)
    assert got.say("hi") == "Hello."
    assert got.warned == []


def test_what_an_archive_retells_is_no_answer(bring):
    said = {"text": '{"text": "x"}', "mimeType": "application/json", "comment": "The bytes are not to be had."}
    retold = entry(content=said)
    retold["response"]["headers"] = []
    got = bring("own.har", archive(retold, entry(user="other")))
    assert [rule["name"] for rule in got.rules] == ["other"]


def test_who_recognises_what(source):
    assert READER.recognises(source("a.json", archive(entry())))
    assert not READER.recognises(source("a.json", '{"log": {"entries": 1}}'))
    assert not READER.recognises(source("a.yaml", "log: {entries: []}"))
    with pytest.raises(FormatError, match="expected an object 'log' with a list 'entries'"):
        READER.read(source("a.json", "{}"), None)
