"""The official Python client must not mind what is legal: fifty mixes of it change nothing of what the client reads."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.sdk

SEEDS = range(50)
FUZZ = "X-Understudy-Fault"


def read(stream):
    """What a stream says: the text, the tool calls and the finish reasons, joined."""
    text, calls, ends, usage = "", {}, [], None
    for chunk in stream:
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            ends += [choice.finish_reason] if choice.finish_reason else []
            for call in choice.delta.tool_calls or ():
                calls[call.index] = calls.get(call.index, "") + (call.function.name or "") + (call.function.arguments or "")
    return text, calls, ends, usage


def wishes(seed):
    return {"extra_headers": {FUZZ: "legal-fuzz", "X-Understudy-Decision": f"{seed:032x}"}}


@pytest.fixture
def fuzzed(serve, connect):
    script = """
    rules:
      - when: {user: weather}
        reply: {tool_calls: [{name: get_weather, arguments: {city: "Zürich", days: [1, 2, 3]}}]}
      - reply: "Grüße — 你好, a text of several words with \\"quotes\\" and 😀 in it."
    """
    return connect(serve(script))


def test_streams_read_the_same(ask, fuzzed):
    options = {"client": fuzzed, "stream": True, "stream_options": {"include_usage": True}}
    sound = read(ask(**options))
    assert sound[0].endswith("😀 in it.")
    for seed in SEEDS:
        assert read(ask(**options, **wishes(seed))) == sound, f"seed {seed}"


def test_streamed_tool_calls_read_the_same(ask, fuzzed):
    options = {"client": fuzzed, "stream": True}
    sound = read(ask("weather", **options))
    assert "Zürich" in sound[1][0]
    for seed in SEEDS:
        assert read(ask("weather", **options, **wishes(seed))) == sound, f"seed {seed}"


def test_whole_answers_read_the_same(ask, fuzzed):
    sound = ask(client=fuzzed).choices
    for seed in SEEDS:
        assert ask(client=fuzzed, **wishes(seed)).choices == sound, f"seed {seed}"


def test_the_fuzz_is_real(ask, fuzzed):
    """The same stream arrives in other pieces, or this test would show nothing."""
    bodies = set()
    for seed in range(10):
        with fuzzed.chat.completions.with_streaming_response.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": "hi"}], stream=True, **wishes(seed)
        ) as answer:
            bodies.add(b"".join(answer.iter_bytes()))
    assert len(bodies) > 3
