"""Whose engine is whose, what pace it leaves without effect, and which prompts begin alike."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from understudy.capacity import CapacitySpec, Order
from understudy.config.script import Model, Script
from understudy.dialects import Listed, Options
from understudy.dialects.vllm.adapters import KIND
from understudy.engine.capacity import base_of, prompts_of, shares
from understudy.engine.store import MemoryStore
from understudy.model.call import Call, Message, Tool
from understudy.model.reply import Block, Reasoning, Refused, Reply, Text, ToolCall

SPEC = CapacitySpec(block_size=1)
LONG = "A system prompt that is the same for everybody, and rather long. " * 4


def call(*said: str, **more) -> Call:
    return Call("chat", "openai", "gpt", [Message("system" if k == 0 else "user", text) for k, text in enumerate(said)], **more)


def names(call: Call, tokens: int, spec: CapacitySpec = SPEC) -> list[int]:
    """The names of the blocks of the only prompt of a call."""
    (prompt,) = prompts_of(call, tokens, spec)
    assert prompt.tokens == tokens
    return list(prompt.names)


def answered(call: Call, *blocks: Block, tokens: int = 1000, output: int = 1000, **more) -> list[int]:
    """The names of the blocks of the only prompt of a call and of its answer."""
    (prompt,) = prompts_of(call, tokens, SPEC)
    order = prompt.order(call, Reply(blocks, **more), output, SPEC)
    assert (order.prompt, order.names, order.output) == (tokens, prompt.names, output)
    return [*order.names, *order.further]


def shared(one: Call, other: Call) -> int:
    """How many bytes the engine takes two prompts to share."""
    pairs = zip(names(one, 1000), names(other, 1000), strict=False)
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


ADAPTED = Script(models=(Model("llama", capacity=SPEC), Model("s*", capacity=SPEC), Model("own", capacity=SPEC)), capacity=SPEC)


@pytest.mark.parametrize(("model", "base"), [("sql", "llama"), ("own", None), ("OWN ", None), ("llama", None), ("spare", None)])
def test_an_adapter_runs_in_the_batch_of_the_first_model_unless_it_has_an_engine_by_its_name(model, base):
    store = MemoryStore().of("")
    for name in ("sql", "own", "OWN "):
        store.put(KIND, name, b"/path")
    assert base_of(shares(ADAPTED), model, store, Options(listed=(Listed("llama"), Listed("s")))) == base
    assert base_of(shares(ADAPTED), "sql", store, Options(default_model="gpt")) == "gpt"


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
    found = names(Call("completion", "openai", "gpt", inputs=(prompt,)), 32, CapacitySpec())
    assert len(found) == 2
    assert found == names(Call("completion", "openai", "gpt", inputs=(prompt,)), 32, CapacitySpec())


def test_prompts_that_came_as_tokens_are_named_by_them():
    given = tuple(range(96))
    read = Call("completion", "openai", "gpt", [Message("user", "!")], inputs=("!",), extra=SimpleNamespace(prompts=(given,)))
    assert names(read, 96, CapacitySpec()) == names(Call("completion", "openai", "gpt", inputs=(given,)), 96, CapacitySpec())
    assert len(names(read, 96, CapacitySpec())) == 6


def test_of_several_prompts_each_is_counted_and_named():
    call = Call("completion", "openai", "gpt", inputs=("one two three " * 20, list(range(40)), "short"))
    found = prompts_of(call, 999, CapacitySpec())
    assert [(prompt.tokens, len(prompt.names)) for prompt in found] == [(61, 3), (40, 2), (1, 0)]
    assert (
        found[1].names
        == prompts_of(Call("completion", "openai", "gpt", inputs=(list(range(40)),)), 40, CapacitySpec())[0].names
    )


def test_nothing_is_named_where_nothing_is_found():
    assert names(call(LONG), 100, CapacitySpec(prefix_cache=False)) == []
    assert names(call(LONG), 15, CapacitySpec()) == []
    assert names(Call("chat", "openai"), 100, CapacitySpec()) == []


ASKED = call("Be brief.", "What is up?")


def gone_on(*messages: Message) -> list[int]:
    """The names of the next turn's prompt."""
    return names(Call("chat", "openai", "gpt", [*ASKED.messages, *messages]), 2000)


