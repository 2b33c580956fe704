"""What is counted is what was sent: for every text, every way to cut a stream, and the framing of prompts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understudy.app import Service
from understudy.dialects._openai.prompt import render_tools
from understudy.model.call import Tool
from understudy.sources import Sources
from understudy.text.tokens import encoding, encoding_for

UNITS = [
    {"stream-unit": "token"},
    {"stream-unit": "token", "stream-tokens-min": 2, "stream-tokens-max": 5},
    {"stream-unit": "word"},
    {"stream-unit": "char"},
]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.lists(
    st.sampled_from(["👩‍🚀", "読書", " the", "\r\n", "é", "e\u0301", " ", "🇨🇭", "१२३", "don't", "\u200f", "12345", "\t"]),
    max_size=20,
).map("".join)


@pytest.fixture(scope="module")
def echoing():
    return [Service(Sources((), None, {"reply": "echo", "tools": "never", **unit})).engine for unit in UNITS]


def body_for(text, model, **fields):
    messages = [{"role": "user", "content": text}]
    return {"model": model, "messages": messages, "stream": True, "stream_options": {"include_usage": True}, **fields}


@given(texts, st.sampled_from(["gpt-4o-mini", "gpt-4", "gpt-5"]), st.none() | st.integers(1, 12), st.booleans())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_stream_costs_the_tokens_of_the_text_it_brought(echoing, ask_engine, obfuscation_law, text, model, limit, obfuscate):
    fields = {} if limit is None else {"max_completion_tokens": limit}
    options = {"include_usage": True, "include_obfuscation": obfuscate}
    whole = ask_engine(echoing[0], {**body_for(text, model, **fields), "stream": False, "stream_options": None}).json
    for engine in echoing:
        answer = ask_engine(engine, {**body_for(text, model, **fields), "stream_options": options})
        *chunks, last = answer.chunks
        said, usage = answer.text(), last["usage"]
        assert said == whole["choices"][0]["message"]["content"]
        assert usage == whole["usage"]
        thought = usage["completion_tokens_details"]["reasoning_tokens"]
        assert bool(thought) == (model == "gpt-5" and limit is None)
        assert usage["completion_tokens"] == encoding_for(model).count(said) + thought
        assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
        assert text.startswith(said)
        assert said == text or usage["completion_tokens"] <= (limit or 0)
        assert all(chunk["usage"] is None for chunk in chunks)
        if obfuscate:
            assert all(obfuscation_law(event) for event in answer.events[:-1])
        else:
            assert all("obfuscation" not in chunk for chunk in chunks)


@given(texts, st.integers(0, 12))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_completion_costs_the_tokens_of_its_text(echoing, ask_engine, text, limit):
    model = "gpt-3.5-turbo-instruct"
    body = {"model": model, "prompt": text, "max_tokens": limit, "stream": True, "stream_options": {"include_usage": True}}
    for engine in echoing:
        answer = ask_engine(engine, body, "/v1/completions")
        usage = answer.chunks[-1]["usage"]
        assert usage["completion_tokens"] == encoding_for(model).count(answer.text()) <= limit
        assert usage["prompt_tokens"] == encoding_for(model).count(text)


def test_a_text_for_streams_is_what_a_stream_costs(engine, ask, chat):
    script = "version: 1\nrules: [{name: r, reply: {text: one two three, stream_text: one}}]\n"
    to = engine(script)
    assert ask(chat(), to=to).json["usage"]["completion_tokens"] == 3
    streamed = ask(chat(stream=True, stream_options={"include_usage": True}), to=to)
    assert (streamed.text(), streamed.chunks[-1]["usage"]["completion_tokens"]) == ("one", 1)
    completion = {"model": "gpt-3.5-turbo-instruct", "prompt": "x"}
    assert ask(completion, "/v1/completions", to=to).json["choices"][0]["text"] == "one two three"
    assert ask({**completion, "stream": True}, "/v1/completions", to=to).text() == "one"


def test_a_text_for_streams_is_cut_like_any_other(engine, ask, chat):
    to = engine("version: 1\nrules: [{name: r, reply: {text: short, stream_text: one two three}}]\n")
    assert ask(chat(stream=True, max_tokens=2), to=to).text() == "one two"


TOLD = "usage: {prompt_tokens: 1000, completion_tokens: 20, reasoning_tokens: 5, cached_tokens: 896}"


@pytest.mark.parametrize("stream", [False, True])
def test_what_a_script_says_of_usage_is_told(engine, ask, chat, stream):
    to = engine(f"version: 1\nrules: [{{name: r, reply: {{text: hi, {TOLD}}}}}]\n")
    options = {"stream_options": {"include_usage": True}} if stream else {}
    answer = ask(chat(stream=stream, **options), to=to)
    usage = answer.chunks[-1]["usage"] if stream else answer.json["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (1000, 20, 1020)
    assert usage["prompt_tokens_details"]["cached_tokens"] == 896
    assert usage["completion_tokens_details"]["reasoning_tokens"] == 5


def test_what_a_script_says_of_usage_is_told_of_completions_and_embeddings_too(engine, ask):
    to = engine(
        "version: 1\nrules:\n"
        "  - {name: v, when: {operation: embedding}, reply: {embedding: [1.0], usage: {prompt_tokens: 7}}}\n"
        "  - {name: r, reply: {text: hi, usage: {prompt_tokens: 8, completion_tokens: 9}}}\n"
    )
    told = ask({"model": "m", "prompt": "x"}, "/v1/completions", to=to).json["usage"]
    assert told == {"prompt_tokens": 8, "completion_tokens": 9, "total_tokens": 17}
    told = ask({"model": "m", "input": "x"}, "/v1/embeddings", to=to).json["usage"]
    assert told == {"prompt_tokens": 7, "total_tokens": 7}


@pytest.mark.parametrize(
    ("model", "base", "name"),
    [
        ("gpt-3.5-turbo", 3, "cl100k_base"),
        ("gpt-4", 3, "cl100k_base"),
        ("gpt-4o-mini", 3, "o200k_base"),
        ("gpt-4.1", 3, "o200k_base"),
        ("o3-mini", 2, "o200k_base"),
        ("gpt-5.6-terra", 2, "o200k_base"),
        ("ft:gpt-4o-mini-2024-07-18:org:suffix:id", 3, "o200k_base"),
    ],
)
def test_prompts_are_framed_by_family(prompted, model, base, name):
    count = encoding(name).count
    messages = [{"role": "system", "content": "You are terse."}, {"role": "user", "content": "Où est le café ?", "name": "Zoë"}]
    expected = base + (4 + count("You are terse.")) + (4 + count("Où est le café ?") + 1 + count("Zoë"))
    assert prompted(model, *messages) == expected


@pytest.fixture
def prompted(ask):
    """What a conversation costs."""

    def cost(model, *messages, **fields):
        answer = ask({"model": model, "messages": [*messages], **fields})
        assert answer.status == 200
        return answer.json["usage"]["prompt_tokens"]

    return cost


PING = {"role": "user", "content": "ping"}
CITY = {"type": "object", "properties": {"city": {"type": "string", "description": "where"}}}


def function(**about):
    return {"type": "function", "function": about}


def test_a_live_capture_is_met(prompted):
    assert prompted("gpt-5.6-terra", PING) == 7


def test_an_empty_function_costs_what_was_measured(prompted):
    assert prompted("gpt-5.6-terra", PING, tools=[function(name="f")]) - prompted("gpt-5.6-terra", PING) == 104


def test_functions_cost_their_rendering_and_a_frame(prompted):
    described, bare = function(name="f", parameters=CITY), function(name="f", parameters={**CITY, "properties": {"city": {}}})
    rendered = [
        encoding("o200k_base").count(render_tools((Tool("f", "", t["function"]["parameters"]),))) for t in (described, bare)
    ]
    system = {"role": "system", "content": "x"}
    plain = prompted("gpt-4o", PING)
    assert prompted("gpt-4o", PING, tools=[described]) - plain == rendered[0] + 9
    assert prompted("gpt-4o", PING, tools=[bare]) - plain == rendered[1] + 9 - 1
    assert prompted("gpt-4o", system, PING, tools=[described]) - prompted("gpt-4o", system, PING) == rendered[0] + 9 - 4


def test_calls_in_the_history_cost_their_name_and_arguments(prompted):
    calls = [{"id": "call_1", "type": "function", "function": {"name": "f", "arguments": '{"city":"Paris"}'}}]
    turns = (
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "tool", "tool_call_id": "call_1", "content": "ok"},
    )
    count = encoding("o200k_base").count
    assert prompted("gpt-4o", PING, *turns) - prompted("gpt-4o", PING) == 4 + 7 + count("f") + count(
        '{"city":"Paris"}'
    ) + 4 + count("ok")


def test_parts_cost_the_sum_of_their_texts_and_images(prompted):
    texts = [{"type": "text", "text": text} for text in ("one", " two")]
    parts = [texts[0], {"type": "image_url", "image_url": {"url": "https://x.test/a.png"}}, texts[1]]
    assert prompted("gpt-4o", {"role": "user", "content": parts}) == 3 + 4 + 2 + 765


def test_functions_are_rendered_as_the_model_sees_them():
    schema = {
        "type": "object",
        "required": ["city"],
        "properties": {
            "city": {"type": "string", "description": "where"},
            "days": {"type": "integer"},
            "unit": {"enum": ["c", "f"]},
            "tags": {"type": "array", "items": {"type": "string"}},
            "at": {"type": "object", "properties": {"lat": {"type": "number"}}},
        },
    }
    assert render_tools((Tool("weather", "Tell the weather", schema), Tool("now"))) == RENDERED


RENDERED = """namespace functions {

// Tell the weather
type weather = (_: {
// where
city: string,
days?: number,
unit?: "c" | "f",
tags?: string[],
at?: {
  lat?: number,
},
}) => any;

type now = () => any;

} // namespace functions"""


