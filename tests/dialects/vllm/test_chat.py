"""What vLLM's own parameters do to chats and completions."""

from __future__ import annotations

import pytest

CHAT, COMPLETION = "/vllm/v1/chat/completions", "/vllm/v1/completions"
SCRIPT = "rules: [{reply: 'one two three'}]"


@pytest.fixture
def numbers(ask):
    """The tokens of a text, as `/tokenize` has them."""
    return lambda text: ask({"prompt": text}, "/tokenize").json["tokens"]


@pytest.fixture
def said(ask, engine, chat):
    server = engine(SCRIPT)
    return lambda **body: ask(chat(**body), CHAT, to=server)


@pytest.fixture
def completed(ask, engine):
    server = engine(SCRIPT)
    return lambda **body: ask({"model": "m", "prompt": "a b", **body}, COMPLETION, to=server)


@pytest.mark.parametrize(
    ("body", "fits"),
    [
        ({"structured_outputs": {"choice": ["red", "green"]}}, {"red", "green"}),
        ({"guided_choice": ["red", "green"]}, {"red", "green"}),
        ({"structured_outputs": {"json": {"enum": [3]}}}, {"3"}),
        ({"guided_json": '{"enum": [4]}'}, {"4"}),
        ({"structured_outputs": {"regex": "x{3}"}}, {"xxx"}),
        ({"guided_regex": "(ab){2}"}, {"abab"}),
    ],
)
def test_an_answer_has_the_form_asked_for(ask, chat, body, fits):
    assert ask(chat(**body), CHAT).json["choices"][0]["message"]["content"] in fits
    assert ask(chat(**body, stream=True), CHAT).text() in fits
    completed = ask({"model": "a", "prompt": "tell me", **body}, CHAT.replace("chat/", ""))
    assert completed.json["choices"][0]["text"] in fits


def test_a_choice_is_what_the_prompt_speaks_of(ask, chat):
    body = chat("the grass is green", structured_outputs={"choice": ["red", "green"]})
    assert ask(body, CHAT).json["choices"][0]["message"]["content"] == "green"


def test_what_a_rule_says_keeps_its_quotes(ask, engine, chat):
    server = engine("rules: [{reply: '\"blue\"'}]")
    body = chat(structured_outputs={"choice": ["red"]})
    assert ask(body, CHAT, to=server).json["choices"][0]["message"]["content"] == '"blue"'


def test_the_stop_string_is_said_on_demand(said, completed):
    wish = {"stop": [" two"], "include_stop_str_in_output": True}
    (choice,) = said(**wish).json["choices"]
    assert (choice["message"]["content"], choice["stop_reason"]) == ("one two", " two")
    assert said(stop=[" two"]).json["choices"][0]["message"]["content"] == "one"
    assert said(**wish, stream=True).text() == "one two"
    assert completed(**wish).json["choices"][0]["text"] == "one two"
    assert completed(**wish, stream=True).text() == "one two"


def test_tokens_come_as_numbers_on_demand(said, completed, numbers):
    wanted = numbers("one two three")
    whole = said(return_token_ids=True).json
    assert (whole["choices"][0]["token_ids"], whole["prompt_token_ids"]) == (wanted, numbers("<|user|>\nhi\n<|assistant|>\n"))
    (choice,) = completed(return_token_ids=True).json["choices"]
    assert (choice["token_ids"], choice["prompt_token_ids"]) == (wanted, numbers("a b"))
    assert said().json["choices"][0]["token_ids"] is None


def test_a_stream_brings_the_numbers_of_what_it_says(said, completed, numbers):
    for answer, holder in ((said, lambda chunk: chunk), (completed, lambda chunk: chunk["choices"][0])):
        chunks = answer(return_token_ids=True, stream=True).chunks
        ids = [number for chunk in chunks for number in chunk["choices"][0]["token_ids"]]
        assert ids == numbers("one two three")
        assert ["prompt_token_ids" in holder(chunk) for chunk in chunks] == [True] + [False] * (len(chunks) - 1)


def test_each_prompt_has_the_odds_of_its_own(completed, numbers):
    choices = completed(prompt=["a b", "c"], n=2, prompt_logprobs=1).json["choices"]
    assert [len(choice["prompt_logprobs"]) for choice in choices] == [2, 2, 1, 1]
    assert list(choices[0]["prompt_logprobs"][1]) == [str(numbers("a b")[1])]


def test_a_completion_echoes_its_prompt_on_demand(completed):
    assert completed(echo=True).json["choices"][0]["text"] == "a bone two three"
    assert completed(echo=True, stream=True).text() == "a bone two three"


