"""Conditions in a script: what can never hold is a mistake."""

from __future__ import annotations

import pytest


def test_a_dialect_that_nobody_speaks_is_told(problems):
    (told,) = problems("rules:\n  - {when: {dialect: opnai}, reply: x}")
    assert told.startswith("script.yaml:2: dialect: expected one of anthropic, ")
    assert told.endswith(", got 'opnai'. Did you mean 'openai'? ($.rules[0].when.dialect)")


def test_a_dialect_may_be_written_as_any_text_condition(script):
    for when in ("OpenAI ", "{prefix: open}", "{any: [openai, azure]}"):
        assert len(script(f"rules: [{{when: {{dialect: {when}}}, reply: x}}]").rules) == 1


@pytest.mark.parametrize(
    "operation", ["models", "Model", "health", "{any: [stored, asset]}", "{glob: 'mod*ls'}", "{contains: x}"]
)
def test_an_operation_that_no_rule_answers_is_told(problems, operation):
    (told,) = problems(f"rules:\n  - {{when: {{operation: {operation}}}, reply: x}}")
    answered = "chat, completion, embedding, moderation, image, speech, transcription, translation"
    assert told.startswith(f"script.yaml:2: operation: expected one that rules answer ({answered}), got ")
    assert told.endswith(" ($.rules[0].when.operation)")


@pytest.mark.parametrize("operation", ["chat", "{any: [models, chat]}", "{not: models}", "{prefix: mod}"])
def test_an_operation_that_rules_answer_is_not(script, operation):
    assert len(script(f"rules: [{{when: {{operation: {operation}}}, reply: x}}]").rules) == 1


@pytest.mark.parametrize("operation", ["health", "{any: [models, health]}", "stored"])
def test_faults_strike_more_operations_than_rules_answer(script, operation):
    assert len(script(f"faults: [{{kind: status, status: 500, when: {{operation: {operation}}}}}]").faults) == 1


@pytest.mark.parametrize(
    ("operation", "path"),
    [("models", "/v1/models"), ("model", "/v1/models/gpt-4o"), ("stored", "/v1/files"), ("health", "/health")],
)
def test_what_is_told_of_operations_is_what_the_server_does(engine, ask, operation, path):
    rule = "rules: [{reply: {error: 418}}]"
    fault = f"faults: [{{kind: status, status: 503, when: {{operation: {{any: [{operation}, chat]}}}}}}]"
    found = [ask(None, path, to=engine(script), method="GET").status for script in (rule, fault)]
    assert found == [200, 503]
