"""Every profile is a timing that scripts take, and every number in it has a source."""

from __future__ import annotations

from math import log

import msgspec
import pytest
import yaml

from understudy import profiles, timing
from understudy.durations import seconds

NAMES = profiles.names()


def leaves(value, path=""):
    if not isinstance(value, dict):
        return {path: str(value)}
    found = {}
    for key, inner in value.items():
        found |= leaves(inner, f"{path}.{key}" if path else key)
    return found


def test_hosted_models_and_machines_of_several_sizes_are_there():
    wanted = {"gpt-4o-like", "gpt-4o-mini-like", "claude-sonnet-like", "gemini-flash-like", "reasoning-like"}
    machines = {"qwen-0.5b-l4", "llama-8b-a100-40gb", "llama-8b-h100", "llama-70b-4xa100", "llama-70b-4xh100", "small-cpu"}
    assert wanted | machines <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_number_has_a_source_that_says_that_number(name):
    told = profiles.provenance(name)
    assert {path: source.value for path, source in told.sources.items()} == leaves(profiles.load(name))
    for source in told.sources.values():
        assert source.how
        assert source.references
        assert set(source.references) <= set(told.references)
    used = {key for source in told.sources.values() for key in source.references}
    assert set(told.references) == used
    for reference in told.references.values():
        assert reference.url.startswith("https://")
        assert reference.title
        assert reference.date
        assert reference.measured
    assert told.about.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_each_timing_is_made_of_laws(name):
    found = profiles.load(name)
    assert set(found) <= {"ttft", "itl", "per-prompt-token"}
    ttft, itl = timing.build(found["ttft"]), timing.build(found["itl"])
    assert 0.001 < itl.mean < 0.2
    assert ttft.quantile(0.5) > 0.001
    if "per-prompt-token" in found:
        assert 0 < seconds(found["per-prompt-token"]) < 0.1


@pytest.mark.parametrize(
    ("name", "a_second"),
    [("gpt-4o-like", 81), ("claude-sonnet-like", 64), ("gemini-flash-like", 192), ("reasoning-like", 108.1)],
)
def test_tokens_a_second_are_those_of_the_publication(name, a_second):
    assert 1 / timing.build(profiles.load(name)["itl"]).mean == pytest.approx(a_second, rel=0.002)


@pytest.mark.parametrize(
    ("name", "p50", "p95"),
    [
        ("gpt-4o-like", 250, 700),
        ("gpt-4o-mini-like", 150, 400),
        ("claude-sonnet-like", 200, 500),
        ("gemini-flash-like", 100, 300),
        ("reasoning-like", 600, 2000),
        ("qwen-0.5b-l4", 60.9, 88.4),
    ],
)
def test_the_tail_is_the_one_the_formula_gives(name, p50, p95):
    law = timing.build(profiles.load(name)["ttft"])
    assert law.quantile(0.95) / law.quantile(0.5) == pytest.approx(p95 / p50, rel=0.002)


def test_arithmetic_profiles_follow_their_arithmetic():
    weights = 16.06e9
    found = profiles.load("llama-8b-h100")
    assert timing.build(found["itl"]).quantile(0.5) == pytest.approx(weights / 3.35e12 / 0.77, rel=0.002)
    share = 2 * 70e9 / (2 * 989e12 * 0.16125e-3)
    assert seconds(found["per-prompt-token"]) == pytest.approx(weights / (989e12 * share), rel=0.01)
    alone = timing.build(found["itl"])
    assert log(alone.quantile(0.99) / alone.quantile(0.5)) == pytest.approx(log(55.0 / 51.75), rel=0.01)


def test_a_profile_may_be_changed_by_who_loads_it():
    profiles.load("gpt-4o-like")["ttft"]["lognormal"]["median"] = "1ms"
    assert profiles.load("gpt-4o-like")["ttft"]["lognormal"]["median"] == "390ms"


@pytest.mark.parametrize("ask", [profiles.load, profiles.provenance])
def test_unknown_names_lead_to_the_nearest(ask):
    with pytest.raises(
        ValueError, match=r"^profile 'gpt-4o': expected one of bloom-.*small-cpu\. Did you mean 'gpt-4o-like'\?$"
    ):
        ask("gpt-4o")


@pytest.mark.parametrize("name", ["", "../presets/mockllm", "gpt-4o-like.yaml", "__init__"])
def test_names_are_no_paths(name):
    with pytest.raises(ValueError, match=r"^profile "):
        profiles.load(name)


def test_files_hold_nothing_else(tmp_path):
    data = yaml.safe_load((profiles.FOLDER / "small-cpu.yaml").read_text(encoding="utf-8"))
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**data, "more": 1}, profiles._Profile)
