"""vLLM's models and adapters, its sleep, and the one path that stands for all."""

from __future__ import annotations

import pytest

ADAPTER = {"lora_name": "sql", "lora_path": "/adapters/sql"}


@pytest.fixture
def vllm(ask, engine):
    server = engine(only="vllm")
    return lambda body, path, **head: ask(body, path, to=server, **head)


def models(vllm, **head):
    return {card["id"]: card for card in vllm(b"", "/v1/models", method="GET", **head).json["data"]}


def test_an_adapter_is_listed_until_it_is_unloaded(vllm):
    answer = vllm(ADAPTER, "/v1/load_lora_adapter")
    assert (answer.status, answer.body) == (200, b"Success: LoRA adapter 'sql' added successfully.")
    card = models(vllm)["sql"]
    assert (card["root"], card["parent"]) == ("/adapters/sql", "meta-llama/Llama-3.1-8B-Instruct")
    assert "sql" not in models(vllm, headers={"x-understudy-session": "other"})
    answer = vllm({"lora_name": "sql"}, "/v1/unload_lora_adapter")
    assert (answer.status, answer.body) == (200, b"Success: LoRA adapter 'sql' removed successfully.")
    assert list(models(vllm)) == ["meta-llama/Llama-3.1-8B-Instruct", "Qwen/Qwen3-8B"]


def test_an_adapter_is_loaded_twice_only_in_place(vllm):
    vllm(ADAPTER, "/v1/load_lora_adapter")
    answer = vllm(ADAPTER, "/v1/load_lora_adapter")
    assert (answer.status, answer.json["error"]["type"]) == (400, "InvalidUserInput")
    assert answer.json["error"]["message"].startswith("The lora adapter 'sql' has already been loaded.")
    assert vllm({**ADAPTER, "lora_path": "b", "load_inplace": True}, "/v1/load_lora_adapter").status == 200
    assert models(vllm)["sql"]["root"] == "b"


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        ("load", {"lora_name": "a"}, 400, "Both 'lora_name' and 'lora_path' must be provided."),
        ("unload", {}, 400, "'lora_name' needs to be provided to unload a LoRA adapter."),
        ("unload", {"lora_name": "a"}, 404, "The lora adapter 'a' cannot be found."),
    ],
)
def test_what_no_adapter_is_is_refused(vllm, path, body, status, message):
    answer = vllm(body, f"/v1/{path}_lora_adapter")
    assert (answer.status, answer.json["error"]["message"]) == (status, message)


def test_the_server_sleeps_until_it_is_woken(vllm):
    def sleeps():
        return vllm(b"", "/is_sleeping", method="GET").json["is_sleeping"]

    assert sleeps() is False
    assert vllm(b"", "/sleep?level=1").status == 200
    assert sleeps() is True
    assert vllm(b"", "/wake_up").status == 200
    assert sleeps() is False


@pytest.mark.parametrize(("method", "path"), [("GET", "/ping"), ("POST", "/ping"), ("GET", "/health"), ("GET", "/load")])
def test_it_says_that_it_is_well(vllm, method, path):
    assert vllm(b"", path, method=method).status == 200


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"messages": [{"role": "user", "content": "hi"}]}, "chat.completion"),
        ({"prompt": "hi"}, "text_completion"),
        ({"model": "m", "input": "hi"}, "list"),
        ({"text_1": "a", "text_2": "b"}, "list"),
    ],
)
def test_one_path_stands_for_all(vllm, body, kind):
    answer = vllm(body, "/invocations").json
    assert (answer["object"], answer["usage"]["prompt_tokens"] > 0) == (kind, True)


def test_a_ranking_is_invoked_too(vllm):
    found = vllm({"query": "a", "documents": ["b", "a"]}, "/invocations").json["results"]
    assert [entry["index"] for entry in found] == [1, 0]


def test_what_nobody_takes_is_refused(vllm):
    answer = vllm({"a": 1}, "/invocations")
    assert (answer.status, answer.json["error"]["message"][:41]) == (400, "Cannot find suitable handler for request.")