@pytest.mark.parametrize("prompt", [["a b", "c"], [[64, 287], [66]]], ids=["texts", "tokens"])
def test_each_choice_echoes_its_own_prompt(completed, prompt):
    wanted = ["a bone two three"] * 2 + ["cone two three"] * 2
    assert [choice["text"] for choice in completed(prompt=prompt, n=2, echo=True).json["choices"]] == wanted
    said = [""] * 4
    for chunk in completed(prompt=prompt, n=2, echo=True, stream=True).chunks:
        for choice in chunk["choices"]:
            said[choice["index"]] += choice["text"]
    assert said == wanted


def test_a_prompt_that_is_told_as_numbers_is_not_echoed(completed, numbers):
    choice = completed(echo=True, return_token_ids=True).json["choices"][0]
    assert (choice["text"], choice["prompt_token_ids"]) == ("one two three", numbers("a b"))
    streamed = completed(echo=True, return_token_ids=True, stream=True)
    assert streamed.text() == "one two three"


def test_tokens_of_prompts_are_told_as_they_were_given(completed):
    given = [[11, 11], [64, 10**6]]  # one text may be cut in several ways, and a number may be no token's
    choices = completed(prompt=given, return_token_ids=True, prompt_logprobs=1).json["choices"]
    assert [choice["prompt_token_ids"] for choice in choices] == given
    assert [list(choice["prompt_logprobs"][1]) for choice in choices] == [["11"], ["1000000"]]
    chunks = completed(prompt=given, return_token_ids=True, stream=True).chunks
    told = [choice["prompt_token_ids"] for chunk in chunks for choice in chunk["choices"] if "prompt_token_ids" in choice]
    assert told == given


@pytest.mark.parametrize("logprobs", [0, 2])
def test_an_echo_brings_the_odds_of_the_prompt(completed, logprobs):
    choice = completed(echo=True, logprobs=logprobs).json["choices"][0]
    odds = choice["logprobs"]
    assert odds["tokens"] == ["a", " b", "one", " two", " three"]
    assert odds["text_offset"] == [0, 1, 3, 6, 10]
    assert [chance is None for chance in odds["token_logprobs"]] == [True] + [False] * 4
    assert odds["top_logprobs"] is None if not logprobs else odds["top_logprobs"][0] is None
    assert odds["token_logprobs"][1] == next(iter(choice["prompt_logprobs"][1].values()))["logprob"]
    streamed = completed(echo=True, logprobs=logprobs, stream=True).chunks
    told = [choice["logprobs"] for chunk in streamed for choice in chunk["choices"] if choice["logprobs"]]
    for name in ("tokens", "text_offset"):
        assert [each for found in told for each in found[name]] == odds[name]


def test_an_echo_alone_brings_them_too(completed):
    for stream in (False, True):
        answer = completed(echo=True, logprobs=1, max_tokens=0, stream=stream)
        choice = answer.chunks[0]["choices"][0] if stream else answer.json["choices"][0]
        assert (choice["text"], choice["logprobs"]["tokens"]) == ("a b", ["a", " b"])


@pytest.mark.parametrize("stream", [False, True])
def test_completions_and_chats_have_identifiers_of_their_own(said, completed, stream):
    found = [answer.chunks[0] if stream else answer.json for answer in (said(stream=stream), completed(stream=stream))]
    assert [answer["id"].rpartition("-")[0] for answer in found] == ["chatcmpl", "cmpl"]


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"prompt": []}, "please provide at least one prompt"),
        ({"prompt": [[5], []]}, "The decoder prompt cannot be empty"),
        ({"suffix": "b"}, "suffix is not currently supported"),
        (
            {"prompt": ["a"] * 1025},
            (
                "prompt list length 1025 exceeds the maximum allowed count of 1024. To increase this limit, set the "
                "VLLM_MAX_COMPLETION_PROMPTS environment variable. (parameter=prompt)"
            ),
        ),
    ],
    ids=repr,
)
def test_what_a_completion_may_not_have_is_refused(completed, engine, ask, wish, message):
    answer = completed(**wish)
    assert (answer.status, answer.json["error"]["message"]) == (400, message)
    lenient = ask({"model": "m", "prompt": "a b", **wish}, COMPLETION, to=engine(SCRIPT, validation="lenient"))
    assert lenient.status == 200


