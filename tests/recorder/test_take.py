from __future__ import annotations

from understudy.recorder.take import Reader


def test_events_are_told_with_the_moment_they_were_whole(take, chat):
    found = take(
        chat("a"),
        (0.1, b"data: 1\r\n\r\neve"),
        (0.2, b"nt: x\ndata: 2\ndata: 3\n\n: comment\n\nda"),
        (0.4, b"ta: 4\n\n"),
        content_type="text/event-stream; charset=utf-8",
    )
    assert found.is_events
    assert found.events() == [(0.1, "", "1"), (0.2, "x", "2\n3"), (0.4, "", "4")]
    assert found.lasted == 0.4


def test_an_answer_without_a_body(take, chat):
    found = take(chat("a"))
    assert (found.body, found.lasted, found.events()) == (b"", 0.0, [])


def test_requests_are_understood_even_where_a_server_would_refuse_them(request_of):
    call = Reader().read(
        request_of({"model": "m", "messages": [{"role": "user", "content": "x"}], "odd": 1, "temperature": 99})
    )
    assert call is not None
    assert (call.operation, call.user) == ("chat", "x")


def test_requests_that_no_rule_answers(request_of):
    reader = Reader()
    assert reader.read(request_of(b"", "/v1/models")) is None
    assert reader.read(request_of({}, "/v1/files")) is None
    assert reader.read(request_of({}, "/nowhere")) is None
    assert reader.read(request_of(b"{")) is None


def test_conversations_that_are_referred_to(request_of):
    reader = Reader()
    first, second = (reader.read(request_of({"model": "m", "input": text}, "/v1/responses")) for text in ("one", "two"))
    reader.remember("resp_1", first, "said")
    reader.recall("resp_1", second)
    assert [(message.role, message.text) for message in second.messages] == [
        ("user", "one"),
        ("assistant", "said"),
        ("user", "two"),
    ]
    reader.recall("unknown", second)
    assert len(second.messages) == 3
