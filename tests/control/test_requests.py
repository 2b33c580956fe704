"""GET and DELETE requests."""

import pytest


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
    exchange(serial=2, status=429)
    exchange(serial=3, stream=True, session="other")
    found = control("GET", f"requests?{query}").json
    assert [int(item["request_id"][-16:], 16) for item in found["requests"]] == serials
    assert found["kept"] == 3


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("limit=-1", "query parameter limit '-1': expected a whole number."),
        ("status=all", "query parameter status 'all': expected a whole number."),
        ("stream=1", "query parameter stream '1': expected true or false."),
    ],
)
def test_values_that_cannot_be_are_refused(control, query, problem):
    answer = control("GET", f"requests?{query}")
    assert (answer.status, answer.problem) == (400, problem)


def test_an_unknown_filter_names_the_nearest(control):
    assert control("GET", "requests?modl=x").problem.endswith("limit. Did you mean 'model'?")


def test_exchanges_are_forgotten(control, exchange, sight):
    exchange(session="a")
    exchange(session="b")
    exchange(session="b")
    assert control("DELETE", "requests?session=b").json == {"cleared": 2}
    assert [item.session for item in sight.journal.list()] == ["a"]
    assert control("DELETE", "requests").json == {"cleared": 1}
