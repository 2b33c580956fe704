"""The same failures in every dialect: refused before the answer, broken off in the middle, in the provider's own shape."""

from __future__ import annotations

import json
import re

import pytest

SCRIPT = """
rules:
  - {when: {user: bad_request}, reply: {error: bad_request}}
  - {when: {user: unauthorized}, reply: {error: unauthorized}}
  - {when: {user: model_not_found}, reply: {error: model_not_found}}
  - {when: {user: rate_limit}, reply: {error: {status: 429, retry-after: 7s}}}
  - {when: {user: server_error}, reply: {error: server_error}}
  - {when: {user: unavailable}, reply: {error: unavailable}}
  - {when: {user: told}, reply: {error: {status: 500, message: Told so.}}}
  - {when: {user: broken}, reply: {text: one two three four five six seven eight nine ten, fault: "error-event;event=6"}}
  - {when: {user: hi}, reply: hello}
"""
STATUSES = {
    "bad_request": 400,
    "unauthorized": 401,
    "model_not_found": 404,
    "rate_limit": 429,
    "server_error": 500,
    "unavailable": 503,
}
# AWS says so of every key and every model it does not know, and of a model that is not ready; the others where they are named.
OTHER_STATUSES = {
    ("bedrock", 401): 403,
    ("bedrock", 404): 400,
    ("bedrock", 503): 429,
    ("xai", 401): 400,
    ("cerebras", 503): 429,
}
OTHER_STATUSES |= {(dialect, 404): 400 for dialect in ("mistral", "deepseek", "openrouter", "xai", "perplexity")}


@pytest.fixture
def server(engine):
    return engine(SCRIPT)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_failure_has_its_status_and_the_dialects_shape(server, speaker, wish, tell, shapes, fit, subtests, stream):
    for failure, status in STATUSES.items():
        with subtests.test(failure):
            answer = tell(server, speaker, wish(failure, stream)).answer
            assert answer.status == OTHER_STATUSES.get((speaker.dialect, status), status)
            assert fit(answer, shapes[speaker.dialect], array=stream and speaker.is_array), answer.body


def test_who_is_limited_learns_when_to_come_back(server, speaker, wish, tell):
    answer = tell(server, speaker, wish("rate_limit")).answer
    if speaker.dialect == "gemini":  # in the document
        assert '"7s"' in answer.body.decode()
    else:
        assert answer.headers["retry-after"] == "7"


def test_words_of_the_script_are_said(server, speaker, wish, tell):
    assert "Told so." in json.dumps(tell(server, speaker, wish("told")).answer.json)


def test_a_path_that_is_not_there_is_missed_in_the_dialects_shape(server, speaker, ask_engine, shapes, fit):
    answer = ask_engine(server, {}, f"/{speaker.dialect}/no/such/path", headers=dict(speaker.headers))
    assert answer.status == 404
    assert fit(answer, shapes[speaker.dialect]), answer.body


@pytest.mark.parametrize("status", [408, 429, 500, 503, 504, 529])
def test_a_bare_status_is_the_error_that_a_fault_of_it_is(server, speaker, wish, tell, status):
    """The words of the server that had magic prompts first are OpenAI's paths' alone."""
    magic = tell(server, speaker, wish(f"[{status}]")).answer
    assert magic.status == status
    if speaker.dialect in ("openai", "openai_responses", "azure"):
        return
    fault = tell(server, speaker, wish("hi"), headers={"x-understudy-fault": f"status;status={status}"}).answer
    said, meant = (re.sub(rb"req_\w+", b"", answer.body) for answer in (magic, fault))
    assert said == meant


def test_a_wrong_key_is_refused_in_the_dialects_shape(engine, speaker, wish, tell, shapes, fit):
    server = engine(SCRIPT, api_keys=["sk-right"])
    refused = tell(server, speaker, wish("hi"), headers={"authorization": "Bearer sk-wrong-and-long"}).answer
    assert refused.status == {"bedrock": 403, "gemini": 400, "xai": 400}.get(speaker.dialect, 401)
    assert fit(refused, shapes[speaker.dialect]), refused.body
    assert tell(server, speaker, wish("hi"), headers={"authorization": "Bearer sk-right"}).facts.text == "hello"


def test_a_limit_is_kept_in_the_dialects_shape(engine, speaker, wish, tell, shapes, fit):
    server = engine(f"limits: [{{rpm: 1}}]\n{SCRIPT}")
    assert tell(server, speaker, wish("hi")).facts.text == "hello"
    refused = tell(server, speaker, wish("hi")).answer
    assert refused.status == 429
    assert fit(refused, shapes[speaker.dialect]), refused.body


def test_a_stream_breaks_off_with_the_dialects_error(server, speaker, wish, tell):
    facts = tell(server, speaker, wish("broken", stream=True)).facts
    assert facts.finish is None
    assert facts.error
    assert facts.text
    assert "one two three four five six".startswith(facts.text)


def test_a_whole_answer_has_no_middle_to_break_at(server, speaker, wish, tell):
    facts = tell(server, speaker, wish("broken")).facts
    assert (facts.text, facts.error) == ("one two three four five six seven eight nine ten", None)
