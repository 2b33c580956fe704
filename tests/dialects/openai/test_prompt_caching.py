"""What the usage of chat says about the prompt cache, asked of a whole engine."""

from __future__ import annotations

import pytest

LONG = " word" * 2_000
SCRIPT = """
rules:
  - when: {user: told}
    reply: {text: hi, usage: {cached_tokens: 7}}
  - reply: hello there
"""


@pytest.fixture
def cached(engine, ask, chat):
    """Ask one engine several things; give the cached tokens of each answer."""

    def of(*questions, script=SCRIPT, **fields):
        running = engine(script)
        found = []
        for question in questions:
            answer = ask(chat(question, **fields), to=running)
            usage = answer.chunks[-1]["usage"] if fields.get("stream") else answer.json["usage"]
            found.append(usage["prompt_tokens_details"]["cached_tokens"])
        return found

    return of


@pytest.mark.parametrize("fields", [{}, {"stream": True, "stream_options": {"include_usage": True}}])
def test_a_long_prompt_is_cached_the_second_time(cached, fields):
    assert cached(LONG, LONG, LONG, **fields) == [0, 1920, 1920]


def test_what_two_prompts_begin_with_is_cached(cached):
    first, second = cached(LONG + " one", LONG + " two" * 500)
    assert (first, second) == (0, 1920)


def test_a_short_prompt_is_never_cached(cached):
    assert cached("hi", "hi", "hi") == [0, 0, 0]


def test_what_a_script_says_is_said(cached):
    assert cached("told", "told") == [7, 7]


def test_a_simulated_engine_says_what_its_own_cache_holds(cached):
    capacity = "{kv-cache-tokens: 16384, block-size: 16, prefix-cache: true, prefill-token: 0.001ms}"
    assert cached(LONG, LONG, script=f"capacity: {capacity}\n{SCRIPT.lstrip()}") == [
        0,
        0,
    ]  # nobody plays it, so nothing is held


def test_sessions_share_nothing(engine, ask, chat):
    running = engine(SCRIPT)
    found = [
        ask(chat(LONG), to=running, headers={"x-understudy-session": name}).json["usage"]["prompt_tokens_details"]
        for name in ("a", "b", "a")
    ]
    assert [details["cached_tokens"] for details in found] == [0, 0, 1920]
