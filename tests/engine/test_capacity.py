"""Whose engine is whose, and which prompts begin alike."""

from __future__ import annotations

import pytest

from understudy.capacity import CapacitySpec
from understudy.config.script import Model, Script
from understudy.engine.capacity import block_names, shares
from understudy.model.call import Call, Message, Tool

SPEC = CapacitySpec(block_size=1)
LONG = "A system prompt that is the same for everybody, and rather long. " * 4


def call(*said: str, **more) -> Call:
    return Call("chat", "openai", "gpt", [Message("system" if k == 0 else "user", text) for k, text in enumerate(said)], **more)


def shared(one: Call, other: Call) -> int:
    """How many bytes the engine takes two prompts to share."""
    pairs = zip(block_names(one, 1000, SPEC), block_names(other, 1000, SPEC), strict=False)
    return 4 * sum(a == b for a, b in pairs)


def test_a_script_without_capacity_has_no_shares():
    assert shares(Script(models=(Model("a"),))) == ()


def test_a_name_goes_before_globs_and_these_before_the_rest():
    one, two, three = (CapacitySpec(max_num_seqs=n) for n in (1, 2, 3))
    script = Script(models=(Model("llama-*", capacity=one), Model("llama-8b", capacity=two), Model("llama-9b")), capacity=three)
    found = shares(script)
    assert [share.id for share in found] == ["llama-8b", "llama-*", "*"]
    whose = {name: next(share.spec for share in found if share.fits(name)) for name in ("llama-8b", "LLAMA-70B", "gpt")}
    assert whose == {"llama-8b": two, "LLAMA-70B": one, "gpt": three}


def test_prompts_share_what_they_begin_with():
    assert shared(call(LONG, "one"), call(LONG, "two")) >= len(LONG)
    assert shared(call(LONG, "one"), call("!" + LONG, "one")) < 16
    assert shared(call(LONG, "one"), call(LONG, "one", "more")) > shared(call(LONG, "one"), call(LONG, "two"))


def test_an_image_is_part_of_the_prompt():
    def seeing(url: str) -> Call:
        return Call("chat", "openai", "gpt", [Message("user", [{"type": "text", "text": "look"}, {"url": url}])])

    assert shared(seeing("a" * 99), seeing("a" * 99)) > 99
    assert shared(seeing("a" * 99), seeing("b" * 99)) < 40


@pytest.mark.parametrize("other", [{"model": "llama"}, {"tools": (Tool("f", "does", {"type": "object"}),)}])
def test_other_models_and_other_tools_share_nothing(other):
    one, two = call(LONG), call(LONG)
    for name, value in other.items():
        setattr(two, name, value)
    assert shared(one, two) == 0


@pytest.mark.parametrize("prompt", ["some text " * 20, list(range(50)), tuple(range(50)), ["not", -1, "tokens"] * 20])
def test_completions_are_named_by_their_prompt(prompt):
    names = block_names(Call("completion", "openai", "gpt", inputs=(prompt,)), 32, CapacitySpec())
    assert len(names) == 2
    assert names == block_names(Call("completion", "openai", "gpt", inputs=(prompt,)), 32, CapacitySpec())


def test_nothing_is_named_where_nothing_is_found():
    assert block_names(call(LONG), 100, CapacitySpec(prefix_cache=False)) == []
    assert block_names(call(LONG), 15, CapacitySpec()) == []
    assert block_names(Call("chat", "openai"), 100, CapacitySpec()) == []
