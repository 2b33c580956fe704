"""What a simulated engine held of a prompt is told by every dialect whose API tells it, and as much as the engine counts."""

from __future__ import annotations

import base64
import json
from collections import deque
from itertools import takewhile
from types import SimpleNamespace

import pytest

from understudy.wire.eventstream import decode

SCRIPT = "rules: [{reply: one two three}]\n"
CAPACITY = "capacity: {block-size: 16}\n"
ONE, OTHER = "one " * 400, "two " * 400  # below what APIs cache without being asked
PLAIN, READ = {"cached_tokens"}, {"cacheReadInputTokens"}
NAMES = {  # the members that tell of a hit
    "openai": PLAIN,
    "openai_responses": PLAIN,
    "azure": PLAIN,
    "gemini": {"cachedContentTokenCount"},
    "gemini-array": {"cachedContentTokenCount"},
    "cohere": PLAIN,
    "mistral": {"num_cached_tokens", "cached_tokens"},
    "deepseek": {"cached_tokens", "prompt_cache_hit_tokens"},
    **dict.fromkeys(("groq", "openrouter", "xai", "together", "fireworks", "cerebras", "sglang", "vllm"), PLAIN),
}
SILENT = {  # by why they do not
    "counts what is marked": {"anthropic", "bedrock", "bedrock-invoke"},
    "has no member": {"openai-completions", "ollama", "ollama-generate", "perplexity", "tgi", "tgi-generate"},
}
ALL = {"cache_read_input_tokens", "cacheReadInputTokenCount", *READ}.union(*NAMES.values())
CLAUDE, NOVA = "/bedrock/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0", "/bedrock/model/amazon.nova-lite-v1%3A0"
STREAMED = {"converse": "converse-stream", "invoke": "invoke-with-response-stream"}


def completion(text):
    return {"model": "m", "prompt": text}


def converse(text, *marks):
    return {"messages": [{"role": "user", "content": [{"text": text}, *marks]}]}


def invocation(text, **mark):
    said = {"role": "user", "content": [{"type": "text", "text": text, **mark}]}
    return {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 100, "messages": [said]}


def point(text):
    return converse(text, {"cachePoint": {"type": "default"}})


# What no speaker stands for: (path, body of a text, members that tell of a hit).
OTHERS = {
    "deepseek-completions": ("/deepseek/beta/completions", completion, NAMES["deepseek"]),
    "openrouter-completions": ("/openrouter/api/v1/completions", completion, PLAIN),
    "together-completions": ("/together/v1/completions", completion, PLAIN),
    "fireworks-completions": ("/fireworks/inference/v1/completions", completion, PLAIN),
    "cerebras-completions": ("/cerebras/v1/completions", completion, PLAIN),
    "sglang-completions": ("/sglang/v1/completions", completion, PLAIN),
    "vllm-completions": ("/vllm/v1/completions", completion, PLAIN),
    "vllm-invocations": ("/vllm/invocations", completion, PLAIN),
    "bedrock-marked": (f"{CLAUDE}/converse", point, READ),
    "bedrock-nova": (f"{NOVA}/invoke", converse, set()),
    "bedrock-nova-marked": (f"{NOVA}/invoke", point, {"cacheReadInputTokenCount"}),
    "bedrock-invoke-marked": (
        f"{CLAUDE}/invoke",
        lambda text: invocation(text, cache_control={"type": "ephemeral"}),
        {"cache_read_input_tokens"},
    ),
}


def documents(data):
    """The JSON of an answer: one document, lines, events, or binary frames with or without a document in them."""
    if data[:1] == b"\0":
        found = [json.loads(message.payload) for message in decode(data)]
        return [json.loads(base64.b64decode(each["bytes"])) if "bytes" in each else each for each in found]
    try:
        return [json.loads(data)]
    except ValueError:
        lines = [line.removeprefix(b"data: ") for line in data.splitlines()]
        return [json.loads(line) for line in lines if line[:1] == b"{"]


def told(value):
    """The members that tell of a hit, and how large."""
    if isinstance(value, list):
        return set().union(*map(told, value))
    if not isinstance(value, dict):
        return set()
    return {(name, value[name]) for name in ALL & value.keys() if value[name]}.union(*map(told, value.values()))


