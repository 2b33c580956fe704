"""What is asked of the sampling is read wherever a provider puts it, and weighs the same in all of them."""

from __future__ import annotations

import json

import pytest
from msgspec import structs

from understudy import dialects
from understudy.dialects import Options
from understudy.dialects import _asked as asked
from understudy.dialects.anthropic import decode as anthropic
from understudy.dialects.gemini import decode as gemini
from understudy.dialects.openai import decode as openai
from understudy.model.call import Sampling
from understudy.model.http import Request, RequestHead

TURN = [{"role": "user", "content": "hi"}]
GEMINI = [{"role": "user", "parts": [{"text": "hi"}]}]
CONVERSE = [{"role": "user", "content": [{"text": "hi"}]}]
USUAL = {"temperature": 0.5, "top_p": 0.9, "frequency_penalty": 1, "presence_penalty": -1, "seed": 7}
OPEN = {**USUAL, "top_k": 40, "min_p": 0.1, "repetition_penalty": 1.2}
BIAS = {"logit_bias": {"5": -100}}
LENGTH = {"min_tokens": 3, "ignore_eos": True}
CUT = {"temperature": 0.5, "top_p": 0.9, "top_k": 40}
CHAT = {"model": "m", "messages": TURN}
CASES = [
    ("openai", "/chat/completions", CHAT | USUAL, USUAL),
    ("openai", "/chat/completions", CHAT | USUAL | BIAS, USUAL | BIAS),
    ("openai", "/completions", {"model": "m", "prompt": "p", "suffix": "s"} | USUAL | BIAS, USUAL | BIAS | {"suffix": "s"}),
    ("openai_responses", "/responses", {"model": "gpt-4o", "input": "hi", "temperature": 0.5}, {"temperature": 0.5}),
    ("anthropic", "/messages", {**CHAT, "max_tokens": 9, **CUT}, CUT),
    ("anthropic", "/messages", {**CHAT, "max_tokens": 9, "stop_sequences": ["x"], **CUT}, CUT),
    (
        "gemini",
        "/models/{model}:generateContent",
        {
            "contents": GEMINI,
            "generationConfig": {
                "temperature": 0.5,
                "topP": 0.9,
                "topK": 40,
                "seed": 7,
                "presencePenalty": -1,
                "frequencyPenalty": 1,
            },
        },
        USUAL | CUT,
    ),
    (
        "gemini",
        "/models/{model}:generateContent",
        {"contents": GEMINI, "generationConfig": {"temperature": 0.5, "topP": 0.9, "topK": 40, "stopSequences": ["x"]}},
        CUT,
    ),
    ("ollama", "/api/chat", {**CHAT, "options": {**CUT, "repeat_penalty": 1.2}}, CUT | {"repetition_penalty": 1.2}),
    ("ollama", "/api/generate", {"model": "m", "prompt": "p", "options": {"min_p": 0.1, "seed": 7}}, {"min_p": 0.1, "seed": 7}),
    ("cohere", "/v2/chat", {**CHAT, "p": 0.9, "k": 40, "temperature": 0.5, "seed": 7}, CUT | {"seed": 7}),
    ("mistral", "/chat/completions", {**CHAT, "random_seed": 7, "temperature": 0.5}, {"seed": 7, "temperature": 0.5}),
    ("vllm", "/v1/chat/completions", CHAT | OPEN | BIAS, OPEN | BIAS),
    ("vllm", "/v1/completions", {"model": "m", "prompt": "p"} | OPEN, OPEN),
    ("vllm", "/v1/chat/completions", CHAT | LENGTH, LENGTH),
    ("vllm", "/v1/chat/completions", CHAT | OPEN | {"min_tokens": None, "ignore_eos": False}, OPEN),
    ("sglang", "/completions", {"model": "m", "prompt": "p"} | LENGTH, LENGTH),
    ("tgi", "/generate", {"inputs": "hi", "parameters": {**CUT, "seed": 7}}, CUT | {"seed": 7}),
    (
        "bedrock",
        "/model/{model}/converse",
        {
            "messages": CONVERSE,
            "inferenceConfig": {"temperature": 0.5, "topP": 0.9},
            "additionalModelRequestFields": {"top_k": 40},
        },
        CUT,
    ),
    ("bedrock", "/model/{model}/invoke", {"anthropic_version": "x", "messages": TURN, "max_tokens": 9, **CUT}, CUT),
    ("bedrock", "/model/{model}/invoke", {"inputText": "hi", "textGenerationConfig": {"topP": 0.9}}, {"top_p": 0.9}),
]


def call_of(name, path, body, *, strict=True):
    """The call that an endpoint of a dialect makes of a body."""
    dialect = dialects.load().get(name)
    endpoint = next(e for e in dialect.endpoints if e.method == "POST" and e.path == path)
    headers = {"content-type": "application/json", "anthropic-version": "2023-06-01"}
    request = Request(RequestHead("POST", path, path, "", headers), json.dumps(body).encode(), 0.0)
    return endpoint.decode(request, {"model": "m", "version": "v1beta"}, Options(strict=strict, style=dialect.style({})))


@pytest.mark.parametrize(("name", "path", "body", "expected"), CASES)
@pytest.mark.parametrize("strict", [True, False])
def test_it_is_read_where_it_stands(name, path, body, expected, strict):
    found = call_of(name, path, body, strict=strict).sampling
    assert {key: value for key in Sampling.__struct_fields__ if (value := getattr(found, key)) not in (None, "", 0)} == expected


@pytest.mark.parametrize(("name", "path", "body", "expected"), [case for case in CASES if "messages" in case[2]])
def test_nothing_is_read_where_nothing_stands(name, path, body, expected):
    bare = {key: value for key, value in body.items() if key not in (*expected, "options", "inferenceConfig", "p", "k")}
    found = call_of(name, path, {key: bare[key] for key in bare if key not in ("additionalModelRequestFields", "random_seed")})
    assert found.sampling is None or not any(getattr(found.sampling, key) for key in Sampling.__struct_fields__)


def test_what_is_of_the_wrong_type_counts_as_absent():
    odd = {"temperature": "0", "top_p": None, "top_k": True, "seed": [], "logit_bias": {"5": "x"}, "suffix": "s"}
    assert asked.sampling(odd) is None
    assert asked.sampling({**odd, "seed": 0, "logit_bias": {"5": 1, "6": None}}) == Sampling(seed=0, logit_bias={"5": 1})
    assert asked.sampling({}) is None
    assert asked.sampling({"p": 0.5, "top_p": 0.9}, {"p": "top_p"}) == Sampling(top_p=0.5)


@pytest.mark.parametrize("plain", [openai._Plain, openai._PlainInParts, anthropic._Plain, gemini._Sampling])
def test_a_plain_request_stands_for_its_sampling(plain):
    own = {field.name: field.default for field in structs.fields(plain)}
    for member in structs.fields(Sampling):
        assert (own[member.name] if member.name in own else getattr(plain, member.name)) == member.default
