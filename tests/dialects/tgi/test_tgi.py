"""What of Text Generation Inference is not in the golden cases."""

from __future__ import annotations


def test_the_root_answers_a_list_of_one(ask):
    assert ask({"inputs": "hi", "parameters": {}}, "/tgi/").json[0]["generated_text"]


def test_the_root_says_that_all_is_well(ask):
    for path in ("/tgi/", "/tgi/health", "/tgi/ping"):
        assert ask(b"", path, method="GET").status == 200


def test_the_prompt_stands_before_the_text_when_it_is_asked_for(ask, engine):
    server = engine("rules: [{reply: and more}]")
    body = {"inputs": "one ", "parameters": {"return_full_text": True}}
    assert ask(body, "/tgi/generate", to=server).json == {"generated_text": "one and more"}


def test_a_stream_tells_details_when_it_is_asked_to(ask, engine):
    server = engine("rules: [{reply: one two}]")
    body = {"inputs": "hi", "parameters": {"details": True}}
    last = ask(body, "/tgi/generate_stream", to=server).body.decode().split("data:")[-1]
    assert '"details":{"finish_reason":"eos_token","generated_tokens":2,"seed":null,"input_length":' in last


def test_tokens_tell_where_they_stand(ask):
    tokens = ask({"inputs": "one two"}, "/tgi/tokenize").json
    assert [(token["text"], token["start"], token["stop"]) for token in tokens] == [("one", 0, 3), (" two", 3, 7)]


def test_a_call_ends_as_a_text_does(ask, engine, chat):
    server = engine("rules: [{reply: {tool_calls: [{name: f, arguments: {}}]}}]")
    (choice,) = ask(chat(), "/tgi/v1/chat/completions", to=server).json["choices"]
    assert (choice["finish_reason"], "content" in choice["message"]) == ("stop", False)
    assert choice["message"]["tool_calls"][0]["id"] == "0"


def test_a_stop_sequence_is_told_apart(ask, engine, chat):
    server = engine("rules: [{reply: one END two}]")
    for stream in (False, True):
        answer = ask(chat(stop=["END"], stream=stream), "/tgi/v1/chat/completions", to=server)
        choice = answer.chunks[-1]["choices"][0] if stream else answer.json["choices"][0]
        assert choice["finish_reason"] == "stop_sequence"


def test_the_catalogue_names_no_owner(ask):
    (model,) = ask(b"", "/tgi/v1/models", method="GET").json["data"]
    assert (model["created"], model["owned_by"]) == (0, model["id"])


def test_a_conversation_is_tokenized_as_the_model_reads_it(ask, chat):
    found = ask(chat("one two"), "/tgi/chat_tokenize").json
    assert found["templated_text"] == "<|user|>\none two\n<|assistant|>\n"
    assert "".join(token["text"] for token in found["tokenize_response"]) == found["templated_text"]
    assert found["tokenize_response"][-1]["stop"] == len(found["templated_text"])


def test_an_invocation_is_a_chat_a_completion_or_a_text(ask, engine, chat):
    server = engine("rules: [{reply: one two}]")
    said = ask(chat(), "/tgi/invocations", to=server).json
    assert said["choices"][0]["message"]["content"] == "one two"
    completed = ask({"prompt": "hi", "model": "m"}, "/tgi/invocations", to=server).json
    assert completed["choices"][0]["text"] == "one two"
    assert ask({"inputs": "hi"}, "/tgi/invocations", to=server).json == [{"generated_text": "one two"}]
    assert ask(chat(stream=True), "/tgi/invocations", to=server).text() == "one two"


def test_a_prompt_that_does_not_fit_is_refused_in_the_servers_words(ask, engine, chat):
    server = engine("rules: [{reply: {error: context_length}}]")
    said = ask(chat(), "/tgi/v1/chat/completions", to=server).json["error"]
    assert said == "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4096 `inputs` tokens and 1 `max_new_tokens`"
