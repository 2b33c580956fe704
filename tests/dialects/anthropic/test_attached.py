"""Files shown in messages: they must be there, and cost what their content costs."""

from __future__ import annotations

import pytest

from understudy.dialects.anthropic.attached import blocks_with_files


def shown(name: str, kind: str = "document") -> list[dict]:
    return [{"type": kind, "source": {"type": "file", "file_id": name}}, {"type": "text", "text": "look"}]


def inline(kind: str, data: str) -> list[dict]:
    return [{"type": "document", "source": {"type": kind, "media_type": "text/plain", "data": data}}, *shown("")[1:]]


@pytest.fixture
def cost(say, body):
    return lambda content, **head: say(body(content), **head).json["usage"]["input_tokens"]


def test_a_text_costs_what_it_would_cost_in_the_message(send_file, cost, say, body):
    name = send_file(b"Call me Ishmael. " * 50, kind="text/plain").json["id"]
    assert cost(shown(name)) == cost(inline("text", "Call me Ishmael. " * 50))
    value = body(shown(name))
    del value["max_tokens"]
    assert say(value, "/v1/messages/count_tokens").json["input_tokens"] == cost(shown(name))


def test_pages_and_pictures_are_measured(send_file, cost):
    pages = send_file(b"%PDF" + b"/Type /Page " * 3, "a.pdf").json["id"]
    one = send_file(b"%PDF", "b.pdf").json["id"]
    assert cost(shown(pages)) - cost(shown(one)) == 4000
    picture = send_file(b"\x89PNG" + bytes(12) + (75).to_bytes(4) + (100).to_bytes(4), "a.png").json["id"]
    assert cost(shown(picture, "image")) - cost(shown("")[1:]) == 10


@pytest.mark.parametrize("stream", [False, True])
def test_a_file_that_is_not_there_refuses_the_message(say, body, stream):
    for content in (shown("file_x"), [{"type": "container_upload", "file_id": "file_x"}]):
        answer = say(body(content, stream=stream))
        assert (answer.status, answer.json["error"]["message"]) == (404, "File `file_x` not found.")


def test_a_file_beside_which_time_has_passed_is_gone(send_file, say, body, monkeypatch):
    from understudy.dialects.anthropic import uploads

    monkeypatch.setattr(uploads, "_SOONEST", 0)
    answer = say(body(shown(send_file(expires_in_seconds="0").json["id"])))
    assert (answer.status, answer.json["error"]["details"]) == (404, {"error_code": "file_expired"})


@pytest.mark.parametrize(("name", "kind"), [("a.txt", "image"), ("a.png", "document"), ("a.csv", "document")])
def test_a_block_shows_only_files_of_its_type(send_file, refusal, body, name, kind):
    assert f"which {kind} blocks do not show" in refusal(body(shown(send_file(name=name).json["id"], kind)))


def test_leniently_it_counts_as_any_other(engine, say, body):
    assert say(body(shown("file_x")), to=engine(validation="lenient")).status == 200


def test_files_are_found_in_results_of_tools():
    result = {"type": "tool_result", "tool_use_id": "t", "content": shown("file_b", "image")}
    value = {"messages": [{"role": "user", "content": [*shown("file_a"), result]}, {"role": "user", "content": "text"}, 5]}
    assert [block["source"]["file_id"] for block in blocks_with_files(value)] == ["file_a", "file_b"]
