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


CHAT = ("/v1/chat/completions", {"messages": [{"role": "user", "content": "hi"}]})
ASKED = [
    CHAT,
    ("/v1/chat/completions", {**CHAT[1], "stream": True}),
    ("/v1/completions", {"prompt": "hi"}),
    ("/v1/embeddings", {"input": "hi"}),
    ("/invocations", CHAT[1]),
    ("/rerank", {"query": "a", "documents": ["b"]}),
    ("/score", {"text_1": "a", "text_2": "b"}),
    ("/classify", {"input": "a"}),
    ("/pooling", {"input": "a"}),
    ("/tokenize", {"prompt": "a"}),
    ("/detokenize", {"tokens": [1]}),
]


@pytest.fixture
def closed(ask, engine):
    server = engine("rules: [{when: {user: no}, reply: {error: 500}}]", only="vllm", only_listed_models=True)
    return lambda body, path, **head: ask(body, path, to=server, **head)


@pytest.mark.parametrize(("path", "body"), ASKED, ids=[f"{at} {path}" for at, (path, _) in enumerate(ASKED)])
def test_a_closed_catalogue_answers_for_adapters(closed, path, body):
    wanted, told = {"model": "sql", **body}, "The model `sql` does not exist."
    for _ in range(2):
        refused = closed(wanted, path)
        assert (refused.status, refused.json["error"]["message"]) == (404, told)
        closed(ADAPTER, "/v1/load_lora_adapter")
        for _ in range(2):  # what was read of a body is kept
            assert closed(wanted, path).status == 200
        assert closed(wanted, path, headers={"x-understudy-session": "other"}).status == 404
        assert closed({**body, "model": "Qwen/Qwen3-8B"}, path).status == 200
        closed({"lora_name": "sql"}, "/v1/unload_lora_adapter")


def test_a_model_that_is_not_served_is_refused_whatever_a_rule_says(closed):
    path, body = CHAT[0], {"model": "sql", "messages": [{"role": "user", "content": "no"}]}
    assert closed(body, path).status == 404
    closed(ADAPTER, "/v1/load_lora_adapter")
    assert closed(body, path).status == 500


@pytest.mark.parametrize("only_listed", [False, True])
def test_an_adapter_is_told_of_as_it_is_listed(ask, engine, only_listed):
    server = engine(only="vllm", only_listed_models=only_listed)
    ask(ADAPTER, "/v1/load_lora_adapter", to=server)
    cards = ask(b"", "/v1/models", method="GET", to=server).json["data"]
    assert [ask(b"", f"/v1/models/{card['id']}", method="GET", to=server).json for card in cards] == cards
    other = ask(b"", "/v1/models/other", method="GET", to=server)
    assert (other.status, other.json.get("root")) == ((404, None) if only_listed else (200, "other"))


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
