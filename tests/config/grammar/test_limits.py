"""Limits in scripts."""

from __future__ import annotations

import pytest
from msgspec.structs import fields

from understudy.config.grammar.limits import AMOUNTS, LIMIT
from understudy.config.script import LimitSpec


def test_limits_say_how_much_of_what_and_whose(script):
    assert script("""
        limits:
          - {per: key, rpm: 60, tpm: 40000}
          - {per: [organisation, model], model: "gpt-*", key: "sk-*", rpd: 5, tpd: 6, input-tpm: 7, output-tpm: 8}
          - {rpm: 9, concurrent: 3, burst: 1.5s, dry-run: true}
    """).limits == (
        LimitSpec(per=("key",), rpm=60, tpm=40_000),
        LimitSpec(per=("organisation", "model"), model="gpt-*", key="sk-*", rpd=5, tpd=6, input_tpm=7, output_tpm=8),
        LimitSpec(per=("all",), rpm=9, concurrent=3, burst=1.5, dry_run=True),
    )


def test_nothing_is_limited_unless_it_is_written(script):
    assert script("rules: []").limits == ()
    assert script("limits:\nrules: []").limits == ()
    assert script("limits: []").limits == ()


def test_the_highest_script_that_has_limits_says_all_of_them(script, write):
    write("below.yaml", "limits: [{rpm: 3}, {tpm: 8}]")
    assert script("extends: [./below.yaml]\nlimits: [{rpm: 4}]").limits == (LimitSpec(rpm=4),)
    assert script("extends: [./below.yaml]\nlimits: []").limits == ()
    assert len(script("extends: [./below.yaml]").limits) == 2


@pytest.mark.parametrize(
    ("limit", "problem"),
    [
        (
            "{per: key}",
            (
                "expected one of rpm, rpd, tpm, tpd, input-tpm, output-tpm, concurrent, got none: this limits nothing. "
                "($.limits[0])"
            ),
        ),
        ("{rpm: 0}", "expected a whole number from 1 up, got 0. ($.limits[0].rpm)"),
        ("{rmp: 1}", "unknown key 'rmp'. Did you mean 'rpm'? ($.limits[0].rmp)"),
        (
            "{rpm: 1, per: organization}",
            "expected all, key, model, organisation or session, got 'organization'. ($.limits[0].per)",
        ),
        ("{rpm: 1, per: 5}", "expected all, key, model, organisation or session, or a list of these, got 5. ($.limits[0].per)"),
        (
            "{concurrent: 1, burst: 1s}",
            "burst: expected a limit of requests or tokens beside it, got concurrent alone. Remove it. ($.limits[0].burst)",
        ),
        ("{rpm: 1, per: []}", "expected a list of what tells accounts apart, got an empty list. ($.limits[0].per)"),
        ("{rpm: 1, per: [all, key]}", "per: expected all alone, or what tells accounts apart, got both. ($.limits[0].per)"),
        ("{rpm: 1, per: [key, key]}", "per: expected each word once, got one of them twice. ($.limits[0].per)"),
        (
            "{rpm: 1, burst: 0}",
            (
                "expected a duration above 0 such as 250ms, 1.5s or 2m "
                "(a bare number is milliseconds; at most 1e9s), got 0. ($.limits[0].burst)"
            ),
        ),
        ("{rpm: 1, dry-run: maybe}", "expected on or off, got 'maybe'. ($.limits[0].dry-run)"),
    ],
)
def test_a_wrong_limit_is_told(problems, limit, problem):
    assert problems(f"limits: [{limit}]") == [f"script.yaml:1: {problem}"]


def test_limits_are_a_list(problems):
    assert problems("limits: {rpm: 1}") == ["script.yaml:1: expected a list of limits, got a mapping. ($.limits)"]


def test_every_key_is_a_field_of_a_limit():
    assert {name.replace("-", "_") for name in LIMIT.keys} == {field.name for field in fields(LimitSpec)}
    assert set(AMOUNTS) < set(LIMIT.keys)
