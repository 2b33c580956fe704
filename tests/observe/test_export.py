"""Exchanges as files."""

import json

import pytest

from understudy.model.call import Call
from understudy.model.exchange import Particulars
from understudy.model.reply import Reply, Text
from understudy.observe.export import FORMS, Exporter, accepted, kind_of


@pytest.fixture
def exporter():
    return Exporter(
        lambda request: Call("chat", "openai", user=request.body.decode()), lambda _exchange: b"HTTP/1.1 200 OK\r\n\r\nx"
    )


def test_an_exchange_a_line(exporter, make_exchange):
    pieces = list(exporter.pieces("jsonl", [make_exchange(serial=1, body=b"a"), make_exchange(serial=2, body=b"b\nc")]))
    assert [json.loads(piece)["understood"]["user"] for piece in pieces] == ["a", "b\nc"]
    assert all(piece.count(b"\n") == 1 and piece.endswith(b"\n") for piece in pieces)


def test_lines_have_the_answer_where_it_is_known(exporter, make_exchange):
    (line,) = map(json.loads, exporter.pieces("jsonl", [make_exchange()]))
    assert line["response"] == {"headers": {}, "body": "x"}
    (line,) = map(json.loads, Exporter(lambda _: None, lambda _: None).pieces("jsonl", [make_exchange()]))
    assert "response" not in line


def test_a_secret_in_any_of_several_choices_keeps_a_stream_back(exporter, make_exchange):
    secret, plain = Reply((Text("sk-proj-abcdefghijklmnopqrstuvwxyz"),)), Reply((Text("no"),))
    exchange = make_exchange(stream=True, reply=plain, particulars=Particulars(others=(plain, secret)))
    (line,) = map(json.loads, exporter.pieces("jsonl", [exchange]))
    assert "response" not in line
    assert line["others"] == [{"text": "no"}, {"text": "sk-...wxyz"}]


def test_archives_have_the_bytes(exporter, make_exchange):
    (entry,) = json.loads(b"".join(exporter.pieces("har", [make_exchange()])))["log"]["entries"]
    assert entry["response"]["content"]["text"] == "x"


def test_streams_that_spell_a_secret_out_are_not_shown(exporter, make_exchange):
    exchange = make_exchange(stream=True, reply=Reply((Text("it is sk-proj-abcdefghijklmnopqrstuvwxyz"),)))
    (entry,) = json.loads(b"".join(exporter.pieces("har", [exchange])))["log"]["entries"]
    assert json.loads(entry["response"]["content"]["text"]) == {"text": "it is sk-...wxyz"}


def test_they_are_made_as_they_are_read(exporter, make_exchange):
    asked = []
    pieces = exporter.pieces("jsonl", (asked.append(i) or make_exchange() for i in range(3)))
    next(pieces)
    assert asked == [0]


@pytest.mark.parametrize(
    ("accept", "form", "kind"),
    [
        ("", "json", ""),
        ("*/*", "json", ""),
        ("application/json", "json", ""),
        ("application/x-ndjson", "jsonl", "application/x-ndjson"),
        ("text/html, Application/JSONL;q=0.9", "jsonl", "application/jsonl"),
        ("application/har+json", "har", "application/har+json"),
    ],
)
def test_forms_may_be_asked_for_by_accept_and_come_under_that_name(accept, form, kind):
    assert accepted(accept) == form
    assert form == "json" or kind_of(form, accept) == kind


def test_a_form_asked_for_otherwise_has_its_own_type():
    assert {form: kind_of(form, "*/*") for form in FORMS} == {"jsonl": "application/x-ndjson", "har": "application/json"}


def test_the_own_key_of_a_request_is_masked_in_its_answer(make_exchange):
    own = "corpkey-0123456789-wxyz"
    exporter = Exporter(lambda _: None, lambda _: b"HTTP/1.1 200 OK\r\n\r\nit is %b" % own.encode())
    exchange = make_exchange(reply=Reply((Text(f"it is {own}"),)))
    exchange.request.head.headers["x-api-key"] = own
    (line,) = map(json.loads, exporter.pieces("jsonl", [exchange]))
    assert line["response"]["body"] == "it is ...wxyz"
    exchange.stream = True
    (line,) = map(json.loads, exporter.pieces("jsonl", [exchange]))
    assert "response" not in line
