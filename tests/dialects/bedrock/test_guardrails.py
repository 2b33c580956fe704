"""Guardrails: what they say of a text, and what an answer tells of the one that watched over it."""

from __future__ import annotations

import json

import pytest

PATH = "/guardrail/arn:aws:bedrock:us-east-1:123456789012:guardrail%2Fabc123/version/2/apply"
MODEL = "/model/anthropic.claude-sonnet-4-5-20250929-v1:0"
SCRIPT = """
rules:
  - {when: {user: "no", operation: moderation}, reply: {refusal: "Not that."}}
  - {when: {user: mine, operation: moderation}, reply: '{"action": "NONE", "outputs": [{"text": "{NAME}"}]}'}
  - {when: {user: "no"}, reply: {refusal: "I will not."}}
  - {reply: "Hello there."}
"""


def asked(text: str, **fields) -> dict:
    return {"source": "INPUT", "content": [{"text": {"text": text}}], **fields}


@pytest.fixture
def judged(ask, engine):
    server = engine(SCRIPT)
    return lambda text, **fields: ask(asked(text, **fields), PATH, to=server).json


def test_a_harmless_text_passes(judged):
    found = judged("Good morning")
    assert (found["action"], found["actionReason"], found["outputs"]) == ("NONE", "No action.", [])
    (assessment,) = found["assessments"]
    assert assessment["appliedGuardrailDetails"] == {"guardrailId": "abc123", "guardrailVersion": "2"}
    assert "contentPolicy" not in assessment
    assert found["guardrailCoverage"] == {"textCharacters": {"guarded": 12, "total": 12}}
    assert (found["usage"]["contentPolicyUnits"], found["usage"]["topicPolicyUnits"]) == (1, 0)


def test_words_of_harm_are_blocked(judged):
    found = judged("I am going to kill you all")
    assert (found["action"], found["actionReason"]) == ("GUARDRAIL_INTERVENED", "Guardrail blocked.")
    assert found["outputs"] == [{"text": "Sorry, the model cannot answer this question."}]
    filters = found["assessments"][0]["contentPolicy"]["filters"]
    assert {"VIOLENCE"} <= {each["type"] for each in filters}
    assert {each["action"] for each in filters} == {"BLOCKED"}


def test_rules_say_what_is_blocked(judged):
    assert judged("no")["outputs"] == [{"text": "Not that."}]
    found = judged("mine")
    assert (found["action"], found["outputs"]) == ("NONE", [{"text": "{NAME}"}])


@pytest.mark.parametrize("member", ["source", "content"])
def test_what_must_be_there_is_missed(ask, member):
    value = asked("x")
    del value[member]
    answer = ask(value, PATH)
    told = f"Value null at '{member}' failed to satisfy constraint: Member must not be null"
    assert (answer.status, answer.json["message"]) == (400, f"1 validation error detected: {told}")


def test_another_path_leads_nowhere(ask):
    assert ask(asked("x"), "/bedrock/guardrail/abc/apply").status == 404


@pytest.fixture
def conversed(ask, engine):
    server = engine(SCRIPT)

    def said(text: str, trace: str = "enabled") -> dict:
        config = {"guardrailIdentifier": "abc", "guardrailVersion": "1", "trace": trace}
        messages = [{"role": "user", "content": [{"guardContent": {"text": {"text": text}}}]}]
        return ask({"messages": messages, "guardrailConfig": config}, f"{MODEL}/converse", to=server).json

    return said


def test_a_conversation_tells_what_its_guardrail_saw(conversed):
    found = conversed("hi")
    assert (found["stopReason"], found["trace"]["guardrail"]["actionReason"]) == ("end_turn", "No action.")
    assert found["trace"]["guardrail"]["inputAssessment"]["abc"]["appliedGuardrailDetails"]["guardrailVersion"] == "1"
    assert "contentPolicy" not in found["trace"]["guardrail"]["outputAssessments"]["abc"][0]
    assert "trace" not in conversed("hi", "disabled")


def test_a_refusal_is_the_guardrails(conversed):
    found = conversed("no")
    assert found["stopReason"] == "guardrail_intervened"
    assert found["output"]["message"]["content"] == [{"text": "I will not."}]
    assert found["trace"]["guardrail"]["outputAssessments"]["abc"][0]["contentPolicy"]["filters"]


def test_a_stream_tells_it_at_its_end(ask, engine):
    server = engine(SCRIPT)
    value = {"messages": [{"role": "user", "content": [{"text": "no"}]}]}
    plain = ask(value, f"{MODEL}/converse-stream", to=server).body
    assert b"content_filtered" in plain
    guarded = ask(
        {**value, "guardrailConfig": {"guardrailIdentifier": "abc", "guardrailVersion": "1", "trace": "enabled"}},
        f"{MODEL}/converse-stream",
        to=server,
    ).body
    assert b"guardrail_intervened" in guarded
    metadata = guarded[guarded.rindex(b'{"metrics"') :]
    document, _ = json.JSONDecoder().raw_decode(metadata.decode("utf-8", "replace"))
    assert document["trace"]["guardrail"]["actionReason"] == "Guardrail blocked."
