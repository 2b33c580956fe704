"""What a server saw, as a file."""

import json

import pytest

from understudy import Understudy


def test_calls_as_lines(server, chat, tmp_path):
    server.on(user="sky").reply("blue")
    server.on(user="busy").fail(429, message="not now")
    for user in ("sky", "sky", "busy"):
        chat(server, user, headers={"authorization": "Bearer sk-abcdefghijklmnopqrstuvwxyz"})
    assert server.export(tmp_path / "calls.jsonl") == 3
    text = (tmp_path / "calls.jsonl").read_text()
    found = [json.loads(line) for line in text.splitlines()]
    assert [call["understood"]["user"] for call in found] == ["sky", "sky", "busy"]
    assert [call["status"] for call in found] == [200, 200, 429]
    assert found[1]["reply"] == {"text": "blue"}
    assert found[2]["reply"]["error"]["message"] == "not now"
    assert "abcdefgh" not in text


def test_calls_as_an_archive(server, chat, tmp_path):
    server.on(user="sky").reply("blue")
    got = chat(server, "sky")
    chat(server, "sky", stream=True)
    assert server.export(tmp_path / "calls.har") == 2
    whole, stream = json.loads((tmp_path / "calls.har").read_text())["log"]["entries"]
    assert json.loads(whole["response"]["content"]["text"]) == got.json
    assert stream["response"]["content"]["text"].endswith("data: [DONE]\n\n")


def test_a_session_alone(server, chat, tmp_path):
    with server.session("a") as session:
        chat(session, "hello")
        chat(server, "hello")
        assert session.export(tmp_path / "a.txt", form="jsonl") == 1


def test_calls_under_way_are_not_over(chat, tmp_path):
    with Understudy() as server:
        assert server.export(tmp_path / "none.har") == 0
        assert json.loads((tmp_path / "none.har").read_text())["log"]["entries"] == []


def test_a_form_that_is_none(server, tmp_path):
    with pytest.raises(ValueError, match=r"expected a file that ends in .jsonl or .har. Or say form=."):
        server.export(tmp_path / "calls.xml")
    with pytest.raises(ValueError, match=r"^export form 'xml': expected jsonl or har.$"):
        server.export(tmp_path / "calls.har", "xml")
