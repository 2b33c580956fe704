"""Whose engine is whose, what pace it leaves without effect, and which prompts begin alike."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from understudy.capacity import CapacitySpec, Order
from understudy.config.grammar.report import Checks
from understudy.config.load import load
from understudy.config.script import Model, Phase, ReplySpec, Rule, Script, TimelineSpec, TimingOverride, TimingSpec
from understudy.engine.capacity import complaint, laws, prompts_of, shares, without_effect
from understudy.engine.pace import Pace
from understudy.errors import ScriptError, UsageError
from understudy.matching import When
from understudy.model.call import Call, Message, Tool
from understudy.model.reply import Block, Reasoning, Refused, Reply, Text, ToolCall
from understudy.timing.fixed import Fixed

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


TTFT = TimingSpec(ttft=Fixed(1.0))
PACED = TimingSpec(latency=Fixed(1.0), chunk_tokens=(2, 2))
RULE = {"name": "sky", "when": When(()), "replies": (), "source_file": "/a/sky.yaml", "line": 7}


def refused(**script) -> list[str]:
    """The places of the timings that an engine leaves without effect, and their keys."""
    try:
        shares(Script(**script))
    except UsageError as error:
        return [line.partition(" where")[0] for line in str(error).splitlines()]
    return []


EVERY = {"capacity": CapacitySpec()}


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ({"timing": TTFT}, "timing: expected no ttft"),
        (
            {"timing": TimingSpec(itl=Fixed(1.0), burstiness=2.0, whole=False)},
            "timing: expected no itl, no burstiness, no whole",
        ),
        ({"timing": TimingSpec(overrides=(TimingOverride(TTFT, "a"),))}, "timing.overrides[0]: expected no ttft"),
        ({"models": (Model("a", TTFT),)}, "models: a: timing: expected no ttft"),
        ({"models": (Model("a", TimingSpec(scale=2.0)),)}, "models: a: timing: expected no scale"),
        ({"rules": (Rule(**RULE), Rule(**RULE, timing=TTFT))}, "rule sky (sky.yaml:7): timing: expected no ttft"),
        (
            {"rules": (Rule(**{**RULE, "replies": (ReplySpec(timing=TimingSpec(per_prompt_token=0.1)),)}),)},
            "rule sky (sky.yaml:7): timing: expected no per-prompt-token",
        ),
        ({"timeline": TimelineSpec((Phase(name="slow", at=0.0, timing=TTFT),))}, "timeline: slow: timing: expected no ttft"),
    ],
)
def test_timing_that_an_engine_leaves_without_effect_is_refused(script, told):
    assert refused(**EVERY, **script) == [told]
    if "models" not in script:
        assert refused(models=(Model("b", capacity=CapacitySpec()),), **script) == []
    assert refused(**script) == []


@pytest.mark.parametrize(
    "script",
    [
        {"timing": TimingSpec(latency=Fixed(1.0), scale=2.0, chunk_tokens=(1, 4))},
        {"models": (Model("a", PACED),)},
        {"rules": (Rule(**RULE, timing=PACED),)},
        {"timeline": TimelineSpec((Phase(name="slow", at=0.0, scale=3.0, timing=PACED),))},
    ],
)
def test_other_timing_goes_with_an_engine(script):
    assert refused(**EVERY, **script) == []


def test_a_model_with_a_pace_and_the_engine_of_a_glob_is_refused():
    models = (Model("large-*", capacity=CapacitySpec()), Model("large-1", TTFT), Model("small", TTFT))
    assert refused(models=models) == ["models: large-1: timing: expected no ttft"]
    assert refused(models=(Model("large-*", TTFT, CapacitySpec()),)) == ["models: large-*: timing: expected no ttft"]


@pytest.fixture
def told(tmp_path):
    """Load a script; return where its timings are refused, and for which keys."""

    def load_it(text: str, below: str = "{}") -> list[str]:
        (tmp_path / "below.yaml").write_text(below)
        (tmp_path / "s.yaml").write_text(f"extends: [./below.yaml]\n{text}")
        try:
            load([tmp_path / "s.yaml"], checks=Checks(whole=without_effect))
        except ScriptError as error:
            found = [(str(problem).removeprefix(f"{tmp_path}/"), problem.path) for problem in error.problems]
            return [f"{line.partition(' where')[0]} {path}" for line, path in found]
        return []

    return load_it


@pytest.mark.parametrize(
    ("script", "line", "problem"),
    [
        ("timing:\n  scale: 2\n  ttft: 1s", 3, "expected no ttft $.timing"),
        ("timing: {profile: gpt-4o-like}", 1, "expected no ttft, no itl $.timing"),
        ("timing: {overrides: [{model: a, scale: 2}]}", 1, "expected no scale $.timing.overrides[0]"),
        ("models:\n- a\n- {id: b, timing: {itl: 1}}", 3, "expected no itl $.models[1].timing"),
        ("rules:\n- reply: a\n  timing: {whole: off}", 3, "expected no whole $.rules[0].timing"),
        ("rules:\n- replies:\n  - {text: a, timing: {itl: 1}}", 3, "expected no itl $.rules[0].replies[0].timing"),
        ("timeline:\n- at: 1s\n  timing: {scale: 2, ttft: 1}", 3, "expected no ttft $.timeline[0].timing"),
    ],
)
def test_timing_without_effect_is_told_where_it_is_written(told, script, line, problem):
    assert told(f"{script}\ncapacity: {{}}") == [f"s.yaml:{line + 1}: {problem}"]
    assert told("capacity: {}", script) == [f"below.yaml:{line}: {problem}"]
    assert told(script) == []


def test_timing_that_goes_with_an_engine_is_not_told(told):
    assert told("capacity: {}\ntiming: {latency: 5, scale: 2}\ntimeline: [{at: 1s, timing: {scale: 2}}]") == []
    assert told("models: [{id: 'a*', capacity: {}}, {id: b, timing: {itl: 1}}]\ntiming: {itl: 1}") == []
    assert told("models: [{id: 'a*', capacity: {}}, {id: ab, timing: {itl: 1}}]") == [
        "s.yaml:2: expected no itl $.models[1].timing"
    ]


def test_timing_that_another_script_replaces_is_not_told(told):
    assert told("models: [a]\ncapacity: {}", "models: [{id: a, timing: {itl: 1}}]") == []
    assert told("timeline: [{at: 1s, timing: {scale: 2}}]\ncapacity: {}", "timeline: [{at: 1s, timing: {itl: 1}}]") == []


def test_the_keys_that_say_when_tokens_come():
    assert laws(Pace(latency=Fixed(1.0), chunk_tokens=(1, 2), delay=1.0)) == []
    assert laws(Pace(ttft=Fixed(1.0), scale=2.0, whole_answers=True)) == ["ttft", "whole", "scale"]
    assert complaint(["ttft", "itl"]) == (
        "expected no ttft, no itl where `capacity` is said of the same models: a simulated engine says when tokens"
        " come. Leave it out, or the profile that has it, or the capacity; `scale` at the top of a script or in a phase counts."
    )
