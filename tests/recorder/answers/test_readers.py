"""Streams and documents of one provider say the same."""

from __future__ import annotations

import pytest

from understudy.recorder.answers import items, member, reader_of
from understudy.recorder.losses import lost
from understudy.recorder.utterance import Utterance

SPENT = {"input_tokens": 1, "output_tokens": 2, "output_tokens_details": {"reasoning_tokens": 1}}
CASES = {
    ("openai", "chat"): (
        {
            "id": "c1",
            "choices": [
                {
                    "index": 0,
                    "message": {
                        "content": "ab",
                        "reasoning_content": "hm",
                        "tool_calls": [{"id": "t", "function": {"name": "f", "arguments": "{}"}}],
                    },
                    "finish_reason": "tool_calls",
                }
            ],
            "usage": {"prompt_tokens": 1, "completion_tokens": 2},
        },
        [
            {"id": "c1", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]},
            {"choices": [{"index": 0, "delta": {"reasoning_content": "hm"}}]},
            {"choices": [{"index": 0, "delta": {"content": "a"}}]},
            {"choices": [{"index": 0, "delta": {"content": "b"}}]},
            {
                "choices": [
                    {"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "t", "function": {"name": "f", "arguments": ""}}]}}
                ]
            },
            {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]}}]},
            {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]},
            {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}},
        ],
    ),
    ("anthropic", "chat"): (
        {
            "id": "m1",
            "content": [
                {"type": "thinking", "thinking": "hm", "signature": "s"},
                {"type": "text", "text": "ab"},
                {"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}},
            ],
            "stop_reason": "tool_use",
            "usage": {"input_tokens": 1, "cache_read_input_tokens": 2, "output_tokens": 3},
        },
        [
            {
                "type": "message_start",
                "message": {
                    "id": "m1",
                    "content": [],
                    "usage": {"input_tokens": 1, "cache_read_input_tokens": 2, "output_tokens": 1},
                },
            },
            {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}},
            {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
            {"type": "ping"},
            {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "a"}},
            {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "b"}},
            {
                "type": "content_block_start",
                "index": 2,
                "content_block": {"type": "tool_use", "id": "t", "name": "f", "input": {}},
            },
            {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": '{"a":'}},
            {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": "1}"}},
            {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 3}},
            {"type": "message_stop"},
        ],
    ),
    ("openai_responses", "chat"): (
        {
            "id": "r1",
            "status": "completed",
            "output": [
                {"type": "reasoning", "id": "rs", "summary": [{"type": "summary_text", "text": "hm"}]},
                {"type": "message", "id": "ms", "content": [{"type": "output_text", "text": "ab", "annotations": []}]},
                {"type": "function_call", "id": "fc", "call_id": "t", "name": "f", "arguments": "{}"},
            ],
            "usage": SPENT,
        },
        [
            {"type": "response.created", "response": {"id": "r1"}},
            {"type": "response.output_item.added", "item": {"type": "reasoning", "id": "rs"}},
            {"type": "response.reasoning_summary_text.delta", "delta": "hm"},
            {"type": "response.output_item.added", "item": {"type": "message", "id": "ms"}},
            {"type": "response.output_text.delta", "delta": "a"},
            {"type": "response.output_text.delta", "delta": "b"},
            {
                "type": "response.output_item.added",
                "item": {"type": "function_call", "id": "fc", "call_id": "t", "name": "f", "arguments": ""},
            },
            {"type": "response.function_call_arguments.delta", "item_id": "fc", "delta": "{}"},
            {"type": "response.completed", "response": {"id": "r1", "status": "completed", "usage": SPENT}},
        ],
    ),
}


def said(heard):
    return [(part.kind, part.name, part.id, part.text) for part in heard.parts], heard.usage, heard.identifier, heard.unreadable


@pytest.mark.parametrize("who", CASES, ids=lambda who: who[0])
def test_a_stream_says_what_the_document_says(who):
    reader = reader_of(*who)
    document, events = CASES[who]
    whole, streamed = Utterance(), Utterance()
    reader.whole(document, 1.0, whole)
    for at, event in enumerate(events):
        reader.event(event, float(at), streamed)
    assert said(streamed) == said(whole)
    assert [part.kind for part in whole.parts] == ["reasoning", "text", "tool_call"]
    assert whole.usage
    assert not whole.unreadable


