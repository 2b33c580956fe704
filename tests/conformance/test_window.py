"""The window that a script gives a model by its `capacity` is to each API what a window of its own would be."""

from __future__ import annotations

from collections import deque
from itertools import takewhile
from types import SimpleNamespace

import pytest

TEN = "rules: [{reply: one two three four five six seven eight nine ten}]\n"
# What the provider says, where prompt and wish together are too long; the others cut the answer.
COUNTING = {
    "openai": "(10 in the messages, 6 in the completion)",
    "azure": "(10 in the messages, 6 in the completion)",
    "openai-completions": "(3 in your prompt; 6 for the completion)",
    "mistral": "too large for model with 12 maximum context length",
    "deepseek": "you requested 13 tokens (7 in the messages, 6 in the completion)",
    "groq": "Please reduce the length of the messages or completion.",
    "openrouter": "about 13 tokens (7 of text input, 6 in the output)",
    "together": "must be <= 12. Given: 7 `inputs` tokens and 6 `max_new_tokens`",
    "cerebras": "Current length is 13 while limit is 12",
    "sglang": "a total of 13 tokens: 7 tokens from the input messages and 6 tokens for the completion",
    "vllm": "requested 6 output tokens and your prompt contains at least 14 input tokens, for a total of at least 20 tokens",
    "tgi": "must be <= 12. Given: 7 `inputs` tokens and 6 `max_new_tokens`",
    "tgi-generate": "must be <= 12. Given: 7 `inputs` tokens and 6 `max_new_tokens`",
}
OTHERWISE = {"openai_responses": 16}  # the fewest tokens that may be asked for


@pytest.fixture
def say(engine, respond, make_request, speaker):
    """Ask a model with an engine, which works until nothing is left to be done."""

    def asked(wanted, script):
        to = engine(script + TEN)
        path = f"/{speaker.dialect}{speaker.where(wanted)}"
        request = make_request(speaker.body(wanted), path, headers=dict(speaker.headers))
        plan = to.respond(request)
        for _, simulated in to.fleet:
            deque(takewhile(lambda _, simulated=simulated: simulated.busy, simulated.steps()), maxlen=0)
        answer = respond(SimpleNamespace(respond=lambda _request: plan), request)
        if answer.status != 200:
            return answer.status, answer.body.decode()
        return answer.status, speaker.stream(answer.body) if wanted.stream else speaker.whole(answer.json)

    return asked


@pytest.fixture
def prompt(monkeypatch, say, wish):
    """The tokens of the prompt as the API counts them."""
    from understudy.engine import engaging

    seen, prompts_of = [], engaging.prompts_of

    def seeing(call, tokens, spec):
        seen.append(tokens)
        return prompts_of(call, tokens, spec)

    monkeypatch.setattr(engaging, "prompts_of", seeing)
    say(wish("hi there you", max_tokens=16), "capacity: {}\n")
    return seen[0]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_an_answer_is_cut_where_the_window_ends(say, wish, prompt, name, stream):
    asks = {"openai-completions": 4, "anthropic": 4}.get(name)  # without a wish these ask for more than there is room for
    status, facts = say(wish("hi there you", stream=stream, max_tokens=asks), f"capacity: {{max-model-len: {prompt + 4}}}\n")
    assert status == 200
    assert "one two three four five six seven eight nine ten".startswith(facts.text)
    assert (facts.finish, facts.completion_tokens) == ("length", 4)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_what_is_asked_beyond_the_window_is_refused_where_the_provider_counts_it(say, wish, prompt, name, stream):
    asked = OTHERWISE.get(name, 6)
    status, found = say(wish("hi there you", stream=stream, max_tokens=asked), f"capacity: {{max-model-len: {prompt + 5}}}\n")
    if name in COUNTING:
        assert status in (400, 422)
        assert COUNTING[name] in found
    else:
        assert (status, found.finish, found.completion_tokens) == (200, "length", 5)
    assert say(wish("hi there you", stream=stream, max_tokens=asked), f"capacity: {{max-model-len: {prompt + 99}}}\n")[0] == 200


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_leniently_what_is_asked_beyond_the_window_is_asked_up_to_its_end(say, wish, prompt, name, stream):
    asked = OTHERWISE.get(name, 6)
    script = f"settings: {{validation: lenient}}\ncapacity: {{max-model-len: {prompt + 5}}}\n"
    status, facts = say(wish("hi there you", stream=stream, max_tokens=asked), script)
    assert (status, facts.finish, facts.completion_tokens) == (200, "length", 5)


def test_a_prompt_without_room_for_an_answer_is_refused_in_the_words_of_the_provider(say, wish, prompt):
    for window in (prompt, max(prompt - 1, 2)):
        status, found = say(wish("hi there you", max_tokens=16), f"capacity: {{max-model-len: {window}}}\n")
        assert status in (400, 422)
        assert "expected" not in found
        assert "shorten" not in found.lower()


SERVED = "models:\n  - {id: m, capacity: {max-model-len: 3000}}\n  - {id: gpt-*, capacity: {kv-cache-tokens: 1600}}\n"
TOLD = {
    "/vllm/v1/models/": ("max_model_len", 32_768),
    "/sglang/v1/models/": ("max_model_len", 32_768),
    "/mistral/v1/models/": ("max_context_length", 131_072),
    "/together/v1/models/": ("context_length", 131_072),
    "/openrouter/api/v1/models/": ("context_length", 128_000),
    "/cohere/v1/models/": ("context_length", 128_000),
    "/anthropic/v1/models/": ("max_input_tokens", 200_000),
    "/gemini/v1beta/models/": ("inputTokenLimit", 1_048_576),
}


@pytest.mark.parametrize("path", TOLD)
def test_a_catalogue_tells_the_window_that_is_held_to(engine, ask_engine, path):
    to, (member, own) = engine(SERVED, models="m,gpt-x,other"), TOLD[path]

    def told(where):
        return ask_engine(to, b"", where, method="GET", headers={"anthropic-version": "2023-06-01"}).json

    assert [told(path + model)[member] for model in ("m", "gpt-x", "other")] == [3000, 1601, own]
    found = told(path.removesuffix("/"))
    listed = found if isinstance(found, list) else found.get("data") or found["models"]
    assert [entry[member] for entry in listed] == [3000, 1601, own]


def test_so_do_the_tokenizer_of_vllm_and_what_tgi_says_of_itself(engine, ask_engine):
    to = engine(SERVED, models="m,gpt-x,other")
    windows = [
        ask_engine(to, {"model": model, "prompt": "a"}, "/vllm/tokenize").json["max_model_len"] for model in ("m", "other")
    ]
    assert windows == [3000, 32_768]
    told = ask_engine(to, b"", "/tgi/info", method="GET").json
    assert (told["max_input_tokens"], told["max_total_tokens"]) == (2999, 3000)
    told = ask_engine(engine(), b"", "/tgi/info", method="GET").json
    assert (told["max_input_tokens"], told["max_total_tokens"]) == (4095, 4096)
