"""What of Text Generation Inference is not in the golden cases."""

from __future__ import annotations

import json

import pytest

UNFIT = "Failed to deserialize the JSON body into the target type: "
NO_FORM = "data did not match any variant of untagged enum PromptDeserializer"
NO_PROMPT = "Empty array detected. Do not use an empty array for the prompt."


@pytest.fixture
def generate(ask, engine):
    """Ask for a text of three tokens, by parameters."""
    server = engine("rules: [{reply: one two three}]")
    return lambda path="generate", **wanted: ask({"inputs": "a b", "parameters": wanted}, f"/tgi/{path}", to=server)


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


def test_a_cut_is_told_with_the_last_token(ask, engine, chat):
    server, completion = engine("rules: [{reply: one two}]"), {"model": "m", "prompt": "a"}
    for path, body in (("chat/completions", chat()), ("completions", completion)):
        found = ask({**body, "stream": True, "max_tokens": 1}, f"/tgi/v1/{path}", to=server)
        (choice,) = [choice for chunk in found.chunks for choice in chunk["choices"]]
        assert (found.text(), choice["finish_reason"]) == ("one", "length")


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
    answer = ask(chat(), "/tgi/v1/chat/completions", to=server)
    bounds = "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4096 `inputs` tokens and 1 `max_new_tokens`"
    wanted = {"error": f"Input validation error: {bounds}", "error_type": "validation"}
    assert (answer.status, answer.json) == (422, wanted)


def test_the_tokens_of_the_prompt_are_told_on_demand(generate):
    details = generate(details=True, decoder_input_details=True).json["details"]
    assert [token["text"] for token in details["prefill"]] == ["a", " b"]
    assert (details["prefill"][0]["logprob"], details["prefill"][1]["logprob"] < 0) == (None, True)
    assert generate(details=True).json["details"]["prefill"] == []


def test_the_likeliest_tokens_are_told_on_demand(generate):
    details = generate(details=True, top_n_tokens=2).json["details"]
    assert [(len(top), top[0]["text"]) for top in details["top_tokens"]] == [(2, "one"), (2, " two"), (2, " three")]
    events = [json.loads(line[5:]) for line in generate("generate_stream", top_n_tokens=1).body.decode().split("\n\n") if line]
    assert [event["top_tokens"][0]["text"] for event in events] == ["one", " two", " three"]
    assert "top_tokens" not in generate("generate_stream").body.decode()


def test_leniently_no_more_of_them_are_told_than_the_server_does(ask, engine):
    body = {"inputs": "hi", "parameters": {"details": True, "top_n_tokens": 100_000}}
    details = ask(body, "/tgi/generate", to=engine("rules: [{reply: one two}]", validation="lenient")).json["details"]
    assert [len(top) for top in details["top_tokens"]] == [5, 5]


def test_nothing_is_said_of_a_path_that_is_not_there(ask):
    nowhere, wrong = ask(b"", "/tgi/nowhere", method="GET"), ask(b"", "/tgi/generate", method="GET")
    assert [(answer.status, answer.body) for answer in (nowhere, wrong)] == [(404, b""), (405, b"")]
    assert "POST" in wrong.headers["allow"]


@pytest.mark.parametrize(
    ("status", "kind"), [(529, "overloaded"), (503, "overloaded"), (501, "generation"), (422, "validation")]
)
def test_an_error_has_the_kind_that_the_server_has_for_it(ask, engine, status, kind):
    answer = ask({"inputs": "hi"}, "/tgi/generate", to=engine(f"rules: [{{reply: {{error: {status}}}}}]"))
    assert (answer.status, answer.json["error_type"]) == (status, kind)


@pytest.mark.parametrize(
    ("grammar", "said"),
    [
        ({"type": "regex", "value": "x{3}"}, "xxx"),
        ({"type": "json", "value": {"properties": {"a": {"const": 1}}, "required": ["a"]}}, '{"a":1}'),
        (
            {"type": "json_schema", "value": {"name": "n", "schema": {"properties": {"a": {"const": 2}}, "required": ["a"]}}},
            '{"a":2}',
        ),
    ],
)
def test_an_answer_follows_a_grammar(ask, chat, grammar, said):
    assert ask({"inputs": "hi", "parameters": {"grammar": grammar}}, "/tgi/generate").json == {"generated_text": said}
    found = ask(chat(response_format=grammar), "/tgi/v1/chat/completions").json
    assert found["choices"][0]["message"]["content"] == said


