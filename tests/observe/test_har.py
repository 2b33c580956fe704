"""Archives that other tools read: checked by a schema made from the specification."""

import json

import jsonschema
import pytest

from understudy.model.exchange import Context, Particulars
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Delivery
from understudy.model.reply import Reply, Text
from understudy.observe.account import account
from understudy.observe.answer import Answer
from understudy.observe.har import entry, pieces

TEXT, NUMBER, SIZE = {"type": "string"}, {"type": "number", "minimum": 0}, {"type": "integer", "minimum": -1}
OWN = {"^_": {}}


def strict(required, optional=()):
    """An object of the specification: nothing but its members, and those that begin with an underscore."""
    return {
        "type": "object",
        "properties": {**required, **dict(optional), "comment": TEXT},
        "patternProperties": OWN,
        "required": list(required),
        "additionalProperties": False,
    }


def many(of):
    return {"type": "array", "items": of}


PAIR = strict({"name": TEXT, "value": TEXT})
BOTH = {"httpVersion": TEXT, "cookies": many(PAIR), "headers": many(PAIR), "headersSize": SIZE, "bodySize": SIZE}
POST = strict({"mimeType": TEXT, "text": TEXT}, {"params": many(PAIR)})
REQUEST = strict(
    {"method": TEXT, "url": {"type": "string", "pattern": "^https?://[!-~]+$"}, "queryString": many(PAIR), **BOTH},
    {"postData": POST},
)
CONTENT = strict({"size": SIZE, "mimeType": TEXT}, {"text": TEXT, "encoding": {"const": "base64"}, "compression": NUMBER})
RESPONSE = strict(
    {
        "status": {"type": "integer", "minimum": 100, "maximum": 999},
        "statusText": TEXT,
        "content": CONTENT,
        "redirectURL": TEXT,
        **BOTH,
    }
)
TIMINGS = strict({"send": NUMBER, "wait": NUMBER, "receive": NUMBER})
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|[+-]\d\d:\d\d)$"}
ENTRY = strict(
    {
        "startedDateTime": MOMENT,
        "time": NUMBER,
        "request": REQUEST,
        "response": RESPONSE,
        "cache": {"const": {}},
        "timings": TIMINGS,
    }
)
LOG = strict(
    {"version": {"const": "1.2"}, "creator": strict({"name": TEXT, "version": TEXT}), "entries": many(ENTRY)},
    {"pages": many({})},
)
SCHEMA = strict({"log": LOG})


def archive(*entries):
    found = json.loads(b"".join(pieces(iter(entries))))
    jsonschema.validate(found, SCHEMA)
    return found["log"]["entries"]


@pytest.fixture
def told(make_exchange):
    """Tell an exchange of a request with these header fields."""

    def made(target="/v1/chat/completions", headers=None, method="POST", body=b'{"a": 1}', **fields):
        exchange = make_exchange(**fields)
        path, _, query = target.partition("?")
        own = {"host": "127.0.0.1:8000", "content-type": "application/json", **(headers or {})}
        exchange.request = Request(RequestHead(method, target, path, query, own), body, 0.0)
        exchange.context = Context(own, "openai", "chat")
        return account(exchange)

    return made


ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req_1\r\ncontent-length: 2\r\n\r\n{}"


def test_an_archive_of_nothing():
    assert archive() == []


def test_request_and_answer(told):
    (found,) = archive(entry(told(duration=0.25, sent=len(ANSWER)), Answer.of(ANSWER)))
    assert found["startedDateTime"] == "1970-01-01T00:00:01.500Z"
    assert found["time"] == 250
    request, response = found["request"], found["response"]
    assert (request["method"], request["url"]) == ("POST", "http://127.0.0.1:8000/v1/chat/completions")
    assert request["postData"] == {"mimeType": "application/json", "text": '{"a": 1}'}
    assert request["bodySize"] == 8
    assert (response["status"], response["statusText"]) == (200, "OK")
    assert {"name": "x-request-id", "value": "req_1"} in response["headers"]
    assert response["content"] == {"size": 2, "mimeType": "application/json", "text": "{}"}
    assert (response["headersSize"], response["bodySize"]) == (len(ANSWER) - 2, 2)
    assert found["_understudy"]["outcome"] == "done"


def test_a_stream_without_its_framing(told):
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    data = head + b"5\r\ndata:\r\n2\r\n\n\n\r\n0\r\n\r\n"
    delivery = Delivery("done", len(data), 2, 0.0, 0.1, 0.11)
    (found,) = archive(entry(told(duration=0.5, stream=True, delivery=delivery), Answer.of(data)))
    assert found["response"]["content"]["text"] == "data:\n\n"
    assert found["timings"] == {"send": 0, "wait": 110, "receive": 390}


def test_answers_that_came_to_harm_say_so(told):
    (found,) = archive(entry(told(outcome="aborted"), Answer.of(ANSWER)))
    assert "cut or changed" in found["response"]["content"]["comment"]
    (found,) = archive(entry(told(particulars=Particulars(("reset",))), Answer.of(ANSWER)))
    assert "cut or changed" in found["response"]["content"]["comment"]


def test_answers_that_are_not_known_any_more(told):
    (found,) = archive(entry(told(reply=Reply((Text("blue"),))), None))
    assert json.loads(found["response"]["content"]["text"]) == {"text": "blue"}
    assert "not to be had" in found["response"]["content"]["comment"]
    assert (found["response"]["headersSize"], found["response"]["bodySize"]) == (-1, -1)


def test_queries_and_paths_as_urls_have_them(told):
    (found,) = archive(
        entry(told("/v1beta/models/ü x:generateContent?key=AIza&alt=sse", method="GET", body=b""), Answer.of(ANSWER), "https")
    )
    request = found["request"]
    assert request["url"] == "https://127.0.0.1:8000/v1beta/models/%C3%BC%20x:generateContent?key=***&alt=sse"
    assert request["queryString"] == [{"name": "key", "value": "***"}, {"name": "alt", "value": "sse"}]
    assert "postData" not in request


def test_sounds_and_pictures_are_in_base64(told):
    (found,) = archive(entry(told(), Answer.of(b"HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\n\r\n\xff\xfb\x90")))
    assert found["response"]["content"] == {"size": 3, "mimeType": "audio/mpeg", "text": "//uQ", "encoding": "base64"}


def test_secrets_in_answers_are_masked(told):
    data = b"HTTP/1.1 200 OK\r\nset-cookie: session=abcdef\r\n\r\nsk-proj-abcdefghijklmnopqrstuvwxyz"
    (found,) = archive(entry(told(), Answer.of(data)))
    assert "abcdef" not in json.dumps(found)


def test_answers_of_which_nothing_is_known(told):
    (found,) = archive(entry(told(), None))
    assert found["response"]["content"] == {"size": 0, "mimeType": "", "comment": "The bytes of this answer are not to be had."}
