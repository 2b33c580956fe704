"""The timing that an engine leaves without effect, and where that is told."""

from __future__ import annotations

import pytest

from understudy.capacity import CapacitySpec
from understudy.config.grammar.report import Checks
from understudy.config.load import load
from understudy.config.script import Model, Phase, ReplySpec, Rule, Script, TimelineSpec, TimingOverride, TimingSpec
from understudy.engine.capacity import shares
from understudy.engine.overruled import complaint, laws, without_effect
from understudy.engine.pace import Pace
from understudy.errors import ScriptError, UsageError
from understudy.matching import When, is_glob
from understudy.model.reply import Raw
from understudy.timing.fixed import Fixed

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


SENT_AS_IT_IS = ReplySpec(raw=Raw(chunks=((0.0, b"a"), (1.0, b"b"))), timing=TimingSpec(scale=2.0))


@pytest.mark.parametrize("script", [EVERY, {"models": (Model("own", capacity=CapacitySpec()),)}], ids=["every", "own"])
def test_a_factor_of_raw_answers_goes_with_an_engine(script):
    when = When.build({"model": "own"})
    rule = {**RULE, "when": when, "timing": TimingSpec(scale=2.0)}
    assert refused(**script, rules=(Rule(**{**rule, "replies": (SENT_AS_IT_IS,)}),)) == []
    others = (SENT_AS_IT_IS, ReplySpec(text="b", timing=TimingSpec(scale=2.0)))
    assert refused(**script, rules=(Rule(**{**rule, "replies": others}),)) == [
        "rule sky (sky.yaml:7): timing: expected no scale"
    ]
    timed = Rule(**{**rule, "replies": (SENT_AS_IT_IS,), "timing": TimingSpec(scale=2.0, itl=Fixed(1.0))})
    assert refused(**script, rules=(timed,)) == ["rule sky (sky.yaml:7): timing: expected no itl"]


OWN = (Model("own", capacity=CapacitySpec()), Model("large-*", capacity=CapacitySpec()), Model("v?", capacity=CapacitySpec()))


@pytest.mark.parametrize(
    ("models", "is_refused"),
    [
        *((name, True) for name in ("own", " OWN", "large-1", "large-*", "Large-*b", "large-??", "v1", "v?")),
        *((name, False) for name in (None, "other", "*", "o*", "large*", "v*", "v?*", "v??")),
    ],
)
def test_timing_of_nobody_but_models_with_an_engine_is_refused(models, is_refused):
    override = TimingSpec(overrides=(TimingOverride(TTFT, models, key="sk-*"),))
    assert refused(models=OWN, timing=override) == ["timing.overrides[0]: expected no ttft"] * is_refused
    rule = Rule(**{**RULE, "when": When.build({} if models is None else {"model": models})}, timing=TTFT)
    is_name = is_refused and not is_glob(models)
    assert refused(models=OWN, rules=(rule,)) == ["rule sky (sky.yaml:7): timing: expected no ttft"] * is_name


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


@pytest.mark.parametrize(
    ("script", "line", "path"),
    [
        ("timing: {itl: 1, overrides: [{model: x, itl: 1}, {model: own, itl: 1}]}", 1, "$.timing.overrides[1]"),
        ("rules:\n- reply: a\n  timing: {itl: 1}\n- {when: {model: own}, reply: a, timing: {itl: 1}}", 4, "$.rules[1].timing"),
        ("rules:\n- {when: {model: own}, replies: [{text: a, timing: {itl: 1}}]}", 2, "$.rules[0].replies[0].timing"),
    ],
)
def test_timing_of_a_model_with_an_engine_is_told_where_it_is_written(told, script, line, path):
    assert told(f"{script}\nmodels: [{{id: own, capacity: {{}}}}]") == [f"s.yaml:{line + 1}: expected no itl {path}"]
    assert told(f"{script}\nmodels: [own, {{id: others, capacity: {{}}}}]") == []


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("reply: {raw: RAW}, timing: {scale: 2}", ""),
        ("reply: {raw: RAW, timing: {scale: 2}}", ""),
        ("replies: [a, {raw: RAW, timing: {scale: 2}}]", ""),
        ("reply: {raw: RAW}, timing: {scale: 2, itl: 1}", "itl $.rules[0].timing"),
        ("replies: [{raw: RAW}, {text: a, timing: {scale: 2}}]", "scale $.rules[0].replies[1].timing"),
    ],
)
@pytest.mark.parametrize("script", ["capacity: {}", "models: [{id: own, capacity: {}}]"])
def test_a_factor_of_raw_answers_is_not_told(told, script, rule, problem):
    text = f"rules: [{{when: {{model: own}}, {rule.replace('RAW', '{chunks: [{data: a}, {after: 1s, data: b}]}')}}}]\n{script}"
    assert told(text) == ([f"s.yaml:2: expected no {problem}"] if problem else [])


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
