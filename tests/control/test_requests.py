"""GET and DELETE requests."""

import json

import pytest

from understudy.model.call import Call, Message
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Delivery, Ending
from understudy.model.reply import Reply, Text, ToolCall
from understudy.observe.journal import Journal
from understudy.wire.answer import dechunked


def test_an_exchange_is_shown_whole(control, exchange):
    exchange(body=b'{"model": "gpt-4o"}', rule="sky", token=b"ab" * 8, serial=7, prompt_tokens=3, duration=0.25, sent=99)
    answer = control("GET", "requests").json
    assert answer == {
        "requests": [
            {
                "started": 1.5,
                "request": {
                    "method": "POST",
                    "path": "/v1/chat/completions",
                    "query": "",
                    "headers": {"authorization": "Bearer ***"},
                    "body": '{"model": "gpt-4o"}',
                },
                "dialect": "openai",
                "operation": "chat",
                "session": "default",
                "model": "gpt-4o",
                "rule": "sky",
                "decision": "abababababababab",
                "request_id": "req_abababababababab0000000000000007",
                "status": 200,
                "stream": False,
                "prompt_tokens": 3,
                "completion_tokens": 0,
                "duration_ms": 250,
                "sent_bytes": 99,
                "finish": "",
                "outcome": "done",
            }
        ],
        "kept": 1,
    }


def test_in_brief_it_is_told_without_what_was_said(control, exchange):
    exchange(body=b'{"model": "gpt-4o"}', rule="sky", serial=7)
    (whole,) = control("GET", "requests").json["requests"]
    (brief,) = control("GET", "requests?format=brief").json["requests"]
    assert brief == whole | {"request": {"method": "POST", "path": "/v1/chat/completions"}}
    assert control("GET", "requests?format=brief&limit=0").json == {"requests": [], "kept": 1}


def test_a_body_that_is_no_text_is_shown_escaped(control, exchange):
    exchange(body=b"\xff{")
    assert control("GET", "requests").json["requests"][0]["request"]["body"] == "\\xff{"


@pytest.mark.parametrize(
    ("query", "serials"),
    [
        ("", [1, 2, 3]),
        ("limit=2", [2, 3]),
        ("limit=0", []),
        ("status=429", [2]),
        ("since=1.5", [1, 2, 3]),
        ("since=1.6", []),
        ("until=1.5", []),
        ("text=HELLO", [2]),
        ("stream=true", [3]),
        ("stream=false", [1, 2]),
        ("session=other", [3]),
        ("session=other&status=429", []),
        ("outcome=done&limit=1", [3]),
        ("model=gpt-4o", [1, 2, 3]),
    ],
)
def test_exchanges_are_filtered(control, exchange, query, serials):
    exchange(serial=1)
    exchange(serial=2, status=429, body=b'{"messages": [{"content": "well, Hello"}]}')
    exchange(serial=3, stream=True, session="other")
    found = control("GET", f"requests?{query}").json
    assert [int(item["request_id"][-16:], 16) for item in found["requests"]] == serials
    assert found["kept"] == 3


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("operation=chats", "query parameter operation 'chats': expected one of chat, completion, *. Did you mean 'chat'?"),
        ("dialect=opneai", "query parameter dialect 'opneai': expected one of anthropic, *. Did you mean 'openai'?"),
        ("outcome=finished", "query parameter outcome 'finished': expected one of done, closed, aborted, client_gone, *."),
        ("outcome=", "query parameter outcome '': expected one of *."),
    ],
)
def test_what_no_exchange_can_be_is_refused(control, query, problem):
    answer = control("GET", f"requests?{query}")
    assert answer.status == 400
    start, _, end = problem.partition("*")
    assert answer.problem.startswith(start)
    assert answer.problem.endswith(end)


@pytest.mark.parametrize(
    "query", ["operation=none", "operation=chat", "dialect=gemini", "outcome=client_gone", "finish=anything"]
)
def test_what_an_exchange_can_be_is_not(control, query):
    assert control("GET", f"requests?{query}").status == 200


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("limit=-1", "query parameter limit '-1': expected a whole number."),
        ("status=all", "query parameter status 'all': expected a whole number."),
        ("stream=1", "query parameter stream '1': expected true or false."),
        ("since=now", "query parameter since 'now': expected a number from 0 up."),
        ("until=-1", "query parameter until '-1': expected a number from 0 up."),
        ("format=xml", "query parameter format 'xml': expected json, brief, jsonl or har."),
    ],
)
def test_values_that_cannot_be_are_refused(control, query, problem):
    answer = control("GET", f"requests?{query}")
    assert (answer.status, answer.problem) == (400, problem)


def test_an_unknown_filter_names_the_nearest(control):
    assert control("GET", "requests?modl=x").problem.endswith("limit, format. Did you mean 'model'?")


