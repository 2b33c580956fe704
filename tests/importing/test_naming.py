"""The names of imported rules."""

from __future__ import annotations

from understudy.importing.naming import named


def test_rules_are_named_by_what_they_look_for():
    rules = [
        {"name": "own", "when": {"user": "x"}},
        {"when": {"model": "m", "user": {"contains": "hello\n there"}}},
        {"when": {"json": "a == 'told' && b"}},
        {"when": {"user": {"contains": "hello there"}}},
        {"when": {"turn": 2}},
        {"reply": "y"},
        {"when": {"user": "word " * 40}},
    ]
    names = [rule["name"] for rule in named(rules)]
    assert names[:6] == ["own", "hello there", "told", "hello there (2)", "rule", "anything else"]
    assert names[6].endswith("word...")
    assert len(names[6]) <= 63
