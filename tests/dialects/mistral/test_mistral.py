"""Errors of Mistral that are not in the golden cases."""

from __future__ import annotations

PATH = "/mistral/v1/chat/completions"


def test_what_stands_before_the_api_has_documents_of_its_own(ask, engine, chat):
    wrong = ask(chat(), PATH, to=engine(api_keys=["right"]), headers={"authorization": "Bearer wrong-and-long"})
    assert (wrong.status, wrong.json) == (401, {"detail": "Unauthorized"})
    nowhere = ask(b"", "/mistral/v1/chat/models", method="GET")
    assert (nowhere.status, nowhere.json["message"]) == (404, "no Route matched with those values")
    assert nowhere.json["request_id"].startswith("req_")


def test_a_model_that_is_not_there_is_a_bad_request(ask, engine, chat):
    answer = ask(chat(model="other"), PATH, to=engine(only_listed_models=True, models="mine"))
    told = (answer.json["message"], answer.json["type"], answer.json["code"])
    assert (answer.status, *told) == (400, "Invalid model: other", "invalid_model", "1500")


def test_a_prompt_that_does_not_fit_is_counted(ask, engine, chat):
    answer = ask(chat("word " * 50), PATH, to=engine("faults: [{kind: context_length, limit: 10}]"))
    assert (answer.status, answer.json["code"]) == (400, "3051")
    assert answer.json["message"].endswith("tokens and 0 draft tokens, too large for model with 10 maximum context length")


def test_an_error_in_a_stream_has_no_identifier(ask, engine, chat):
    server = engine("faults: [{kind: error-event, error: not_found}]")
    last = ask(chat(stream=True), PATH, to=server).body.decode().split("data: ")[-1]
    assert "no Route matched" in last
    assert "request_id" not in last