def test_reasoning_is_paid_for_and_not_shown(engine, ask, chat):
    to = engine("version: 1\nrules: [{name: r, reply: {reasoning: a b c, text: one two}}]\n")
    answer = ask(chat(model="gpt-5"), to=to).json
    assert answer["choices"][0]["message"]["content"] == "one two"
    assert answer["usage"]["completion_tokens"] == 5
    assert answer["usage"]["completion_tokens_details"]["reasoning_tokens"] == 3


def test_reasoning_uses_the_allowance_up(engine, ask, chat):
    to = engine("version: 1\nrules: [{name: r, reply: {reasoning: a b c, text: one two}}]\n")
    answer = ask(chat(model="gpt-5", max_completion_tokens=4), to=to).json
    assert answer["choices"][0] == {**answer["choices"][0], "finish_reason": "length"}
    assert answer["choices"][0]["message"]["content"] == "one"
    assert answer["usage"]["completion_tokens"] == 4


def test_choices_are_summed_and_the_prompt_is_paid_once(engine, ask, chat):
    to = engine(reply="one two three")
    one, three = (ask(chat(n=n), to=to).json["usage"] for n in (1, 3))
    assert three["prompt_tokens"] == one["prompt_tokens"]
    assert three["completion_tokens"] == 3 * one["completion_tokens"] == 9
