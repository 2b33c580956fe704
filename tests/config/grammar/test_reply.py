"""Replies: contents, what goes beside them, and what does not."""

from __future__ import annotations

import pytest
from msgspec import UNSET

from understudy.config.grammar.reply import GOES_WITH
from understudy.config.grammar.report import Checks
from understudy.config.script import Generate, ReplySpec
from understudy.model.reply import Odds, Reasoning, Refused, Text, ToolCall, Usage


def said(script, written: str) -> ReplySpec:
    return script(f"rules: [{{reply: {written}}}]").rules[0].replies[0]


@pytest.mark.parametrize(
    ("written", "reply"),
    [
        ("hello", ReplySpec(text="hello")),
        ("''", ReplySpec(text="")),
        ("{text: hello}", ReplySpec(text="hello")),
        ("{refusal: 'no'}", ReplySpec(refusal="no")),
        ("{json: {a: [1, null]}}", ReplySpec(json={"a": [1, None]})),
        ("{json: null}", ReplySpec(json=None)),
        ("{template: 'Hi {{ user }}'}", ReplySpec(template="Hi {{ user }}")),
        ("{generate: true}", ReplySpec(generate=Generate())),
        ("{generate: {}}", ReplySpec(generate=Generate())),
        ("{generate: {tokens: 5}}", ReplySpec(generate=Generate(5))),
        ("{echo: true}", ReplySpec(echo=True)),
        ("{embedding: [1, -0.5]}", ReplySpec(embedding=(1.0, -0.5))),
        ("{reasoning: hm}", ReplySpec(reasoning="hm")),
        ("{reasoning: hm, text: a}", ReplySpec(reasoning="hm", text="a")),
        ("{pieces: [a, b]}", ReplySpec(pieces=("a", "b"), text="ab")),
        ("{text: ab, pieces: [a, b]}", ReplySpec(pieces=("a", "b"), text="ab")),
        ("{text: x, pieces: [a, b]}", ReplySpec(pieces=("a", "b"), text="x", stream_text="ab")),
        ("{text: x, pieces: [a, b], stream_text: ab}", ReplySpec(pieces=("a", "b"), text="x", stream_text="ab")),
        ("{text: x, stream_text: y}", ReplySpec(text="x", stream_text="y")),
        (
            "{logprobs: [{token: a, logprob: -1}, {token: ' b', logprob: 0, top_logprobs: [{token: c, logprob: -2.5}]}]}",
            ReplySpec(text="a b", logprobs=(Odds("a", -1.0), Odds(" b", 0.0, (("c", -2.5),)))),
        ),
        ("{text: x, finish: length}", ReplySpec(text="x", finish="length")),
        ("{text: x, usage: {prompt_tokens: 1, cached_tokens: 0}}", ReplySpec(text="x", usage=Usage(1, cached_tokens=0))),
        (
            "{tool_calls: [{name: f, arguments: {city: Paris, n: 1}}]}",
            ReplySpec(tool_calls=(ToolCall("f", '{"city":"Paris","n":1}'),)),
        ),
        ("{tool_calls: [{name: f, arguments: '{broken', id: x}]}", ReplySpec(tool_calls=(ToolCall("f", "{broken", "x"),))),
        ("{tool_calls: [{name: f}], text: a}", ReplySpec(tool_calls=(ToolCall("f", "{}"),), text="a")),
        (
            "{blocks: [{reasoning: hm}, {text: a}, {tool_call: {name: f}}, {refusal: 'no'}]}",
            ReplySpec(blocks=(Reasoning("hm"), Text("a"), ToolCall("f", "{}"), Refused("no"))),
        ),
    ],
)
def test_a_reply_is_read(script, written, reply):
    assert said(script, written) == reply


def test_json_that_is_not_given_is_not_null(script):
    assert said(script, "a").json is UNSET


