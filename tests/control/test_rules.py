"""Rules over the control API: posted ones are tried first and go again by name."""

from __future__ import annotations

import pytest

SCRIPT = "rules: [{name: sky, when: {user: sky}, reply: Blue.}, {name: sea, when: {user: sea}, replies: [Green., Grey.]}]"


def said(house, ask, chat, user="sky"):
    return ask(chat(user), to=house.engine).json["choices"][0]["message"]["content"]


def test_a_posted_rule_answers_the_next_call_and_no_more_once_dropped(made_house, control, ask, chat):
    house = made_house(SCRIPT)
    assert said(house, ask, chat) == "Blue."
    assert control("POST", "rules", {"when": {"user": "sky"}, "reply": "Red."}).json == {"posted": ["posted rule 1"]}
    assert said(house, ask, chat) == "Red."
    assert control("DELETE", "rules/posted rule 1").json == {"dropped": ["posted rule 1"]}
    assert said(house, ask, chat) == "Blue."


def test_rules_are_listed_in_the_order_they_are_tried(made_house, control):
    made_house(SCRIPT)
    control("POST", "rules", [{"name": "one", "reply": "1"}, {"name": "sea", "reply": {"error": 500}}])
    posted_one, posted_sea, scripted = control("GET", "rules").json["rules"]
    assert posted_one == {"name": "one", "from": "posted", "rule": {"name": "one", "reply": "1"}}
    assert posted_sea["rule"]["reply"] == {"error": 500}
    assert (scripted["name"], scripted["replies"]) == ("sky", 1)
    assert scripted["from"].endswith("script.yaml:1")


def test_all_posted_rules_go_at_once_and_the_scripts_stay(made_house, control):
    made_house(SCRIPT)
    control("POST", "rules", [{"name": "one", "reply": "1"}, {"name": "two", "reply": "2"}])
    assert control("DELETE", "rules").json == {"dropped": ["one", "two"]}
    assert control("DELETE", "rules").json == {"dropped": []}
    assert [rule["name"] for rule in control("GET", "rules").json["rules"]] == ["sky", "sea"]


def test_only_posted_rules_can_be_dropped(made_house, control):
    made_house(SCRIPT)
    control("POST", "rules", {"name": "weather", "reply": "1"})
    missing = control("DELETE", "rules/waether")
    assert missing.status == 404
    assert missing.problem == "rule 'waether': expected one that was posted, got none of that name. Did you mean 'weather'?"
    scripted = control("DELETE", "rules/sky")
    assert scripted.status == 404
    assert scripted.problem.startswith("rule 'sky': expected one that was posted, got one of the script (")


def statuses(house, ask, chat, count=3):
    return [ask(chat("sky"), to=house.engine).status for _ in range(count)]


@pytest.mark.parametrize(
    "rule", [{"replies": [{"error": 503}, {"error": 503}, "ok"]}, {"reply": "ok", "fault": "overloaded;first=2"}]
)
def test_a_posted_rule_begins_anew(made_house, control, ask, chat, rule):
    house = made_house(SCRIPT)
    one = {"name": "one", "when": {"user": "sky"}, **rule}
    control("POST", "rules", [one, {"name": "one more", "when": {"user": "sea"}, **rule}])
    assert statuses(house, ask, chat) == [503, 503, 200]
    assert ask(chat("sea"), to=house.engine).status == 503
    control("POST", "rules", one)
    assert statuses(house, ask, chat) == [503, 503, 200]
    control("DELETE", "rules/one")
    control("POST", "rules", one)
    assert statuses(house, ask, chat) == [503, 503, 200]
    assert [ask(chat("sea"), to=house.engine).status for _ in range(2)] == [503, 200]
    control("DELETE", "rules")
    control("POST", "rules", one)
    assert statuses(house, ask, chat) == [503, 503, 200]
