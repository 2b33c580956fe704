"""Whose timing is in force."""

from __future__ import annotations

from understudy.config.script import Model, Script, TimingOverride, TimingSpec
from understudy.engine.pace import NO_PACE, Pace
from understudy.engine.paces import Paces, prepare
from understudy.timing.exponential import Exponential
from understudy.timing.fixed import Fixed

ONE, TWO, THREE, FOUR = (Fixed(float(n)) for n in range(1, 5))


def paces(*models, settings=NO_PACE, **top):
    return Paces(Script(models=models, timing=TimingSpec(**top)), settings)


def test_nothing_said_is_no_pace():
    found = paces(Model("a"))
    assert not found.is_any
    assert found.find("a") == NO_PACE


def test_the_script_stands_above_the_settings():
    found = paces(itl=ONE, settings=Pace(TWO, delay=0.5))
    assert found.find("any") == Pace(TWO, itl=ONE, delay=0.5)
    assert found.is_any


def test_a_model_stands_above_globs_those_above_the_script_and_the_first_glob_wins():
    found = paces(
        Model("gpt-*", TimingSpec(ttft=TWO, itl=TWO, latency=TWO)),
        Model("g*", TimingSpec(ttft=THREE, scale=3.0)),
        Model("gpt-4o", TimingSpec(ttft=ONE)),
        itl=FOUR,
    )
    assert found.find("gpt-4o") == Pace(TWO, ONE, TWO, scale=3.0)
    assert found.find("GPT-5") == Pace(TWO, TWO, TWO, scale=3.0)
    assert found.find("other") == Pace(itl=FOUR)
    assert paces(Model("gpt-4?", TimingSpec(ttft=ONE))).find("gpt-4o") == Pace(ttft=ONE)
    assert paces(Model("gpt-4?", TimingSpec(ttft=ONE))).find("gpt-4oo") == NO_PACE


def test_models_fit_whatever_their_case():
    found = paces(Model("GPT-4o", TimingSpec(ttft=ONE)), Model("gpt-4O", TimingSpec(ttft=TWO, itl=TWO)))
    assert found.find("gpt-4o") == found.find("GPT-4O ") == Pace(ttft=ONE, itl=TWO)
    assert paces(overrides=(TimingOverride(TimingSpec(itl=ONE), model="GPT-*"),)).find("gpt-5") == Pace(itl=ONE)


def test_keys_fit_in_their_own_case():
    found = paces(
        overrides=(TimingOverride(TimingSpec(itl=ONE), key="sk-Slow"), TimingOverride(TimingSpec(ttft=ONE), key="sk-S?ow*"))
    )
    assert found.find("m", "sk-Slow") == Pace(ttft=ONE, itl=ONE)
    assert found.find("m", "sk-slow") == found.find("m", "SK-SLOW") == NO_PACE


def test_overrides_stand_above_models_and_the_last_one_wins():
    found = paces(
        Model("a", TimingSpec(ttft=ONE, itl=ONE, latency=ONE)),
        overrides=(
            TimingOverride(TimingSpec(ttft=TWO, itl=TWO), model="a*"),
            TimingOverride(TimingSpec(ttft=THREE), key="sk-slow*"),
            TimingOverride(TimingSpec(ttft=FOUR), model="b", key="sk-slow-1"),
        ),
    )
    assert found.by_key
    assert found.find("a") == Pace(ONE, TWO, TWO)
    assert found.find("a", "sk-slow-1") == Pace(ONE, THREE, TWO)
    assert found.find("b", "sk-slow-1") == Pace(ttft=FOUR)
    assert found.find("b", "sk-slow-2") == Pace(ttft=THREE)
    assert found.find("b") == NO_PACE


def test_what_was_found_is_kept_but_clients_cannot_make_it_grow():
    found = paces(Model("m*", TimingSpec(ttft=ONE)))
    assert found.find("m1") is found.find("m1")
    for k in range(3000):
        found.find(f"m{k}")
    assert len(found._found) <= 1024
    found.find("m" * 1_000_000)
    assert all(len(model) < 301 for model, _ in found._found)


def test_keys_matter_only_where_one_is_named():
    assert not paces(Model("m", TimingSpec(ttft=ONE))).by_key


def test_the_first_paces_are_made_ready():
    made = []

    class Watched(Exponential, frozen=True):
        def prepare(self):
            made.append(self)

    laws = [Watched(float(n)) for n in range(1, 40)]
    prepare([NO_PACE, *(Pace(itl=law) for law in laws)])
    assert made == laws[: len(made)]
    assert 10 < len(made) < 39


def test_all_paces_are_listed():
    found = paces(Model("a", TimingSpec(ONE)), Model("b*", TimingSpec(TWO)), itl=THREE)
    assert list(found.all()) == [Pace(itl=THREE), Pace(ONE), Pace(TWO)]