ONE_OF = "text, refusal, json, template, generate, echo, blocks, error, embedding or raw"
AT = "($.rules[0].reply"


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("5", f"expected a text or a reply (a mapping), got 5. Put it in quotes to make it a text. {AT})"),
        ("null", f"expected a text or a reply (a mapping), got nothing. {AT})"),
        ("{text: a, error: 429}", f"expected exactly one of {ONE_OF}, got text and error. Keep one. {AT})"),
        (
            "{}",
            (
                "expected one of text, refusal, json, template, generate, echo, blocks, error, embedding, raw, tool_calls, "
                f"reasoning, pieces or logprobs, got none of them. {AT})"
            ),
        ),
        ("{error: 429, finish: stop}", f"'finish' does not go with 'error'. Remove one of them. {AT}.finish)"),
        (
            "{tool_calls: [{name: f}], stream_text: a}",
            "'stream_text' replaces 'text' on streams: expected 'text' beside it, got none.",
        ),
        (
            "{text: x, pieces: [a], stream_text: b}",
            "expected what 'pieces' say together, got another text. Remove it: the pieces are",
        ),
        ("{generate: false}", f"expected true, got false. {AT}.generate)"),
        ("{generate: 5}", f"expected true, or a mapping with tokens, got 5. {AT}.generate)"),
        ("{generate: {tokens: 0}}", f"expected a whole number from 1 to 200000, got 0. {AT}.generate.tokens)"),
        (
            "{generate: {tokens: 1000000000}}",
            f"expected a whole number from 1 to 200000, got 1000000000. {AT}.generate.tokens)",
        ),
        (
            "{text: no, logprobs: [{token: yes, logprob: -1}]}",
            f"expected tokens that are the text together, got 'yes'. {AT}.logprobs)",
        ),
        ("{logprobs: [{token: '', logprob: -1}]}", f"expected a text that is not empty, got ''. {AT}.logprobs[0].token)"),
        ("{logprobs: [{token: a, logprob: 1}]}", f"expected a number of at most 0, got 1. {AT}.logprobs[0].logprob)"),
        ("{logprobs: [{token: a}]}", f"expected the key 'logprob', got none. {AT}.logprobs[0])"),
        (
            "{json: 1, logprobs: [{token: a, logprob: -1}]}",
            f"'logprobs' does not go with 'json'. Remove one of them. {AT}.logprobs)",
        ),
        ("{echo: 1}", f"expected true, got 1. {AT}.echo)"),
        ("{tool_calls: []}", f"expected a list of tool calls, got an empty list. {AT}.tool_calls)"),
        ("{tool_calls: [{arguments: {}}]}", f"expected the key 'name', got none. {AT}.tool_calls[0])"),
        (
            "{tool_calls: [{name: f, arguments: [1]}]}",
            f"expected a mapping, or a text that is sent as it is, got a list. {AT}.tool_calls[0].arguments)",
        ),
        ("{embedding: [a]}", f"expected a number, got 'a'. {AT}.embedding[0])"),
        ("{text: a, finish: done}", f"expected stop, length, tool_calls or content_filter, got 'done'. {AT}.finish)"),
        ("{text: a, usage: {propmt_tokens: 1}}", "unknown key 'propmt_tokens'. Did you mean 'prompt_tokens'?"),
        (
            "{blocks: [{text: a, refusal: b}]}",
            f"expected exactly one of text, reasoning, refusal, tool_call or item, got text and refusal. {AT}.blocks[0])",
        ),
        ("{blocks: [{item: {status: x}}]}", "expected a mapping with a 'type', got none. Add the type of the item"),
        ("{blocks: [{}]}", f"expected exactly one of text, reasoning, refusal, tool_call or item, got none. {AT}.blocks[0])"),
    ],
)
def test_a_wrong_reply_is_told(problems, written, problem):
    found = problems(f"rules: [{{reply: {written}}}]")
    assert len(found) == 1
    assert found[0].startswith(f"script.yaml:1: {problem}")


def test_a_template_is_looked_at(problems):
    found = problems(
        "rules: [{reply: {template: '{{ a'}}]", checks=Checks(template=lambda text: f"template: {text!r} is not closed.")
    )
    assert found == ["script.yaml:1: template: '{{ a' is not closed. ($.rules[0].reply.template)"]


SAMPLES = {
    "text": "a",
    "refusal": "a",
    "json": "1",
    "template": "a",
    "generate": "true",
    "echo": "true",
    "blocks": "[{text: a}]",
    "error": "500",
    "embedding": "[1]",
    "raw": "{status: 204}",
    "reasoning": "a",
    "tool_calls": "[{name: f}]",
    "finish": "stop",
    "usage": "{prompt_tokens: 1}",
    "pieces": "[a]",
    "stream_text": "a",
    "headers": "{x: y}",
    "timing": "{ttft: 1}",
}


@pytest.mark.parametrize("content", GOES_WITH)
@pytest.mark.parametrize("beside", sorted(set(SAMPLES) - set(GOES_WITH)))
def test_what_goes_with_what(script, problems, content, beside):
    written = f"{{{content}: {SAMPLES[content]}, {beside}: {SAMPLES[beside]}}}"
    if beside in GOES_WITH[content] | {"headers", "timing"}:
        assert said(script, written) != said(script, f"{{{content}: {SAMPLES[content]}}}")
    else:
        assert problems(f"rules: [{{reply: {written}}}]") == [
            f"script.yaml:1: '{beside}' does not go with '{content}'. Remove one of them. ($.rules[0].reply.{beside})"
        ]
