"""What of Together is not in the golden cases."""

from __future__ import annotations


def test_the_catalogue_is_a_bare_list(ask):
    listed = ask(b"", "/together/v1/models", method="GET").json
    kinds = {model["id"]: (model["type"], model["organization"]) for model in listed}
    assert kinds["deepseek-ai/DeepSeek-R1"] == ("chat", "deepseek-ai")
    assert kinds["BAAI/bge-large-en-v1.5"][0] == "embedding"


def test_completions_have_objects_of_their_own(ask):
    body = {"model": "m", "prompt": "hi"}
    whole = ask(body, "/together/v1/completions").json
    assert (whole["object"], whole["prompt"], next(iter(whole["choices"][0]))) == ("text.completion", [], "text")
    assert ask({**body, "stream": True}, "/together/v1/completions").chunks[0]["object"] == "completion.chunk"


def test_a_wrong_key_and_a_model_that_is_not_there(ask, engine, chat):
    server = engine(api_keys=["right"], only_listed_models=True, models="mine")
    path = "/together/v1/chat/completions"
    wrong = ask(chat(), path, to=server, headers={"authorization": "Bearer wrong"}).json
    assert wrong["error"]["code"] == "invalid_api_key"
    missing = ask(chat(model="other"), path, to=server, headers={"authorization": "Bearer right"}).json
    assert missing["error"]["code"] == "model_not_available"