def asked(app, path, accept="", method="GET", version="1.1"):
    """Ask for a plan, and give its steps."""
    path, _, query = f"/_understudy/{path}".partition("?")
    head = RequestHead(method, path, path, query, {"host": "127.0.0.1", "accept": accept}, version)
    return list(app.respond(Request(head, b"", 0.0)).steps)


def document(steps):
    """The body of an answer in parts."""
    data = b"".join(step for step in steps if isinstance(step, bytes))
    return dechunked(data.partition(b"\r\n\r\n")[2])


def test_what_was_understood_and_said_is_shown(control, exchange, sight):
    sight.read = lambda request: Call("chat", "openai", "m", [Message("user", "hi")], "hi", body=request.body)
    exchange(
        reply=Reply((Text("hello, sk-abcdefghijkl"), ToolCall("look", "{}"))),
        delivery=Delivery("done", 9, 2, 0.001, 0.5, 0.501),
    )
    (found,) = control("GET", "requests").json["requests"]
    assert found["understood"] == {"user": "hi", "messages": 1}
    assert found["reply"] == {"text": "hello, ***", "tool_calls": [{"name": "look", "arguments": "{}"}]}
    assert found["timing"]["first_due_ms"] == 500
    assert found["timing"]["first_sent_ms"] == 501
    assert found["timing"]["late_ms"] == 1


@pytest.mark.parametrize(("path", "accept"), [("requests?format=jsonl", ""), ("requests", "application/x-ndjson")])
def test_json_lines(app, exchange, sight, path, accept):
    sight.journal = Journal(200)
    for serial in range(150):  # more than a list would have
        exchange(serial=serial)
    steps = asked(app, path, accept)
    assert b"content-type: application/x-ndjson\r\n" in steps[0]
    lines = document(steps).splitlines()
    assert [int(json.loads(line)["request_id"][-16:], 16) for line in lines] == list(range(150))


def test_an_archive(app, exchange):
    exchange(serial=1, model="a")
    exchange(serial=2, model="b")
    steps = asked(app, "requests?format=har&model=b")
    assert b'content-disposition: attachment; filename="understudy.har"\r\n' in steps[0]
    log = json.loads(document(steps))["log"]
    assert log["version"] == "1.2"
    assert [entry["_understudy"]["model"] for entry in log["entries"]] == ["b"]


def test_exports_to_old_clients_and_to_head(app, exchange):
    exchange()
    assert asked(app, "requests?format=jsonl", version="1.0")[-1] is Ending.CLOSE
    (head,) = asked(app, "requests?format=jsonl", method="HEAD")
    assert head.endswith(b"\r\n\r\n")


def test_long_lists_are_made_in_turns(app, exchange, sight, clock):
    sight.journal = Journal(200)
    for _ in range(150):
        exchange()
    moments = iter(range(10_000))
    clock.monotonic = lambda: next(moments) / 1000  # every look at the clock finds a millisecond gone
    steps = asked(app, "requests?limit=120")
    assert len([step for step in steps if isinstance(step, float)]) > 20
    data = b"".join(step for step in steps if isinstance(step, bytes))
    found = json.loads(data.partition(b"\r\n\r\n")[2])
    assert (len(found["requests"]), found["kept"]) == (120, 150)


@pytest.mark.parametrize("large", [{"body": b"x" * 50_000}, {"reply": Reply((Text("x" * 50_000),))}])
def test_large_bodies_and_answers_are_told_in_turns_and_in_brief_at_once(app, control, exchange, sight, clock, large):
    for _ in range(3):
        exchange(**large)
    assert len(control("GET", "requests?format=brief").json["requests"]) == 3
    moments = iter(range(10_000))
    clock.monotonic = lambda: next(moments) / 100  # every look at the clock finds ten milliseconds gone
    steps = asked(app, "requests")
    assert len([step for step in steps if isinstance(step, float)]) >= 3
    data = b"".join(step for step in steps if isinstance(step, bytes))
    assert len(json.loads(data.partition(b"\r\n\r\n")[2])["requests"]) == 3


def test_exchanges_are_forgotten(control, exchange, sight):
    exchange(session="a")
    exchange(session="b")
    exchange(session="b")
    assert control("DELETE", "requests?session=b").json == {"cleared": 2}
    assert [item.session for item in sight.journal.list()] == ["a"]
    assert control("DELETE", "requests").json == {"cleared": 1}


def test_a_hundred_are_listed_unless_another_number_is_asked_for(control, exchange, sight):
    sight.journal = Journal(200)
    for serial in range(103):
        exchange(serial=serial)
    listed = control("GET", "requests").json
    assert (len(listed["requests"]), listed["kept"]) == (100, 103)
    assert listed["requests"][-1]["request_id"].endswith(f"{102:x}")
    assert len(control("GET", "requests?limit=99").json["requests"]) == 99