def test_instances_are_answered_one_by_one(ask, engine):
    server = engine("rules: [{when: {user: one}, reply: first}, {when: {user: two}, reply: second}, {reply: third}]")
    instances = [{"inputs": "one"}, {"messages": [{"role": "user", "content": "two"}]}, {"inputs": "three"}]
    assert ask({"instances": instances}, "/tgi/vertex", to=server).json == {"predictions": ["first", "second", "third"]}
    answer = ask({"instances": []}, "/tgi/vertex", to=server)
    wanted = {"error": "Input validation error", "error_type": "Input validation error"}
    assert (answer.status, answer.json) == (422, wanted)


REFUSED = [
    ({"temperature": 0}, "`temperature` must be strictly positive"),
    ({"top_p": 1}, "`top_p` must be > 0.0 and < 1.0"),
    ({"top_k": 0}, "`top_k` must be strictly positive"),
    ({"frequency_penalty": 3}, "`frequency_penalty` must be >= -2.0 and <= 2.0"),
    ({"max_new_tokens": 0}, "`max_new_tokens` must be strictly positive"),
    ({"stop": ["a", "b", "c", "d", "e"]}, "`stop` supports up to 4 stop sequences. Given: 5"),
    ({"best_of": 3, "do_sample": True}, "`best_of` must be > 0 and <= 2. Given: 3"),
    ({"best_of": 2}, "you must use sampling when `best_of` is > 1"),
    ({"best_of": 2, "do_sample": True, "seed": 1}, "`seed` must not be set when `best_of` > 1"),
    ({"top_n_tokens": 6}, "`top_n_tokens` must be >= 0 and <= 5. Given: 6"),
    ({"truncate": 0}, "`truncate` must be strictly positive and less than 4095. Given: 0"),
    ({"grammar": {"type": "json", "value": {}}}, "grammar is not valid: Grammar must have a 'properties' field"),
]


@pytest.mark.parametrize(("parameters", "message"), REFUSED)
def test_parameters_out_of_bounds_are_refused_in_the_servers_words(ask, engine, generate, parameters, message):
    answer = generate(**parameters)
    wanted = {"error": f"Input validation error: {message}", "error_type": "validation"}
    assert (answer.status, answer.json) == (422, wanted)
    body = {"inputs": "a", "parameters": parameters}
    assert ask(body, "/tgi/generate", to=engine(validation="lenient")).status == 200


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"best_of": 2}, "`best_of` != 1 is not supported when streaming tokens"),
        ({"decoder_input_details": True}, "`decoder_input_details` == true is not supported when streaming tokens"),
    ],
)
def test_what_no_stream_has_is_refused(generate, parameters, message):
    assert generate("generate_stream", **parameters).json["error"] == f"Input validation error: {message}"


def test_what_chats_and_completions_may_not_have_is_refused(ask, chat):
    tool = {"type": "function", "function": {"name": "f"}}
    body = chat(tools=[tool], response_format={"type": "regex", "value": "a"})
    answer = ask(body, "/tgi/v1/chat/completions")
    wanted = {"error": "Tool error: Grammar and tools are mutually exclusive", "error_type": "tool_error"}
    assert (answer.status, answer.json) == (422, wanted)
    assert ask({"prompt": "a", "suffix": "b"}, "/tgi/v1/completions").json["error_type"] == "suffix not supported"
    assert ask({"prompt": ["a"] * 5}, "/tgi/v1/completions").json["error_type"] == "batch size exceeded"
    assert ask(chat(temperature=0), "/tgi/v1/chat/completions").status == 200


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("generate", b"x", 400, "Failed to parse the request body as JSON: expected value at line 1 column 1"),
        ("generate", b"{}", 422, UNFIT + "missing field `inputs` at line 1 column 2"),
        ("v1/chat/completions", b'{"model": "m"}', 422, UNFIT + "missing field `messages` at line 1 column 14"),
        ("v1/completions", b'{"prompt": [5, 6]}', 422, UNFIT + f"prompt: {NO_FORM} at line 1 column 17"),
        ("v1/completions", b'{"prompt": []}', 422, UNFIT + f"prompt: {NO_PROMPT} at line 1 column 13"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_in_plain_text(ask, path, body, status, words):
    answer = ask(body, f"/tgi/{path}")
    assert (answer.status, answer.body.decode()) == (status, words)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_what_it_says_of_its_bounds_is_what_it_refuses(ask):
    found = ask(b"", "/tgi/info", method="GET").json
    assert (found["max_total_tokens"], found["max_input_tokens"], found["max_best_of"]) == (4096, 4095, 2)


@pytest.mark.parametrize("path", ["generate", "generate_stream", "", "invocations", "tokenize"])
def test_a_server_of_one_model_is_not_asked_for_it(ask, engine, path):
    assert ask({"inputs": "hi"}, f"/tgi/{path}", to=engine(only_listed_models=True)).status == 200