def test_the_odds_of_a_completion_stand_in_columns(completed):
    odds = completed(logprobs=2).json["choices"][0]["logprobs"]
    assert (odds["tokens"], odds["text_offset"]) == (["one", " two", " three"], [0, 3, 7])
    assert [len(best) for best in odds["top_logprobs"]] == [2, 2, 2]
    assert all(logprob < 0 for logprob in odds["token_logprobs"])


def test_a_streamed_chat_brings_its_odds(said):
    chunks = said(logprobs=True, top_logprobs=1, stream=True).chunks
    found = [entry for chunk in chunks if (odds := chunk["choices"][0]["logprobs"]) for entry in odds["content"]]
    assert "".join(entry["token"] for entry in found) == "one two three"
    assert all(len(entry["top_logprobs"]) == 1 for entry in found)


def choices_of(answer):
    return [choice for chunk in answer.chunks for choice in chunk["choices"]]


@pytest.mark.parametrize("wish", [{}, {"n": 2}, {"logprobs": 1}, {"stream_options": {"include_usage": True}}], ids=repr)
def test_a_completion_that_is_cut_off_has_a_chunk_for_each_token(completed, wish):
    found = choices_of(completed(max_tokens=2, stream=True, **wish))
    told = [(choice["text"], choice["finish_reason"], "stop_reason" in choice) for choice in found if choice["index"] == 0]
    assert told == [("one", None, False), (" two", "length", True)]
    assert len(found) == 2 * wish.get("n", 1)
    assert all(len(choice["logprobs"]["tokens"]) == 1 for choice in found if "logprobs" in wish)


def test_a_chat_that_is_cut_off_says_so_with_its_last_token(said):
    *_, last = choices_of(said(max_tokens=2, stream=True, return_token_ids=True))
    assert (last["delta"], last["finish_reason"], last["stop_reason"]) == ({"content": " two"}, "length", None)
    assert len(last["token_ids"]) == 1


def test_the_end_of_a_chat_has_no_text_unless_a_stop_string_is_wanted(said):
    assert choices_of(said(stream=True))[-1]["delta"] == {"content": ""}
    assert choices_of(said(stream=True, stop=[" two"]))[-1]["delta"] == {"content": ""}
    wish = {"stop": [" two"], "include_stop_str_in_output": True}
    assert choices_of(said(stream=True, **wish))[-1]["delta"] == {"content": " two"}


def test_each_chunk_of_a_cut_completion_is_due_when_its_token_is(engine, ask):
    server, at, due = engine(f"{SCRIPT}\ntiming: {{ttft: 100ms, itl: 10ms}}"), 0.0, []
    for step in ask({"model": "m", "prompt": "a b", "stream": True, "max_tokens": 2}, COMPLETION, to=server).steps:
        if isinstance(step, float):
            at += step
        due += [round(at, 6)] * (isinstance(step, bytes) and step.count(b'"choices":[{'))
    assert due == [0.1, 0.11]


def test_counts_on_every_chunk_grow(said):
    chunks = said(stream=True, stream_options={"include_usage": True, "continuous_usage_stats": True}).chunks
    assert [chunk["usage"]["completion_tokens"] for chunk in chunks] == [0, 1, 2, 3, 3, 3]
    cut = said(stream=True, max_tokens=2, stream_options={"include_usage": True, "continuous_usage_stats": True}).chunks
    assert [chunk["usage"]["completion_tokens"] for chunk in cut] == [0, 1, 2, 2]
    assert {chunk["usage"]["prompt_tokens"] for chunk in chunks} == {chunks[-1]["usage"]["prompt_tokens"]}


LONG = {"max_tokens": 600, "min_tokens": 600, "ignore_eos": True}
LENGTHS = [
    (LONG, 600, "length"),
    ({"max_tokens": 600, "ignore_eos": True}, 600, "length"),
    ({"max_tokens": 30, "ignore_eos": True}, 30, "length"),
    ({"max_tokens": 600, "min_tokens": 600}, 600, "length"),
    ({"max_tokens": 900, "min_tokens": 600}, 600, "stop"),
    ({"max_tokens": 600, "ignore_eos": False}, 50, "stop"),
    ({"max_tokens": 50, "ignore_eos": True, "top_p": 0.5}, 50, "length"),
]


