"""What SGLang says of text completions, and of the length of answers."""

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


LONG = {"max_tokens": 300, "min_tokens": 300, "ignore_eos": True}
ASKED = [("/sglang/v1/chat/completions", {"messages": [{"role": "user", "content": "hi"}]}), (PATH, {"prompt": "a"})]


@pytest.mark.parametrize(("path", "body"), ASKED, ids=["chat", "completion"])
def test_an_answer_that_is_made_up_is_as_long_as_is_asked(ask, engine, path, body):
    server = engine(reply="generate", token_mean=50, token_stddev=0)
    for wishes, tokens, reason in (
        (LONG, 300, "length"),
        ({"max_tokens": 300, "min_tokens": 200}, 200, "stop"),
        ({"max_tokens": 300}, 50, "stop"),
    ):
        answer = ask({"model": "m", **body, **wishes}, path, to=server).json
        assert (answer["usage"]["completion_tokens"], answer["choices"][0]["finish_reason"]) == (tokens, reason)


@pytest.mark.parametrize(("path", "body"), ASKED, ids=["chat", "completion"])
def test_an_answer_cannot_be_longer_than_it_may_be(ask, engine, path, body):
    wanted = {"model": "m", **body, "max_tokens": 2, "min_tokens": 3}
    answer = ask(wanted, path)
    assert (answer.status, answer.json["type"]) == (400, "BadRequestError")
    assert answer.json["message"] == "min_new_tokens must be in [0, max_new_tokens(2)], got 3."
    assert ask(wanted, path, to=engine(validation="lenient")).status == 200


@pytest.mark.parametrize("missing", ["model", "messages"])
def test_a_chat_needs_its_members(ask, missing):
    body = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
    del body[missing]
    answer = ask(body, "/sglang/v1/chat/completions")
    assert (answer.status, answer.json["message"]) == (400, f"Field required: {missing}")
