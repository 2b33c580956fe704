"""Raw answers: the script's bytes, in the server's framing."""

from __future__ import annotations

import re

import pytest

from understudy.model.plan import SENT, Ending, Plan, spelled_out

RAW = """
rules:
  - name: odd
    when: {user: parts}
    reply:
      raw:
        headers: {content-type: text/event-stream, x-mine: "1"}
        chunks: [{after: 10ms, data: "a\\n"}, {after: 20ms, base64: /w==}]
  - when: {user: one}
    reply: {raw: {status: 418, chunks: [{data: tea}]}, headers: {x-more: "2"}}
  - when: {user: none}
    reply: {raw: {status: 204}}
  - when: {user: many}
    reply: {raw: {status: 304, chunks: [{data: a}, {data: b}]}}
  - when: {operation: embedding}
    reply: {raw: {chunks: [{data: "[]"}]}}
  - when: {user: late}
    reply: {raw: {chunks: [{after: 1s, data: x}]}, timing: {latency: 2s, scale: 0.5}}
"""


def chat(user, **more):
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": user}], **more}


@pytest.fixture
def answers(engine, ask_engine):
    raw = engine(RAW)
    return lambda user, **more: ask_engine(raw, chat(user), **more)


def test_parts_are_sent_each_in_its_time(answers):
    got = answers("parts")
    assert (got.status, got.headers["x-mine"], got.headers["x-understudy-rule"]) == (200, "1", "odd")
    waits = [step for step in got.steps if isinstance(step, float)]
    assert waits == [0.01, 0.02]
    assert got.data.endswith(b"2\r\na\n\r\n1\r\n\xff\r\n0\r\n\r\n")


def test_one_part_has_a_length(answers):
    got = answers("one")
    assert (got.status, got.headers["content-length"], got.headers["x-more"], got.body) == (418, "3", "2", b"tea")


def test_no_body(answers):
    got = answers("none")
    assert (got.status, "content-length" in got.headers, got.body) == (204, False, b"")


def test_what_has_no_body_needs_no_end(answers):
    got = answers("many", version="1.0", keep_alive=True)
    assert (got.status, got.steps[-1].endswith(b"\r\n\r\n"), b"close" in got.data) == (304, True, False)


def test_waits_are_scaled(answers):
    assert [step for step in answers("late").steps if isinstance(step, float)] == [1.0, 0.5]


def test_a_client_of_1_0_is_closed_on(answers):
    got = answers("parts", version="1.0", keep_alive=False)
    assert got.data.endswith(b"connection: close\r\n\r\na\n\xff") or got.data.endswith(b"\r\n\r\na\n\xff")
    assert "transfer-encoding" not in got.headers


def test_other_operations(engine, ask_engine):
    got = ask_engine(engine(RAW), {"model": "m", "input": ["a", "b"]}, "/v1/embeddings")
    assert got.body == b"[]"


PIECES = """
rules:
  - when: {user: parts}
    reply:
      raw:
        headers: {content-type: text/event-stream}
        chunks: [{data: "data: 1\\n\\n"}, {after: 20ms, data: "data: 2\\n\\n"}, {after: 30ms, data: "data: 3\\n\\n"}]
  - when: {user: one}
    reply: {raw: {chunks: [{data: '{"a": 1}'}]}}
  - when: {user: late}
    reply: {raw: {chunks: [{data: ""}, {after: 10ms, data: "a"}, {after: 20ms, data: "b"}, {after: 30ms, data: ""}]}}
  - when: {user: nothing}
    reply: {raw: {}}
"""


LAST = b"0\r\n\r\n"


@pytest.fixture
def struck(engine, make_request):
    """The steps behind the head of an answer that a fault strikes, chunks unpacked."""
    raw = engine(PIECES)

    def shown(step):
        found = re.fullmatch(rb"[1-9a-f][0-9a-f]*\r\n(.*)\r\n", step, re.DOTALL) if isinstance(step, bytes) else None
        return step if found is None else found[1]

    def ask(user, fault):
        steps = raw.respond(make_request(chat(user), headers={"x-understudy-fault": fault})).steps
        steps = list(spelled_out(steps))
        at = next(number for number, step in enumerate(steps) if isinstance(step, bytes))
        steps[at] = steps[at].partition(b"\r\n\r\n")[2]
        return [shown(step) for step in steps if step != b""]

    return ask


@pytest.mark.parametrize(
    ("fault", "steps"),
    [
        ("reset;at=end", [b"data: 1\n\n", 0.02, b"data: 2\n\n", 0.03, b"data: 3\n\n", Ending.ABORT]),
        ("close;at=end", [b"data: 1\n\n", 0.02, b"data: 2\n\n", 0.03, b"data: 3\n\n", Ending.CLOSE]),
        ("hang;at=end", [b"data: 1\n\n", 0.02, b"data: 2\n\n", 0.03, b"data: 3\n\n", Ending.HANG]),
        ("reset;event=3", [b"data: 1\n\n", 0.02, b"data: 2\n\n", 0.03, Ending.ABORT]),
        ("reset;event=4", [b"data: 1\n\n", 0.02, b"data: 2\n\n", 0.03, b"data: 3\n\n", LAST]),
        ("early-end;event=3", [b"data: 1\n\n", 0.02, b"data: 2\n\n", 0.03, LAST]),
        ("early-end;event=2", [b"data: 1\n\n", 0.02, LAST]),
        ("duplicate-event;event=3", [b"data: 1\n\n", 0.02, b"data: 2\n\n", 0.03, b"data: 3\n\n", b"data: 3\n\n", LAST]),
        (
            "unknown-event;type=x;event=2",
            [b"data: 1\n\n", 0.02, b'event: x\ndata: {"type":"x"}\n\n', b"data: 2\n\n", 0.03, b"data: 3\n\n", LAST],
        ),
        ("truncated-json;keep=6", [b"data: \n\n", LAST]),
        ("malformed;event=2", [b"data: 1\n\n", 0.02, b'data: {"broken": \n\n', LAST]),
    ],
)
def test_each_piece_is_an_event_to_faults(struck, fault, steps):
    assert struck("parts", fault) == steps


def test_a_document_in_one_piece_is_one_event(struck):
    assert struck("one", "reset;at=end") == [b'{"a": 1}', Ending.ABORT]
    assert struck("one", "truncated-json") == [b'{"a"']
    assert struck("nothing", "reset;at=end") == [Ending.ABORT]


def test_empty_pieces_are_time_and_no_events(struck):
    assert struck("late", "reset;at=end") == [0.01, b"a", 0.02, b"b", 0.03, Ending.ABORT]
    assert struck("late", "early-end;event=2") == [0.01, b"a", 0.02, LAST]


def test_pieces_are_events_where_they_have_times(engine, make_request, chat):
    def counted(user):
        answer = engine(PIECES).respond(make_request(chat(user)))
        return sum(step is SENT for step in answer.steps) if isinstance(answer, Plan) else 0

    assert [counted(user) for user in ("parts", "late", "one", "nothing")] == [3, 2, 0, 0]