@pytest.mark.parametrize(("body", "tokens", "reason"), LENGTHS, ids=str)
def test_an_answer_that_is_made_up_is_as_long_as_is_asked(ask, engine, chat, body, tokens, reason):
    server = engine(reply="generate", token_mean=50, token_stddev=0)
    prompts = ((CHAT, chat(**body)), (COMPLETION, {"model": "m", "prompt": "a", **body}))
    for path, wanted in prompts:
        whole = ask(wanted, path, to=server).json
        assert (whole["usage"]["completion_tokens"], whole["choices"][0]["finish_reason"]) == (tokens, reason)
        streamed = ask({**wanted, "stream": True, "stream_options": {"include_usage": True}}, path, to=server)
        *chunks, last = streamed.chunks
        assert last["usage"]["completion_tokens"] == tokens
        assert [choice["finish_reason"] for chunk in chunks for choice in chunk["choices"]][-1] == reason
        ((said),) = [choice.get("text") or choice["message"]["content"] for choice in whole["choices"]]
        told = [choice.get("text") or choice.get("delta", {}).get("content") for c in chunks for choice in c["choices"]]
        assert len([text for text in told if text]) == tokens
        assert len(ask({"prompt": said}, "/tokenize").json["tokens"]) == tokens


def test_each_choice_is_as_long_as_is_asked(ask, engine, chat):
    server = engine(reply="generate", token_mean=50, token_stddev=5)
    answer = ask(chat(n=3, max_tokens=80, ignore_eos=True), CHAT, to=server).json
    assert [choice["finish_reason"] for choice in answer["choices"]] == ["length"] * 3
    assert answer["usage"]["completion_tokens"] == 240


def test_a_stop_sequence_ends_what_never_ends_by_itself(ask, engine, chat):
    server = engine(reply="generate", token_mean=50, token_stddev=0)
    (choice,) = ask(chat(max_tokens=600, ignore_eos=True, stop=["."]), CHAT, to=server).json["choices"]
    assert (choice["finish_reason"], choice["stop_reason"]) == ("stop", ".")


@pytest.mark.parametrize("script", [SCRIPT, "rules: [{reply: {generate: {tokens: 3}}}]", "settings: {reply: one two three}"])
def test_what_a_script_says_is_as_long_as_it_says(ask, engine, chat, script):
    answer = ask(chat(**LONG), CHAT, to=engine(script)).json
    assert (answer["usage"]["completion_tokens"], answer["choices"][0]["finish_reason"]) == (3, "stop")


def test_a_rule_that_generates_leaves_the_length_to_who_asks(ask, engine, chat):
    server = engine("rules: [{reply: {generate: {}}}]")
    assert ask(chat(**LONG), CHAT, to=server).json["usage"]["completion_tokens"] == 600


@pytest.mark.parametrize("stream", [False, True])
def test_the_time_is_that_of_all_tokens(ask, engine, chat, stream):
    server = engine("timing: {ttft: 100ms, itl: 10ms}", reply="generate", token_mean=50, token_stddev=0)
    steps = ask(chat(**LONG, stream=stream), CHAT, to=server).steps
    assert sum(step for step in steps if isinstance(step, float)) == pytest.approx(0.1 + 599 * 0.01)


KINDS = "You can only use one kind of constraints for structured outputs ('json', 'regex' or 'choice')."
REFUSED = [
    ({"temperature": -1}, "temperature must be non-negative, got -1.0. (parameter=temperature, value=-1.0)", "temperature"),
    ({"temperature": 2.5}, "temperature must be in [0, 2], got 2.5. (parameter=temperature, value=2.5)", "temperature"),
    ({"top_p": 0}, "top_p must be in (0, 1], got 0.0. (parameter=top_p, value=0.0)", "top_p"),
    ({"temperature": 10**400}, "temperature must be in [0, 2], got inf. (parameter=temperature, value=inf)", "temperature"),
    ({"presence_penalty": 3}, "presence_penalty must be in [-2, 2], got 3.0.", None),
    ({"top_k": -2}, "top_k must be 0 (disable), or at least 1, got -2.", None),
    ({"n": 0}, "n must be at least 1, got 0.", None),
    (
        {"n": 16385},
        "n must be at most 16384, got 16385. To increase this limit, set the VLLM_MAX_N_SEQUENCES environment variable.",
        None,
    ),
    ({"max_tokens": 0}, "max_tokens must be at least 1, got 0. (parameter=max_tokens, value=0)", "max_tokens"),
    ({"max_tokens": 2, "min_tokens": 3}, "min_tokens must be less than or equal to max_tokens=2, got 3.", None),
    ({"stop": ["a", ""]}, "stop cannot contain an empty string.", None),
    (
        {"stream_options": {"include_usage": True}},
        "Stream options can only be defined when `stream=True`. (parameter=stream_options)",
        "stream_options",
    ),
    (
        {"structured_outputs": {"regex": "a", "choice": ["a"]}},
        f"{KINDS} (parameter=structured_outputs)",
        "structured_outputs",
    ),
    (
        {"prompt_logprobs": 1, "stream": True},
        "`prompt_logprobs` are not available when `stream=True`. (parameter=prompt_logprobs)",
        "prompt_logprobs",
    ),
]


