"""Wishes that exclude each other, and what a model cannot do, in the API's words."""

from __future__ import annotations

import pytest

GUIDE = "Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking"
MARK = {"cache_control": {"type": "ephemeral"}}
LONG = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
BOTH = "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
LATE = (
    "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the "
    "following order: `tools`, `system`, `messages`."
)
BUDGET = {"type": "enabled", "budget_tokens": 1024}
TOOL = {"name": "f", "input_schema": {"type": "object"}}
ADAPTIVE_ONLY = (
    '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to '
    "control thinking behavior."
)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"thinking": {"type": "enabled", "budget_tokens": 2048}},
            f"`max_tokens` must be greater than `thinking.budget_tokens`. {GUIDE}#max-tokens-and-context-window-size",
        ),
        (
            {"thinking": BUDGET, "max_tokens": 2048, "temperature": 0.5},
            (
                "`temperature` may only be set to 1 when thinking is enabled or in adaptive mode. "
                f"{GUIDE}#important-considerations"
            ),
        ),
        (
            {"thinking": BUDGET, "max_tokens": 2048, "tools": [TOOL], "tool_choice": {"type": "any"}},
            "Thinking may not be enabled when tool_choice forces tool use.",
        ),
        ({"thinking": {"type": "adaptive"}}, "adaptive thinking is not supported on this model"),
        ({"thinking": BUDGET, "max_tokens": 2048, "model": "claude-opus-4-8"}, ADAPTIVE_ONLY),
        ({"model": "claude-sonnet-5", "temperature": 0.5}, "`temperature` is deprecated for this model."),
        ({"model": "claude-opus-4-7", "top_p": 0.5}, "`top_p` is deprecated for this model."),
        ({"model": "claude-opus-4-7", "top_k": 5}, "`top_k` is deprecated for this model."),
        (
            {"tools": [{**TOOL, **MARK}], "system": [{"type": "text", "text": "x", **MARK}] * 4},
            "A maximum of 4 blocks with cache_control may be provided. Found 5.",
        ),
        ({"temperature": 1, "top_p": 1}, BOTH),
        ({"temperature": 0.5, "top_p": 0.5, "system": [{"type": "text", "text": "x"}]}, BOTH),
        ({"temperature": 0.5, "top_p": 0.5, "model": "claude-opus-4-1-20250805"}, BOTH),
        ({"temperature": 0.5, "top_p": 0.5, "model": "claude-sonnet-4-6"}, BOTH),
        (
            {"system": [{"type": "text", "text": "x", **LONG}], "tools": [{**TOOL, **MARK}]},
            f"system.0.cache_control.ttl: {LATE}",
        ),
        (
            {
                "system": [{"type": "text", "text": "x", **MARK}],
                "messages": [
                    {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b", **LONG}]}
                ],
            },
            f"messages.0.content.1.cache_control.ttl: {LATE}",
        ),
        ({"tools": [TOOL], "tool_choice": {"type": "tool", "name": "g"}}, "Tool 'g' not found in provided tools"),
    ],
)
def test_what_does_not_go_together_is_refused(refusal, body, fields, message):
    assert refusal(body(**fields)) == message


@pytest.mark.parametrize(
    "fields",
    [
        {"thinking": BUDGET, "max_tokens": 2048, "temperature": 1},
        {"thinking": {"type": "adaptive"}, "model": "claude-opus-4-6"},
        {"model": "claude-sonnet-5", "temperature": 1, "top_p": 1},
        {"system": [{"type": "text", "text": "x", **MARK}] * 4},
        {"temperature": 1, "top_p": 1, "model": "claude-sonnet-4-20250514"},
        {"temperature": 0.5, "top_p": 0.5, "model": "another-model"},
        {"temperature": 0.5, "top_k": 5},
        {"system": [{"type": "text", "text": "x", **MARK}], "tools": [{**TOOL, **LONG}]},
        {"tools": [TOOL], "tool_choice": {"type": "tool", "name": "f"}},
    ],
)
def test_what_goes_together_is_taken(say, body, fields):
    assert say(body(**fields)).status == 200


def test_a_model_nobody_knows_samples_and_thinks(say, body):
    assert say(body(model="house-model", temperature=0.5)).status == 200
    assert say(body(model="house-model", thinking={"type": "adaptive"})).status == 200
