"""`understudy schema`: a valid JSON Schema that takes good scripts and refuses bad ones."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml

EXAMPLE = r"""
version: 1
extends: [preset:mockllm, ./shared.yaml]
settings: {port: 8000, token-mean: 128}
models:
  - gpt-4o-mini
  - {id: slow-model, timing: {ttft: 2s, itl: 80ms}}
rules:
  - name: sky
    when: {user: "what colour is the sky?"}
    reply: "The sky is blue during a clear day due to a phenomenon called Rayleigh scattering."
  - when: {user: {contains: weather}, tools: get_weather}
    reply: {tool_calls: [{name: get_weather, arguments: {city: Paris}}]}
  - when: {tool_result: {contains: sunny}}
    reply: "Take your sunglasses."
  - when: {user: {regex: "(?i)my name is (?P<name>\\w+)"}}
    reply: {template: "Hello {{ match.name }}!"}
  - when: {model: "flaky-*"}
    replies: [{error: rate_limit}, {error: 500}, "third time lucky"]
responses:
  "who is the president?": "This is a mock response."
defaults: {unknown_response: "I don't know the answer to that. This is a mock response."}
timing:
  ttft: {uniform: {min: 350ms, max: 2s}}
  itl: 20ms
"""


@pytest.fixture
def schema(run):
    done = run("schema")
    assert (done.status, done.err) == (0, "")
    return json.loads(done.out)


def test_it_is_a_json_schema(schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_published_example_is_valid(schema):
    jsonschema.Draft202012Validator(schema).validate(yaml.safe_load(EXAMPLE))


def test_the_published_example_passes_the_check_too(run, write):
    write("shared.yaml", "{}")
    done = run("check", write("s.yaml", EXAMPLE))
    assert done.status == 0, done.out


@pytest.mark.parametrize("name", ["bifrost-mocker", "fake-llm-server", "m1-mock-provider", "mock-openai", "mockllm"])
def test_presets_are_valid(run, schema, name):
    jsonschema.Draft202012Validator(schema).validate(yaml.safe_load(run("presets", name).out))


@pytest.mark.parametrize(
    "script",
    ["rule: []", "rules: [{when: {usr: x}, reply: y}]", "rules: [{reply: {txt: x}}]", "settings: {prot: 1}", "version: 2"],
)
def test_mistakes_are_not(schema, script):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(yaml.safe_load(script))