@pytest.mark.parametrize(
    ("who", "event"),
    [
        (("openai", "chat"), {"choices": [{"index": 1, "delta": {"content": "x"}}]}),
        (("anthropic", "chat"), {"type": "content_block_start", "index": 0, "content_block": {"type": "server_tool_use"}}),
        (("anthropic", "chat"), {"type": "message_delta", "delta": {"stop_reason": "pause_turn"}}),
        (("openai_responses", "chat"), {"type": "response.output_item.added", "item": {"type": "web_search_call"}}),
        (("openai_responses", "chat"), {"type": "response.failed", "response": {}}),
        (("openai_responses", "chat"), {"type": "response.output_text.annotation.added"}),
        (("gemini", "chat"), {"candidates": [{"content": {"parts": [{"inlineData": {}}]}}]}),
        (("gemini", "chat"), {"candidates": [{"finishReason": "MALFORMED_FUNCTION_CALL"}]}),
        (("gemini", "chat"), {"candidates": [{"index": 1, "content": {"parts": [{"text": "x"}]}}]}),
        (("gemini", "chat"), {"candidates": [{"groundingMetadata": {"a": 1}}]}),
        (("gemini", "chat"), {"promptFeedback": {"blockReason": "OTHER"}}),
        (("ollama", "chat"), {"response": "", "done": True, "done_reason": "load"}),
        (("cohere", "chat"), {"type": "citation-start", "index": 0}),
        (("bedrock", "chat"), {"contentBlockDelta": {"delta": {"reasoningContent": {"redactedContent": "x"}}}}),
        (("bedrock", "chat"), {"contentBlockDelta": {"delta": {"citation": {}}}}),
        (("bedrock", "chat"), {"messageStop": {"stopReason": "guardrail_intervened"}}),
        (("bedrock", "chat"), {"results": [{"outputText": "a"}, {"outputText": "b"}]}),
    ],
)
def test_what_a_reply_cannot_say(who, event):
    heard = Utterance()
    reader_of(*who).event(event, 1.0, heard)
    assert heard.unreadable


@pytest.mark.parametrize(
    ("who", "document"),
    [
        (("openai", "chat"), {"choices": [{"message": {}, "logprobs": {"refusal": [{"token": "a", "logprob": -1}]}}]}),
        (("openai", "completion"), {"choices": [{"text": "a", "logprobs": {"tokens": ["a"], "token_logprobs": [None]}}]}),
        (("openai", "completion"), {"choices": [{"text": "a", "logprobs": {"tokens": ["a"]}}]}),
        (("tgi", "chat"), {"choices": [{"message": {}, "logprobs": {"content": [{"token": "a", "logprob": -1}]}}]}),
        (("bedrock", "chat"), {"choices": [{"message": {}, "logprobs": {"content": [{"token": "a", "logprob": -1}]}}]}),
        (("gemini", "chat"), {"candidates": [{"logprobsResult": {"a": 1}}]}),
        (("ollama", "chat"), {"response": "a", "logprobs": [{"token": "a"}]}),
        (("cohere", "chat"), {"message": {}, "logprobs": [{"text": "a"}]}),
    ],
)
def test_probabilities_that_no_reply_can_say(who, document):
    heard = Utterance()
    reader_of(*who).whole(document, 1.0, heard)
    assert heard.unreadable


@pytest.mark.parametrize(
    ("who", "event", "stop"),
    [
        (
            ("anthropic", "chat"),
            {"type": "message_delta", "delta": {"stop_reason": "stop_sequence", "stop_sequence": "E"}},
            "E",
        ),
        (("anthropic", "chat"), {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}}, None),
        (("bedrock", "chat"), {"messageStop": {"stopReason": "stop_sequence"}}, ""),
        (("bedrock", "chat"), {"messageStop": {"stopReason": "end_turn"}}, None),
        (("cohere", "chat"), {"type": "message-end", "delta": {"finish_reason": "STOP_SEQUENCE"}}, ""),
        (("tgi", "chat"), {"token": {"text": "a"}, "details": {"finish_reason": "stop_sequence"}}, ""),
        (("tgi", "chat"), {"token": {"text": "a"}, "details": {"finish_reason": "eos_token"}}, None),
        (("vllm", "chat"), {"choices": [{"delta": {}, "finish_reason": "stop", "stop_reason": "E"}]}, "E"),
        (("vllm", "chat"), {"choices": [{"delta": {}, "finish_reason": "stop", "stop_reason": 128009}]}, None),
        (("sglang", "completion"), {"choices": [{"text": "", "matched_stop": "E"}]}, "E"),
    ],
)
def test_stop_sequences(who, event, stop):
    heard = Utterance()
    reader_of(*who).event(event, 1.0, heard)
    assert heard.stop == stop


@pytest.mark.parametrize(
    ("who", "document"),
    [
        (("openai", "chat"), {"service_tier": "on_demand", "x_groq": {"id": "a"}, "usage": {"queue_time": 0.1}}),
        (("deepseek", "chat"), {"usage": {"prompt_cache_hit_tokens": 4, "prompt_cache_miss_tokens": 8}}),
        (("cerebras", "chat"), {"time_info": {"queue_time": 0.1}}),
        (("mistral", "chat"), {"p": "abcd"}),
        (("openrouter", "chat"), {"choices": [{"native_finish_reason": "end_turn"}]}),
        (("sglang", "chat"), {"choices": [{"matched_stop": 2}], "metadata": {"weight_version": "default"}}),
        (("vllm", "chat"), {"choices": [{"stop_reason": 128009, "token_ids": None}], "prompt_logprobs": None}),
        (("together", "chat"), {"choices": [{"seed": 4711}], "prompt": []}),
        (("xai", "chat"), {"usage": {"prompt_tokens_details": {"text_tokens": 12, "image_tokens": 0}}}),
        (("anthropic", "chat"), {"usage": {"service_tier": "standard", "inference_geo": "not_available"}}),
        (("gemini", "chat"), {"usageMetadata": {"serviceTier": "standard", "trafficType": "ON_DEMAND"}}),
        (("bedrock", "chat"), {"serviceTier": {"type": "default"}, "performanceConfig": {"latency": "standard"}}),
    ],
)
def test_what_all_answers_of_a_provider_say_is_no_loss(who, document):
    assert list(lost(document, reader_of(*who).known, {}, "m")) == []


