"""What of a prompt counts as cached: real prefixes, from 1,024 tokens in steps of 128."""

from __future__ import annotations

import pytest

from understudy.dialects import Moment, Options
from understudy.dialects._openai.caching import begins, cached, cached_tokens
from understudy.dialects._openai.prompt import chat_tokens
from understudy.engine.decision import Decision
from understudy.engine.promptcache import Starts
from understudy.model.call import Call, Message, Tool
from understudy.model.reply import Reply, Usage


def call_of(*texts, model="gpt-4o", tools=()):
    messages = [Message("user" if i % 2 else "system", text) for i, text in enumerate(texts)]
    return Call("chat", "openai", model, messages, texts[-1], tools=tools)


def prefixes(call):
    return begins(call, chat_tokens(call))


def found(before, now):
    starts = Starts()
    starts.use("", before.model, prefixes(before), 0.0)
    held = starts.use("", now.model, prefixes(now), 1.0)
    return cached_tokens(now, chat_tokens(now), held)


LONG = " word" * 2_000


def test_the_same_prompt_again_is_cached_in_whole_steps():
    call = call_of(LONG, "hello")
    assert found(call, call) == chat_tokens(call) // 128 * 128 == 1920


def test_a_longer_conversation_finds_what_was_said_before():
    assert found(call_of(LONG, "hello"), call_of(LONG, "hello", "hi", "how are you?" * 500)) == 1920


@pytest.mark.parametrize(("words", "least", "most"), [(500, 0, 0), (1_000, 0, 0), (1_150, 1024, 1024), (1_500, 1408, 1408)])
def test_a_prefix_counts_from_1024_tokens(words, least, most):
    alike = " word" * words
    assert least <= found(call_of(alike + " this" * 2_000), call_of(alike + " that" * 2_000)) <= most


def test_another_beginning_model_or_tool_shares_nothing():
    call = call_of(LONG)
    assert found(call_of("x" + LONG), call) == 0
    assert found(call_of(LONG, model="gpt-4o-mini"), call) == 0
    assert found(call_of(LONG, tools=(Tool("look"),)), call) == 0


def test_a_short_prompt_is_never_cached():
    assert prefixes(call_of("hello")) == b""
    assert cached_tokens(call_of("hello"), 9, 5) == 0


@pytest.mark.parametrize("content", ["\ud800 🦆" * 300, [{"type": "text", "text": "x"}]])
def test_any_text_has_beginnings(content):
    assert begins(Call("chat", "openai", "m", [Message("user", content)]), 1024)
    assert begins(Call("chat", "openai", "m"), 1024) == b""


def test_what_the_reply_says_counts_before_the_engine_and_that_before_what_was_sent():
    call = call_of(LONG)
    moment = Moment(Decision(bytes(16)), b"", b"", 0, Options(), chat_tokens(call), warm_tokens=1 << 20)
    assert cached(call, Reply(), moment) == 1920
    moment.cached_tokens = 16
    assert cached(call, Reply(), moment) == 16
    assert cached(call, Reply(usage=Usage(prompt_tokens=3)), moment) == 16
    assert cached(call, Reply(usage=Usage(cached_tokens=5)), moment) == 5
