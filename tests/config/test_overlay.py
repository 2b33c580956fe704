"""Wishes to a running server: what they add to a script, what takes them back, and how mistakes are told."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.config.grammar.report import Checks
from understudy.config.overlay import Overlay, Wish, amend, apply
from understudy.config.script import Script
from understudy.errors import ScriptError
from understudy.timing.fixed import Fixed

NONE = Overlay()


def wished(*wishes: Wish, over: Overlay = NONE) -> Overlay:
    for wish in wishes:
        over = apply(over, wish)
    return over


def refused(wish: Wish, over: Overlay = NONE, checks: Checks | None = None) -> list[str]:
    with pytest.raises(ScriptError) as caught:
        apply(over, wish, checks)
    return [str(problem) for problem in caught.value.problems]


def names(script: Script) -> list[str]:
    return [rule.name for rule in script.rules]


@pytest.fixture
def base(script):
    """A script with two rules and timing."""
    return script("""
        settings: {seed: 1}
        timing: {ttft: 1s, itl: 20ms}
        timeline: [{at: 1s}]
        rules:
          - {name: sky, when: {user: sky}, reply: Blue.}
          - {name: sea, when: {user: sea}, reply: Green.}
    """)


def test_an_empty_overlay_changes_nothing(base):
    assert amend(base, NONE) == base


def test_timing_wins_key_by_key(base):
    amended = amend(base, wished(Wish("PUT", "timing", {"itl": "80ms"})))
    assert (amended.timing.ttft, amended.timing.itl) == (Fixed(1.0), Fixed(0.08))


def test_overrides_that_are_put_replace_those_of_the_script(script):
    base = script("timing: {itl: 20ms, overrides: [{model: a, scale: 2}]}")
    put = [{"model": "b", "scale": 3}]
    assert amend(base, wished(Wish("PUT", "timing", {"overrides": []}))).timing.overrides == ()
    amended = amend(base, wished(Wish("PUT", "timing", {"overrides": put})))
    assert [each.model for each in amended.timing.overrides] == ["b"]
    assert amended.timing.itl == Fixed(0.02)
    assert amend(base, wished(Wish("PUT", "timing", {"scale": 2}))).timing.overrides == base.timing.overrides


def test_a_second_put_replaces_the_first(base):
    overlay = wished(Wish("PUT", "timing", {"itl": "80ms"}), Wish("PUT", "timing", {"ttft": 5}))
    assert (amend(base, overlay).timing.ttft, amend(base, overlay).timing.itl) == (Fixed(0.005), Fixed(0.02))
    assert overlay.written == {"timing": {"ttft": 5}}


def test_a_timeline_replaces_that_of_the_script(base):
    overlay = wished(Wish("PUT", "timeline", {"start": "api", "phases": []}))
    assert amend(base, overlay).timeline.start == "api"
    assert amend(base, wished(Wish("DELETE", "timeline"), over=overlay)) == base


def test_posted_rules_are_tried_first_the_newest_before_the_others(base):
    overlay = wished(
        Wish("POST", "rules", {"name": "a", "reply": "A"}), Wish("POST", "rules", [{"reply": "B"}, {"reply": "C"}])
    )
    assert names(amend(base, overlay)) == ["posted rule 2", "posted rule 3", "a", "sky", "sea"]
    assert overlay.rules_written == (
        {"name": "posted rule 2", "reply": "B"},
        {"name": "posted rule 3", "reply": "C"},
        {"name": "a", "reply": "A"},
    )


def test_a_posted_rule_stands_in_place_of_the_one_of_its_name(base):
    overlay = wished(Wish("POST", "rules", {"name": "sea", "reply": "Grey."}))
    amended = amend(base, overlay)
    assert names(amended) == ["sea", "sky"]
    assert amended.rules[0].replies[0].text == "Grey."
    again = wished(Wish("POST", "rules", [{"name": "b", "reply": "b"}, {"name": "sea", "reply": "Black."}]), over=overlay)
    assert names(amend(base, again)) == ["b", "sea", "sky"]
    assert [data["reply"] for data in again.rules_written] == ["b", "Black."]


def test_names_of_posted_rules_are_never_given_again(base):
    overlay = wished(Wish("POST", "rules", {"reply": "a"}), Wish("DELETE", "rules"), Wish("POST", "rules", {"reply": "b"}))
    assert names(amend(base, overlay))[0] == "posted rule 2"


def test_rules_are_taken_back_by_name_or_all_at_once(base):
    overlay = wished(Wish("POST", "rules", [{"name": name, "reply": name} for name in "abc"]))
    one_less = wished(Wish("DELETE", "rules", name="b"), over=overlay)
    assert names(amend(base, one_less)) == ["a", "c", "sky", "sea"]
    assert [data["name"] for data in one_less.rules_written] == ["a", "c"]
    assert amend(base, wished(Wish("DELETE", "rules"), over=overlay)) == base


def test_settings_are_patched_and_taken_back_by_name():
    overlay = wished(Wish("PATCH", "settings", {"seed": 5, "latency": "1s"}), Wish("PATCH", "settings", {"seed": 6}))
    assert overlay.settings == {"latency": "1s", "seed": 6}
    assert wished(Wish("PATCH", "settings", {"seed": None}), over=overlay).settings == {"latency": "1s"}
    assert wished(Wish("DELETE", "settings"), over=overlay).settings == {}


def test_an_overlay_that_is_changed_stays_as_it_was():
    overlay = wished(Wish("PUT", "timing", {"itl": 5}), Wish("POST", "rules", {"reply": "a"}))
    apply(overlay, Wish("DELETE", "timing"))
    apply(overlay, Wish("DELETE", "rules"))
    assert overlay.written == {"timing": {"itl": 5}}
    assert len(overlay.rules) == 1


@pytest.mark.parametrize(
    ("wish", "problems"),
    [
        (
            Wish("PUT", "timing", {"itl": "soon", "tfft": 1}),
            [
                (
                    "PUT timing: $.itl: expected a duration such as 250ms or 1.5s, or a law such as "
                    "{uniform: {min: 1s, max: 2s}} (a duration is at most 1e9s), got 'soon'."
                ),
                "PUT timing: $.tfft: unknown key 'tfft'. Did you mean 'ttft'?",
            ],
        ),
        (Wish("PUT", "timeline", 5), ["PUT timeline: $: expected a list of phases, or a mapping with phases, got 5."]),
        (Wish("PUT", "timeline", None), ["PUT timeline: $: expected a list of phases, or a mapping with phases, got nothing."]),
        (
            Wish("POST", "rules", {"wehn": {}, "reply": "a"}),
            ["POST rules: $.wehn: unknown key 'wehn'. Did you mean 'when'?"],
        ),
        (
            Wish("POST", "rules", [{"reply": "a"}, {"when": {"user": {"contians": "x"}}, "reply": "b"}]),
            ["POST rules: $[1].when.user.contians: "],
        ),
        (Wish("POST", "rules", []), ["POST rules: $: expected a list of rules, got an empty list."]),
        (Wish("POST", "rules", "x"), ["POST rules: $: expected a rule (a mapping) or a list of rules, got 'x'."]),
        (
            Wish("POST", "rules", [{"name": "a", "reply": "1"}, {"name": "a", "reply": "2"}]),
            ["POST rules: $[1].name: rule name 'a' is given twice. Give each rule a name of its own."],
        ),
        (
            Wish("DELETE", "rules", name="a"),
            ["DELETE rules: $: rule 'a': expected one that was posted, got none."],
        ),
        (Wish("PATCH", "settings", {"sede": 1}), ["PATCH settings: $.sede: unknown key 'sede'. Did you mean 'seed'?"]),
        (Wish("PATCH", "settings", {"sede": None}), ["PATCH settings: $.sede: unknown key 'sede'. Did you mean 'seed'?"]),
        (
            Wish("PATCH", "settings", {"seed": "x"}),
            ["PATCH settings: $.seed: expected a whole number from 0 to 18446744073709551615, got 'x'."],
        ),
        (
            Wish("PATCH", "settings", {"models": ["a", 5]}),
            ["PATCH settings: $.models[1]: expected a text that is not empty, got 5. Put it in quotes to make it a text."],
        ),
        (Wish("PATCH", "settings", [1]), ["PATCH settings: $: expected a mapping with keys such as "]),
        (Wish("PATCH", "settings", None), ["PATCH settings: $: expected a mapping with keys such as "]),
        (
            Wish("PATCH", "settings", {"seed": 1, "port": 9000}),
            [
                ("PATCH settings: $.port: setting 'port' needs a restart: it is read when the server starts. Use --port then."),
            ],
        ),
    ],
)
def test_a_wish_is_refused_whole_with_every_mistake(wish, problems):
    found = refused(wish)
    assert len(found) == len(problems)
    assert all(one.startswith(start) for one, start in zip(found, problems, strict=True)), found


def test_a_rule_that_is_not_there_names_the_nearest():
    overlay = wished(Wish("POST", "rules", {"name": "weather", "reply": "a"}))
    assert refused(Wish("DELETE", "rules", name="waether"), overlay) == [
        "DELETE rules: $: rule 'waether': expected one that was posted, got none. Did you mean 'weather'?"
    ]


def test_other_rooms_look_at_wishes_too():
    def broken(text: str) -> str | None:
        return f"no good: {text}"

    rule: dict[str, Any] = {"reply": {"template": "{{"}}
    (problem,) = refused(Wish("POST", "rules", rule), checks=Checks(template=broken))
    assert problem.startswith("POST rules: $.reply.template: ")
    assert "no good: {{" in problem