def test_a_chunk_that_tells_one_number_for_its_text():
    heard, reader = Utterance(), reader_of("together", "chat")
    for text, chance, others in (("ab", -0.5, {"ab": -0.5, "x": -2.0}), ("c", -1, None), ("", None, None)):
        choice = {"index": 0, "delta": {"content": text}, "logprobs": chance, "top_logprobs": others}
        assert list(lost({"choices": [choice]}, reader.known, {}, "m")) == []
        reader.event({"choices": [choice]}, 1.0, heard)
    others = {"top_logprobs": [{"token": "x", "logprob": -2.0}]}
    assert heard.odds == [{"token": "ab", "logprob": -0.5, **others}, {"token": "c", "logprob": -1.0}]


@pytest.mark.parametrize(
    "odds",
    [
        "x",
        {"content": "x"},
        {"content": [{"token": "a", "logprob": -1, "top_logprobs": 5}]},
        {"tokens": 5},
        {"tokens": ["a"], "token_logprobs": 5, "top_logprobs": 7},
    ],
)
def test_probabilities_of_another_form_do_no_harm(odds):
    heard = Utterance()
    reader_of("openai", "chat").whole({"choices": [{"text": "a", "logprobs": odds}]}, 1.0, heard)
    assert heard.text == "a"


def test_a_cache_that_is_told_of_once():
    heard = Utterance()
    reader_of("deepseek", "chat").whole({"usage": {"prompt_tokens": 9, "prompt_cache_hit_tokens": 4}}, 1.0, heard)
    assert heard.usage == {"prompt_tokens": 9, "cached_tokens": 4}


@pytest.mark.parametrize(
    ("who", "document", "found"),
    [
        (("cohere", "chat"), {"usage": {"billed_units": {"input_tokens": 5}, "tokens": {"input_tokens": 71}}}, "usage."),
        (("cohere", "chat"), {"usage": {"billed_units": {"input_tokens": 5}, "tokens": {"input_tokens": 5}}}, None),
        (("gemini", "chat"), {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 3}}, "usage"),
    ],
)  # fmt: skip
def test_counts_that_no_reply_can_say(who, document, found):
    heard = Utterance()
    reader_of(*who).whole(document, 1.0, heard)
    assert [path.startswith(found) for path in heard.lost] == ([True] if found else [])


@pytest.mark.parametrize(
    ("dialect", "event", "failure"),
    [
        ("openai", {"error": {"message": "m", "type": "t", "code": "c"}}, {"message": "m", "type": "t", "code": "c"}),
        ("openrouter", {"error": {"message": "m", "code": 502}, "choices": []}, {"message": "m", "status": 502}),
        ("anthropic", {"type": "error", "error": {"type": "t", "message": "m"}}, {"message": "m", "type": "t"}),
        ("openai_responses", {"type": "error", "message": "m", "code": "c", "param": None}, {"message": "m", "code": "c"}),
        (
            "gemini",
            {"error": {"code": 503, "message": "m", "status": "UNAVAILABLE"}},
            {"message": "m", "type": "UNAVAILABLE", "status": 503},
        ),
        ("gemini", {"promptFeedback": {"blockReason": "SAFETY"}}, {"error": "content_filter"}),
        ("ollama", {"error": "m"}, {"message": "m"}),
        ("cohere", {"type": "message-end", "delta": {"finish_reason": "ERROR", "error": "m"}}, {"message": "m"}),
        (
            "bedrock",
            {"exception": "throttlingException", "message": "m"},
            {"message": "m", "type": "ThrottlingException"},
        ),
        ("tgi", {"error": "m", "error_type": "overloaded"}, {"message": "m", "type": "overloaded"}),
        ("azure", {"error": {"message": "m", "code": "429"}}, {"message": "m", "code": "429"}),
    ],
)
def test_errors_in_streams(dialect, event, failure):
    heard = Utterance()
    reader_of(dialect, "chat").event(event, 1.0, heard)
    assert heard.failure == failure
    assert not heard.unreadable


def test_who_is_read():
    assert reader_of("groq", "chat") is reader_of("openai", "completion") is not None
    assert reader_of("sglang", "chat") is reader_of("vllm", "chat") is reader_of("openai", "chat")
    assert reader_of("perplexity", "chat") is reader_of("nobody", "chat") is None
    assert reader_of("openai", "image") is reader_of("cohere", "embedding") is None


def test_members_and_items():
    assert (member({"a": {"b": 1}}, "a", "b"), member({"a": 1}, "a", "b"), member(None, "a")) == (1, None, None)
    assert items([{"a": 1}, 2, None]) == [{"a": 1}]
    assert items("x") == []