@pytest.mark.parametrize(("body", "message", "param"), REFUSED)
def test_what_the_server_refuses_is_refused_in_its_words(ask, engine, chat, said, completed, body, message, param):
    wanted = {"error": {"message": message, "type": "BadRequestError", "param": param, "code": 400}}
    for answer in (said(**body), completed(**body)):
        assert (answer.status, answer.json) == (400, wanted)
    assert ask(chat(**body), CHAT, to=engine(validation="lenient")).status == 200


BROKEN = "'msg': 'JSON decode error', 'input': {}"


@pytest.mark.parametrize(
    ("path", "body", "message", "param"),
    [
        (
            CHAT,
            {"model": "m"},
            "{'type': 'missing', 'loc': ('body', 'messages'), 'msg': 'Field required', 'input': {'model': 'm'}}",
            "body.messages",
        ),
        (
            "/vllm/v1/embeddings",
            {"model": "m"},
            "{'type': 'missing', 'loc': ('body', 'input'), 'msg': 'Field required', 'input': {'model': 'm'}}",
            "body.input",
        ),
        (CHAT, b"", "{'type': 'missing', 'loc': ('body',), 'msg': 'Field required', 'input': None}", "body"),
        (
            CHAT,
            b'{"a": ',
            f"{{'type': 'json_invalid', 'loc': ('body', 6), {BROKEN}, 'ctx': {{'error': 'Expecting value'}}}}",
            "body.6",
        ),
        *[
            (
                path,
                b"[",
                f"{{'type': 'json_invalid', 'loc': ('body', 1), {BROKEN}, 'ctx': {{'error': 'Expecting value'}}}}",
                "body.1",
            )
            for path in ("/vllm/v1/embeddings", "/vllm/invocations", "/vllm/score", "/vllm/pooling", "/vllm/tokenize")
        ],
    ],
)
def test_a_body_that_pydantic_refuses_is_told_as_it_tells_it(ask, path, body, message, param):
    answer = ask(body, path)
    wanted = {"message": f"1 validation error:\n  {message}", "type": "Bad Request", "param": param, "code": 400}
    assert (answer.status, answer.json) == (400, {"error": wanted})


@pytest.mark.parametrize("body", [b'{"a": "\xff"}', b'{"a": "\\ud800"}', b'{"a": %b}' % (b"9" * 5000)])
def test_a_body_that_the_web_framework_cannot_read_is_refused_in_its_words(ask, body):
    wanted = {"message": "There was an error parsing the body", "type": "Bad Request", "param": None, "code": 400}
    assert ask(body, CHAT).json == {"error": wanted}


def test_all_members_that_are_missing_are_told(ask):
    found = "{{'type': 'missing', 'loc': ('body', '{}'), 'msg': 'Field required', 'input': {{}}}}"
    message = f"2 validation errors:\n  {found.format('query')}\n  {found.format('documents')}"
    assert ask({}, "/vllm/rerank").json["error"]["message"] == message


def test_what_is_not_there_is_told_as_the_web_framework_tells_it(ask):
    for path, status, phrase in (("/vllm/nowhere", 404, "Not Found"), (CHAT, 405, "Method Not Allowed")):
        answer = ask(b"", path, method="GET")
        assert (answer.status, answer.json) == (
            status,
            {"error": {"message": phrase, "type": phrase, "param": None, "code": status}},
        )


