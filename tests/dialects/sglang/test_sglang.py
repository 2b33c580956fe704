"""What SGLang says of text completions."""

from __future__ import annotations

import pytest

PATH = "/sglang/v1/completions"
SCRIPT = "rules: [{reply: 'one two'}]"


@pytest.mark.parametrize("prompt", ["", [], [""], [[]], [0]], ids=repr)
def test_a_prompt_may_not_be_empty(ask, prompt):
    answer = ask({"model": "m", "prompt": prompt}, PATH)
    told = {"object": "error", "message": "Prompt cannot be empty", "type": "BadRequestError", "param": None, "code": 400}
    assert (answer.status, answer.json) == (400, told)


@pytest.mark.parametrize("missing", ["model", "prompt"])
def test_a_completion_needs_its_members(ask, missing):
    body = {"model": "m", "prompt": "a"}
    del body[missing]
    answer = ask(body, PATH)
    assert (answer.status, answer.json["message"]) == (400, f"Field required: {missing}")


@pytest.mark.parametrize("body", [b"", b"{", b"[]"])
def test_a_body_that_is_none_is_refused_as_that_of_a_chat(ask, body):
    found, chat = ask(body, PATH), ask(body, "/sglang/v1/chat/completions")
    assert (found.status, found.json) == (chat.status, chat.json)
    assert found.status == 400


@pytest.mark.parametrize("prompt", [["a b", "c"], [[64, 287], [66]]], ids=["texts", "tokens"])
def test_each_choice_echoes_its_own_prompt(ask, engine, prompt):
    server, wanted = engine(SCRIPT), ["a bone two", "cone two"]
    body = {"model": "m", "prompt": prompt, "echo": True}
    assert [choice["text"] for choice in ask(body, PATH, to=server).json["choices"]] == wanted
    said = ["", ""]
    for chunk in ask({**body, "stream": True}, PATH, to=server).chunks:
        for choice in chunk["choices"]:
            said[choice["index"]] += choice["text"]
    assert said == wanted


def test_an_echo_is_that_of_its_request(ask, engine):
    server = engine(SCRIPT)
    said = [ask({"model": "m", "prompt": prompt, "echo": True, "stream": True}, PATH, to=server).text() for prompt in "ab"]
    assert said == ["aone two", "bone two"]


def test_a_cut_is_told_with_the_last_token_of_completions_and_behind_that_of_chats(ask, engine, chat):
    server = engine(SCRIPT)
    body = {"model": "m", "prompt": "a", "stream": True, "max_tokens": 1}
    (choice,) = [choice for chunk in ask(body, PATH, to=server).chunks for choice in chunk["choices"]]
    assert (choice["text"], choice["finish_reason"], choice["matched_stop"]) == ("one", "length", None)
    *_, said, last = ask(chat(stream=True, max_tokens=1), "/sglang/v1/chat/completions", to=server).chunks
    assert (said["choices"][0]["delta"], said["choices"][0]["finish_reason"]) == ({"content": "one"}, None)
    assert (last["choices"][0]["delta"], last["choices"][0]["finish_reason"]) == ({}, "length")
