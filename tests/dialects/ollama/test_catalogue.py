"""The catalogue changes: what was fetched or copied is there, what was deleted is not. It begins with the listed models."""

from __future__ import annotations

import pytest

SHIPPED = ["llama3.2:latest", "qwen3:8b", "nomic-embed-text:latest"]


def test_a_fetched_model_is_the_first_of_the_list(server):
    ollama = server()
    assert ollama.names() == SHIPPED
    steps = ollama.statuses("pull", {"model": "gemma3"})
    assert (steps[0], steps[-3:]) == ("pulling manifest", ["verifying sha256 digest", "writing manifest", "success"])
    assert ollama.names() == ["gemma3:latest", *SHIPPED]
    (entry, *_) = ollama.post("tags", method="GET").json["models"]
    assert (entry["modified_at"], entry["details"]["family"]) == ("2027-01-15T08:00:00Z", "gemma3")


def test_what_is_there_already_is_fetched_at_once(server):
    ollama = server()
    first = [line for line in ollama.lines("pull", {"model": "gemma3"}) if "digest" in line]
    again = [line for line in ollama.lines("pull", {"model": "gemma3:latest"}) if "digest" in line]
    assert (first[0].get("completed"), len(first)) == (None, 5)
    assert [line["completed"] for line in again] == [again[0]["total"]]
    assert ollama.names().count("gemma3:latest") == 1


def test_a_fetch_that_broke_off_leaves_nothing(server):
    ollama = server("faults: [{kind: error-event, status: 500, at: {event: 3}}]")
    assert ollama.lines("pull", {"model": "gemma3"})[-1] == {"error": "internal server error"}
    assert ollama.names() == SHIPPED


def test_a_copy_is_a_model_of_its_own(server):
    ollama = server()
    assert ollama.post("copy", {"source": "qwen3:8b", "destination": "me/mine"}).status == 200
    assert ollama.names()[0] == "me/mine:latest"
    digests = {model["name"]: model["digest"] for model in ollama.post("tags", method="GET").json["models"]}
    assert digests["me/mine:latest"] == digests["qwen3:8b"]
    ollama.post("delete", {"model": "qwen3:8b"}, method="DELETE")
    assert ollama.names() == ["me/mine:latest", "llama3.2:latest", "nomic-embed-text:latest"]


def test_vectors_of_a_copy_are_as_long_as_those_of_its_original(server):
    ollama = server(models=["all-minilm"])
    ollama.post("copy", {"source": "all-minilm", "destination": "mine"})
    assert [len(vector) for vector in ollama.post("embed", {"model": "mine", "input": "a"}).json["embeddings"]] == [384]


def test_a_deleted_model_is_nowhere_until_it_is_fetched_again(server):
    ollama = server()
    assert ollama.chat("llama3.2").status == 200
    assert ollama.post("delete", {"model": "llama3.2"}, method="DELETE").status == 200
    assert ollama.names() == SHIPPED[1:]
    assert ollama.names("ps") == []
    assert ollama.says("chat", {"model": "llama3.2", "messages": []}) == (404, "model 'llama3.2' not found")
    assert ollama.says("generate", {"model": "llama3.2"}) == (404, "model 'llama3.2' not found")
    assert ollama.says("show", {"model": "llama3.2"}) == (404, "model 'llama3.2:latest' not found")
    wanted = (404, 'model "llama3.2" not found, try pulling it first')
    assert ollama.says("embed", {"model": "llama3.2", "input": "a"}) == wanted
    assert ollama.says("embeddings", {"model": "llama3.2", "prompt": "a"}) == wanted
    ollama.post("pull", {"model": "llama3.2", "stream": False})
    assert ollama.chat("llama3.2").status == 200


def test_a_fetched_model_that_was_deleted_is_gone_too(server):
    ollama = server()
    ollama.post("pull", {"model": "gemma3"})
    ollama.post("delete", {"model": "gemma3"}, method="DELETE")
    assert ollama.chat("Gemma3:latest").status == 404
    ollama.post("create", {"model": "gemma3", "from": "llama3.2"})
    assert ollama.chat("gemma3").status == 200