TOOL = {"type": "function", "function": {"name": "f"}}
USAGE = 'Correct usage: `{"type": "function", "function": {"name": "my_function"}}`'
ONLY = 'Only named tools, "none", "auto" or "required" are supported.'
UNKNOWN = "The tool specified in `tool_choice` does not match any of the specified `tools` (parameter=tool_choice)"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"tool_choice": "auto"}, "When using `tool_choice`, `tools` must be set. (parameter=tool_choice)"),
        (
            {"tool_choice": "any", "tools": [TOOL]},
            f"Invalid value for `tool_choice`: any! {ONLY} (parameter=tool_choice)",
        ),
        ({"tool_choice": {"function": {"name": "g"}}, "tools": [TOOL]}, UNKNOWN),
        (
            {"tool_choice": {"function": "f"}, "tools": [TOOL]},
            f"Invalid value for `function`: `f` in `tool_choice`! {USAGE} (parameter=tool_choice.function)",
        ),
        (
            {"tool_choice": {"function": {}}, "tools": [TOOL]},
            f"Expected field `name` in `function` in `tool_choice`! {USAGE} (parameter=tool_choice.function.name)",
        ),
        (
            {"tool_choice": {"function": {"name": ""}}, "tools": [TOOL]},
            f"Invalid `name` in `function`: `` in `tool_choice`! {USAGE} (parameter=tool_choice.function.name)",
        ),
        (
            {"tool_choice": TOOL, "tools": [TOOL], "structured_outputs": {"regex": "a"}},
            "You can only either use constraints for structured outputs or tools, not both.",
        ),
        ({"top_logprobs": 2}, "when using `top_logprobs`, `logprobs` must be set to true. (parameter=top_logprobs)"),
        (
            {"top_logprobs": "2", "logprobs": True},
            "`top_logprobs` must be an integer. (parameter=top_logprobs, value=2)",
        ),
        (
            {"top_logprobs": 21, "logprobs": True},
            "Requested sample logprobs of 21, which is greater than max allowed: 20 (parameter=logprobs, value=21)",
        ),
        (
            {"prompt_logprobs": 21},
            "Requested prompt logprobs of 21, which is greater than max allowed: 20 (parameter=prompt_logprobs, value=21)",
        ),
        (
            {"prompt_logprobs": -2},
            "`prompt_logprobs` must be a positive value or -1. (parameter=prompt_logprobs, value=-2)",
        ),
    ],
)
def test_what_does_not_go_together_is_refused_in_the_servers_words(ask, engine, chat, said, body, message):
    answer = said(**body)
    assert (answer.status, answer.json["error"]["message"], answer.json["error"]["type"]) == (400, message, "BadRequestError")
    assert ask(chat(**body), CHAT, to=engine(validation="lenient")).status == 200


@pytest.mark.parametrize(
    "body",
    [
        {"tool_choice": "none"},
        {"tool_choice": None},
        {"tool_choice": TOOL, "tools": [TOOL]},
        {"top_logprobs": 0},
        {"top_logprobs": 20, "logprobs": True},
        {"tool_choice": "auto", "tools": [TOOL], "structured_outputs": {"regex": "a"}},
    ],
)
def test_what_goes_together_is_answered(said, body):
    assert said(**body).status == 200


@pytest.mark.parametrize(
    ("logprobs", "message"),
    [
        (21, "Requested sample logprobs of 21, which is greater than max allowed: 20 (parameter=logprobs, value=21)"),
        (-2, "`logprobs` must be a positive value or -1. (parameter=logprobs, value=-2)"),
    ],
)
def test_a_completion_tells_of_so_many_alternatives(completed, logprobs, message):
    assert completed(logprobs=logprobs).json["error"]["message"] == message


@pytest.mark.parametrize("validation", ["strict", "lenient"])
def test_a_chat_without_messages_has_a_prompt_nevertheless(ask, engine, chat, validation):
    body = chat(prompt_logprobs=1, return_token_ids=True) | {"messages": []}
    found = ask(body, CHAT, to=engine(SCRIPT, validation=validation)).json
    assert len(found["prompt_logprobs"]) == len(found["prompt_token_ids"]) == found["usage"]["prompt_tokens"] > 0


def test_a_completion_needs_a_prompt_but_may_say_nothing(ask, completed):
    message = "Either prompt or prompt_embeds must be provided and non-empty. (parameter=prompt)"
    assert ask({"model": "m"}, COMPLETION).json["error"]["message"] == message
    assert completed(echo=True, max_tokens=0).json["choices"][0]["text"] == "a b"


def test_a_prompt_that_does_not_fit_is_refused_in_the_servers_words(ask, engine, chat):
    error = ask(chat(), CHAT, to=engine("rules: [{reply: {error: context_length}}]")).json["error"]
    assert error["message"].startswith("This model's maximum context length is 32768 tokens. However, you requested 0 output")
    assert (error["param"], error["code"]) == ("input_tokens", 400)


def test_a_model_is_not_needed(ask, engine, chat):
    body = chat()
    del body["model"]
    assert ask(body, CHAT).json["model"] == "meta-llama/Llama-3.1-8B-Instruct"
    assert ask(body, CHAT, to=engine(models="mine,other", only_listed_models=True)).json["model"] == "mine"