def test_an_answer_is_named_as_the_next_turn_says_it():
    assert answered(ASKED, Text(LONG)) == gone_on(Message("assistant", LONG))
    assert answered(ASKED, Text("short "), Refused(LONG)) == gone_on(Message("assistant", [{"text": "short "}, {"text": LONG}]))
    named = gone_on(Message("assistant", LONG), Message("user", "more"))
    assert answered(ASKED, Text(LONG)) == named[: len(answered(ASKED, Text(LONG)))]


def test_no_more_is_named_than_there_are_tokens():
    named = answered(ASKED, Text(LONG))
    assert [len(answered(ASKED, Text(LONG), tokens=5, output=output)) for output in (1, 20)] == [6, 25]
    assert answered(ASKED, Text(LONG), tokens=5, output=20) == named[:25]


@pytest.mark.parametrize(
    "made",
    [
        {"type": "function", "function": {"name": "f", "arguments": '{"b": [1, 2], "a": "text"}'}},
        {"id": "call_1", "function": {"name": "f", "arguments": {"a": "text", "b": [1, 2]}}},
        {"type": "custom", "custom": {"name": "f", "input": '{"a":"text","b":[1,2]}'}},
    ],
)
def test_a_call_is_named_however_it_is_written(made):
    assert answered(ASKED, ToolCall("f", '{"a": "text", "b": [1,2]}')) == gone_on(Message("assistant", None, tool_calls=[made]))


@pytest.mark.parametrize("arguments", ['{"a": ', "plain text", "[" * 9000, '{"text": "a"}'])
def test_calls_with_other_arguments_are_others(arguments):
    def called(text: str) -> list[int]:
        return answered(ASKED, Text(LONG), ToolCall("f", text))

    assert called(arguments) == called(arguments) != called('{"text": "a", "b": 1}')


@pytest.mark.parametrize("made", ["a call", {"type": 5}, {"function": "f"}, {"type": None, "function": {}}])
def test_calls_of_any_form_are_part_of_the_prompt(made):
    assert gone_on(Message("assistant", LONG, tool_calls=[made])) != gone_on(Message("assistant", LONG))


def test_messages_of_the_assistant_that_follow_each_other_are_one_answer():
    parts = Message("assistant", LONG), Message("assistant", None, tool_calls=[{"function": {"name": "f", "arguments": ""}}])
    assert answered(ASKED, Text(LONG), ToolCall("f", "{}")) == gone_on(*parts)
    begun = Call("chat", "anthropic", "gpt", [*ASKED.messages, Message("assistant", "It is")])
    assert answered(begun, Text(LONG)) == gone_on(Message("assistant", "It is" + LONG))


def test_thoughts_stand_before_what_was_said():
    thought = {"type": "thinking", "thinking": "Let me see.", "signature": "abc"}
    told = answered(ASKED, Reasoning("Let me see."), Text(LONG))
    assert told == gone_on(Message("assistant", [thought, {"type": "text", "text": LONG}]))
    assert sum(a == b for a, b in zip(told, gone_on(Message("assistant", LONG)), strict=False)) < 20


def test_a_stream_is_named_by_what_it_says():
    streamed = Call("chat", "openai", "gpt", ASKED.messages, stream=True)
    assert answered(streamed, Text("short"), stream_text=LONG) == gone_on(Message("assistant", LONG))
    assert answered(ASKED, Text(LONG), stream_text="short") == gone_on(Message("assistant", LONG))


def test_a_text_goes_on_with_its_answer_and_tokens_do_not():
    def completing(prompt) -> Call:
        return Call("completion", "openai", "gpt", inputs=(prompt,))

    assert answered(completing("Once "), Text(LONG)) == names(completing("Once " + LONG), 2000)
    assert len(answered(completing(list(range(99))), Text(LONG))) == 99


def test_without_a_prefix_cache_no_answer_is_named():
    spec = CapacitySpec(block_size=1, prefix_cache=False)
    (prompt,) = prompts_of(ASKED, 30, spec)
    assert prompt.order(ASKED, Reply((Text(LONG),)), 100, spec) == Order(30, (), 100)
