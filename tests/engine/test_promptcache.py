"""What was sent before is held until it expires, for the session that sent it."""

from __future__ import annotations

import pytest

from understudy.engine.promptcache import PromptCache, Starts
from understudy.model.call import Prefix

SHORT, LONG = Prefix(b"short", 10, 300.0), Prefix(b"long", 20, 300.0)


@pytest.fixture
def cache():
    return PromptCache()


def test_the_longest_prefix_that_is_held_counts(cache):
    assert cache.use("s", [SHORT], 0.0) == 0
    assert cache.use("s", [SHORT, LONG], 1.0) == 10
    assert cache.use("s", [SHORT, LONG], 2.0) == 20


def test_a_prefix_expires_and_using_it_keeps_it(cache):
    cache.use("s", [SHORT], 0.0)
    assert cache.use("s", [SHORT], 299.0) == 10
    assert cache.use("s", [SHORT], 598.0) == 10
    assert cache.use("s", [SHORT], 898.0) == 0


def test_looking_for_a_prefix_does_not_keep_it(cache):
    looked_for = Prefix(b"short", 10, 0.0)
    assert [cache.use("s", [looked_for], 0.0), cache.use("s", [looked_for], 0.0)] == [0, 0]
    cache.use("s", [SHORT], 0.0)
    assert cache.use("s", [looked_for], 1.0) == 10
    assert cache.use("s", [looked_for], 301.0) == 0


def test_what_is_kept_for_an_hour_is_not_shortened(cache):
    cache.use("s", [Prefix(b"short", 10, 3600.0)], 0.0)
    cache.use("s", [SHORT], 1.0)
    assert cache.use("s", [SHORT], 3000.0) == 10


def test_sessions_are_apart_and_can_be_forgotten(cache):
    for session in ("s", "t"):
        cache.use(session, [SHORT], 0.0)
    assert cache.use("u", [SHORT], 0.0) == 0
    cache.reset("s")
    assert [cache.use(session, [SHORT], 1.0) for session in ("s", "t")] == [0, 10]
    cache.reset()
    assert cache.use("t", [SHORT], 1.0) == 0


def test_the_oldest_make_room():
    cache = PromptCache(most=2)
    for name in (b"a", b"b", b"a", b"c"):
        cache.use("s", [Prefix(name, 1, 300.0)], 0.0)
    assert [cache.use("s", [Prefix(name, 1, 0.0)], 0.0) for name in (b"a", b"b", b"c")] == [1, 0, 1]


def test_of_too_many_prompts_the_newest_are_kept():
    starts, prompts = Starts(budget=20_000), [bytes([n]) * 2000 for n in range(11)]
    for at, prompt in enumerate(prompts):
        assert starts.use("s", "m", prompt, float(at)) == 0
    assert [starts.use("s", "m", prompt, 20.0) for prompt in prompts[6:]] == [2000] * 5
    assert starts.use("s", "m", prompts[5], 20.0) == 0