def test_only_what_is_in_the_catalogue_is_deleted_and_copied(server):
    ollama = server()
    answer = ollama.post("delete", {"model": "nobody"}, method="DELETE")
    assert (answer.status, answer.json) == (404, {"error": "model 'nobody' not found"})
    assert ollama.says("copy", {"source": "nobody", "destination": "b"}) == (404, 'model "nobody" not found')
    lenient = server(validation="lenient")
    assert lenient.post("delete", {"model": "nobody"}, method="DELETE").status == 200
    assert lenient.post("copy", {"source": "nobody", "destination": "b"}).status == 200


def test_any_model_answers_unless_the_list_is_closed(server):
    assert server().chat("never-fetched").status == 200
    closed = server(only_listed_models=True, models=["qwen3:8b"])
    assert closed.chat("qwen3:8b").status == 200
    assert closed.says("chat", {"model": "gemma3", "messages": []}) == (404, "model 'gemma3' not found")
    closed.post("pull", {"model": "gemma3"})
    assert closed.chat("gemma3").status == 200


def test_only_what_is_there_is_sent_away(server):
    ollama = server()
    assert ollama.statuses("push", {"model": "qwen3:8b"})[-2:] == ["pushing manifest", "success"]
    *_, before, last = ollama.lines("push", {"model": "me/nobody"})
    assert before == {"status": "couldn't retrieve manifest"}
    assert last["error"].endswith("manifests/registry.ollama.ai/me/nobody/latest: no such file or directory")
    assert ollama.post("push", {"model": "nobody", "stream": False}).status == 500


def test_sessions_have_catalogues_of_their_own_and_a_reset_empties_them(server):
    ollama = server()
    other = {"x-understudy-session": "other"}
    ollama.post("pull", {"model": "gemma3"}, headers=other)
    ollama.post("delete", {"model": "qwen3:8b"}, method="DELETE", headers=other)
    assert ollama.names(headers=other) == ["gemma3:latest", "llama3.2:latest", "nomic-embed-text:latest"]
    assert ollama.names() == SHIPPED
    ollama.engine.state.reset("other")
    assert ollama.names(headers=other) == SHIPPED


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("chat", {"messages": []}, 400, "model is required"),
        ("generate", {}, 404, "model '' not found"),
        ("embed", {"input": "a"}, 404, "model '' not found"),
        ("embeddings", {"prompt": "a"}, 400, "model is required"),
        ("show", {}, 400, "model is required"),
        ("push", {}, 400, "model is required"),
        ("pull", {}, 400, "invalid model name"),
        ("create", {"from": "a"}, 400, "invalid model name"),
        ("chat", {"model": "a b"}, 400, "invalid model name"),
        ("pull", {"model": "a:b:c"}, 400, "invalid model name"),
        ("copy", {"destination": "b"}, 400, 'source "" is invalid'),
        ("copy", {"source": "a", "destination": "b@"}, 400, 'destination "b@" is invalid'),
        ("embed", {"model": "m", "input": [1]}, 400, "invalid input type"),
        ("chat", {"model": "nomic-embed-text", "messages": [{}]}, 400, '"nomic-embed-text" does not support chat'),
        ("generate", {"model": "all-minilm", "prompt": "a"}, 400, '"all-minilm" does not support generate'),
        (
            "generate",
            {"model": "m", "raw": True, "context": [1]},
            400,
            "raw mode does not support template, system, or context",
        ),
    ],
)
def test_what_the_server_refuses_is_refused_in_its_words(server, path, body, status, error):
    assert server().says(path, body) == (status, error)


def test_a_wrong_name_is_not_deleted(server):
    answer = server().post("delete", {"model": "a b"}, method="DELETE")
    assert (answer.status, answer.json) == (400, {"error": 'name "a b" is invalid'})
