"""Conditions in a script: what can never hold is a mistake."""

from __future__ import annotations


def test_a_dialect_that_nobody_speaks_is_told(problems):
    (told,) = problems("rules:\n  - {when: {dialect: opnai}, reply: x}")
    assert told.startswith("script.yaml:2: dialect: expected one of anthropic, ")
    assert told.endswith(", got 'opnai'. Did you mean 'openai'? ($.rules[0].when.dialect)")


def test_a_dialect_may_be_written_as_any_text_condition(script):
    for when in ("OpenAI ", "{prefix: open}", "{any: [openai, azure]}"):
        assert len(script(f"rules: [{{when: {{dialect: {when}}}, reply: x}}]").rules) == 1
