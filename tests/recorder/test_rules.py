from __future__ import annotations

from base64 import b64decode, b64encode

import pytest

from understudy.model.http import RequestHead
from understudy.recorder.rules import Collection
from understudy.wire.eventstream import decode, encode


def written(secrets, asked, chat, *said, taken=()):
    collection = Collection(secrets)
    for user, reply in said:
        collection.add(asked(chat(user)), reply)
    assert collection.count == len(said)
    return collection.rules(taken)


def test_answers_that_say_the_same_are_one(secrets, asked, chat):
    said = [("a", {"text": "x", "timing": {"latency": "1ms"}}), ("a", {"text": "x", "timing": {"latency": "2ms"}})]
    (rule,) = written(secrets, asked, chat, *said)
    assert rule["reply"] == {"text": "x", "timing": {"latency": "1ms"}}


def test_a_sequence_keeps_its_order_and_its_repetitions(secrets, asked, chat):
    (rule,) = written(secrets, asked, chat, *[("a", {"text": text}) for text in "xxyx"])
    assert [reply["text"] for reply in rule["replies"]] == list("xxyx")


def test_names_are_short_and_unique(secrets, asked, chat):
    rules = written(
        secrets,
        asked,
        chat,
        ("Hi\nthere", {"text": "1"}),
        ("hi  there", {"text": "2"}),
        ("w " * 60, {"text": "3"}),
        taken=("Hi there",),
    )
    assert [rule["name"] for rule in rules] == ["Hi there (2)", "hi there", "w " * 23 + "w..."]


def test_rules_of_which_nothing_is_kept_are_new(secrets, asked, chat):
    collection = Collection(secrets)
    for user in ("a", "b", "a", "c"):
        collection.add(asked(chat(user)), {"text": "x"})
        if user == "b":
            collection.keep()
    assert [(place, one.user) for place, one in collection.added()] == [(2, "c")]


def test_a_secret_across_pieces_is_hidden(secrets, asked, chat):
    key = "sk-proj-0123456789abcdefghij"
    raw = {"chunks": [{"after": 1.0, "data": key[:9]}, {"after": 2.5, "data": key[9:]}]}
    first, second = written(secrets, asked, chat, ("a", {"text": key, "pieces": [key[:9], key[9:]]}), ("b", {"raw": raw}))
    assert first["reply"] == {"text": "sk-...ghij"}
    assert second["reply"] == {"raw": {"chunks": [{"after": 3.5, "data": "sk-...ghij"}]}}


@pytest.mark.parametrize(
    "piece", [{"data": "sk-proj-0123456789abcdefghij"}, {"base64": "c2stcHJvai0wMTIzNDU2Nzg5YWJjZGVmZ2hpag=="}]
)
def test_a_secret_is_hidden_where_nobody_measured_times(secrets, asked, chat, piece):
    secrets.notice(RequestHead("POST", "/", "/", "", {"authorization": "Bearer sk-proj-0123456789abcdefghij"}))
    (rule,) = written(secrets, asked, chat, ("a", {"raw": {"chunks": [piece]}}))
    (chunk,) = rule["reply"]["raw"]["chunks"]
    assert chunk.keys() == piece.keys()
    assert chunk != piece


def test_a_secret_that_events_spell_out_is_hidden(secrets, asked, chat):
    pieces = ["sk-proj-", "0123456789", "abcdefghij ☕"]
    lines = [f'data: {{"choices":[{{"index":0,"delta":{{"content":"{piece}"}}}}]}}\n\n'.encode() for piece in pieces]
    whole = b"".join(lines)
    cut = whole[:-9], whole[-9:]
    raw = {"chunks": [{"after": at, "base64": b64encode(data).decode()} for at, data in zip((1.0, 2.0), cut, strict=True)]}
    (rule,) = written(secrets, asked, chat, ("a", {"raw": raw}))
    (chunk,) = rule["reply"]["raw"]["chunks"]
    assert chunk["after"] == 3.0
    assert chunk["data"].startswith('data: {"choices":[{"index":0,"delta":{"content":"sk-...ghij ☕"}}]}\n\n')
    assert "0123456789" not in chunk["data"]


def test_a_secret_that_frames_spell_out_is_hidden(secrets, asked, chat):
    frames = b"".join(encode({}, f'{{"text":"{piece}"}}'.encode()) for piece in ("sk-proj-", "0123456789", "abcdefghij"))
    (rule,) = written(secrets, asked, chat, ("a", {"raw": {"chunks": [{"base64": b64encode(frames).decode()}]}}))
    (chunk,) = rule["reply"]["raw"]["chunks"]
    assert [message.payload for message in decode(b64decode(chunk["base64"]))] == [
        b'{"text":"sk-...ghij"}',
        b'{"text":""}',
        b'{"text":""}',
    ]


def test_what_is_kept_byte_by_byte_answers_requests_of_its_mode(secrets, asked, chat):
    raw = {"raw": {"chunks": [{"data": "x"}]}}
    collection = Collection(secrets)
    collection.add(asked(chat("a")), raw)
    collection.add(asked(chat("b", stream=True)), raw)
    collection.add(asked(chat("c")), {"raw": {**raw["raw"], "status": 502}})
    collection.add(asked({"model": "m", "input": "d"}, "/v1/embeddings"), raw)
    assert [rule["when"] for rule in collection.rules()] == [
        {"user": "a", "stream": False},
        {"user": "b", "stream": True},
        {"user": "c"},
        {"user": "d"},
    ]


def test_a_request_that_is_streamed_by_its_path_is_another(secrets, asked):
    body = {"contents": [{"role": "user", "parts": [{"text": "a"}]}]}
    collection = Collection(secrets)
    for method in ("generateContent", "streamGenerateContent"):
        collection.add(asked(body, f"/v1beta/models/gemini-2.5-flash:{method}"), {"text": method})
    assert [(rule["when"], rule["reply"]["text"]) for rule in collection.rules()] == [
        ({"user": "a", "stream": False}, "generateContent"),
        ({"user": "a", "stream": True}, "streamGenerateContent"),
    ]