@pytest.fixture
def answered(respond):
    """Put a request to a server, let its simulated engines work it off, and give the documents of the answer."""

    def ask(to, request):
        answer = to.respond(request)
        for _, simulated in to.fleet:
            deque(takewhile(lambda _, simulated=simulated: simulated.busy, simulated.steps()), maxlen=0)
        found = respond(SimpleNamespace(respond=lambda _request: answer), request)
        assert found.status == 200, found.body
        return documents(found.body)

    return ask


@pytest.fixture
def check(answered, engine):
    """Ask the same twice, something else of the same length, and the same again: each tells what was counted for it alone."""

    def hold(names, make):
        to, found, known = engine(CAPACITY + SCRIPT), [], 0
        for text in (ONE, ONE, OTHER, ONE):
            told_of = told(answered(to, make(text)))
            (simulated,) = [simulated for _, simulated in to.fleet]
            hits, known = simulated.snapshot.prefix_hits - known, simulated.snapshot.prefix_hits
            assert told_of == {(name, hits) for name in names if hits}
            found.append(hits)
        assert found[1] == found[3] > max(found[0], found[2], 300)

    return hold


def ask(make_request, speaker, wish):
    return make_request(speaker.body(wish), f"/{speaker.dialect}{speaker.where(wish)}", headers=dict(speaker.headers))


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_hit_is_told_where_the_api_tells_it(check, make_request, speaker, name, wish, stream):
    check(NAMES.get(name, set()), lambda text: ask(make_request, speaker, wish(text, stream)))


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("other", OTHERS)
def test_so_do_others(check, make_request, other, stream):
    path, body, names = OTHERS[other]

    def made(text):
        if not stream:
            return make_request(body(text), path)
        if "/bedrock/" in path:
            before, _, operation = path.rpartition("/")
            return make_request(body(text), f"{before}/{STREAMED[operation]}")
        return make_request({**body(text), "stream": True, "stream_options": {"include_usage": True}}, path)

    check(names, made)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_without_an_engine_nothing_is_told(answered, engine, make_request, speaker, wish, stream):
    to = engine(SCRIPT)
    assert [told(answered(to, ask(make_request, speaker, wish(ONE, stream)))) for _ in range(2)] == [set(), set()]


def test_every_speaker_tells_or_says_why_not(spoken):
    silent = set().union(*SILENT.values())
    assert NAMES.keys() | silent == spoken.keys()
    assert not NAMES.keys() & silent


@pytest.mark.parametrize("counts", ["continuous_usage_stats", "include_usage"])
def test_of_vllm_the_last_chunk_alone_tells_it(answered, engine, make_request, chat, counts):
    to = engine(CAPACITY + SCRIPT)
    body = chat(ONE, stream=True, stream_options={"include_usage": True, counts: True})
    *chunks, last = [answered(to, make_request(body, "/vllm/v1/chat/completions")) for _ in range(2)][1]
    assert not any(map(told, chunks))
    assert told(last)


def test_of_claude_what_is_marked_is_read_and_not_what_an_engine_holds(answered, engine, make_request):
    to, found = engine(CAPACITY + SCRIPT), []
    for mark in ({}, {}, {"cache_control": {"type": "ephemeral"}}, {"cache_control": {"type": "ephemeral"}}):
        system = [{"type": "text", "text": "one " * 2000, **mark}]
        said = [{"role": "user", "content": OTHER}]
        body = {"model": "claude-sonnet-4-5", "max_tokens": 100, "system": system, "messages": said}
        (document,) = answered(to, make_request(body, "/anthropic/v1/messages", headers={"anthropic-version": "2023-06-01"}))
        usage = document["usage"]
        found.append([usage[f"{kind}input_tokens"] for kind in ("", "cache_creation_", "cache_read_")])
    (fresh, _, _), second, (rest, marked, read), last = found
    assert second == [fresh, 0, 0]
    assert (rest + marked, read) == (fresh, 0)
    assert last == [rest, 0, marked]
    ((_, simulated),) = to.fleet
    assert simulated.snapshot.prefix_hits > fresh


def test_what_a_rule_says_goes_before_what_an_engine_holds(answered, engine, make_request, chat):
    to = engine(CAPACITY + "rules: [{reply: {text: hi, usage: {cached_tokens: 7}}}]")
    for _ in range(2):
        assert told(answered(to, make_request(chat(ONE), "/sglang/v1/chat/completions"))) == {("cached_tokens", 7)}
