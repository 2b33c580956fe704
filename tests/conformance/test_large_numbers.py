"""Numbers that no double holds, or just one: refused, or taken for the nearest that counts, wherever a request may say one."""

from __future__ import annotations

import json
from itertools import product

import pytest

LARGE = (str(10**400), str(-(10**400)), "1e308")
NAMES = (
    *("temperature", "top_p", "top_k", "min_p", "frequency_penalty", "presence_penalty", "repetition_penalty", "n", "best_of"),
    *("seed", "max_tokens", "max_completion_tokens", "max_output_tokens", "min_tokens", "logprobs", "logit_bias"),
    *(
        "prompt_logprobs",
        "top_logprobs",
        "keep_alive",
        "p",
        "k",
        "typical_p",
        "truncate_prompt_tokens",
        "max_new_tokens",
        "top_n_tokens",
    ),
    *("max_tokens_to_sample", "dimensions", "top_n", "thinking", "reasoning", "max_tool_calls", "decoder_input_details"),
    *("priority", "length_penalty", "tfs", "typical", "num_predict", "num_ctx", "num_keep", "repeat_penalty", "repeat_last_n"),
    *("max_tokens_per_doc", "max_chunks_per_doc", "output_dimension", "random_seed", "max_input_tokens", "return_documents"),
    *("top_a", "mirostat", "mirostat_tau", "mirostat_eta", "context_length_exceeded_behavior", "safe_prompt", "top_k_return"),
)
MEMBERS = {  # objects that hold numbers of their own
    "generationConfig": (
        *("temperature", "topP", "topK", "maxOutputTokens", "candidateCount", "seed", "presencePenalty", "frequencyPenalty"),
        *("logprobs", "outputDimensionality"),
    ),
    "inferenceConfig": ("temperature", "topP", "maxTokens", "topK"),
    "additionalModelRequestFields": ("top_k",),
    "options": (
        *("temperature", "top_p", "top_k", "min_p", "seed", "num_predict", "num_ctx", "repeat_penalty", "repeat_last_n"),
        *("presence_penalty", "frequency_penalty", "num_keep"),
    ),
    "parameters": (
        *("temperature", "top_p", "top_k", "typical_p", "repetition_penalty", "frequency_penalty", "seed", "max_new_tokens"),
        *("top_n_tokens", "truncate", "best_of"),
    ),
    "logit_bias": ("976", "12", "x", "9" * 400),
    "thinking": ("budget_tokens",),
    "reasoning": ("max_tokens",),
    "stream_options": ("continuous_usage_stats",),
}
OTHERS = {
    "openai/v1/embeddings": {"model": "text-embedding-3-small", "input": "hi"},
    "openai/v1/images/generations": {"model": "gpt-image-1", "prompt": "hi"},
    "openai/v1/audio/speech": {"model": "tts-1", "input": "hi", "voice": "alloy"},
    "openai/v1/batches": {"input_file_id": "x", "endpoint": "/v1/responses", "completion_window": "24h"},
    "azure/openai/deployments/m/completions?api-version=2024-10-21": {"prompt": "hi"},
    "anthropic/v1/complete": {"model": "m", "prompt": "\n\nHuman: hi\n\nAssistant:", "max_tokens_to_sample": 9},
    "anthropic/v1/messages/count_tokens": {"model": "claude-sonnet-4-5", "messages": [{"role": "user", "content": "hi"}]},
    "gemini/v1beta/openai/chat/completions": {"model": "m", "messages": [{"role": "user", "content": "hi"}]},
    "gemini/v1beta/models/gemini-embedding-001:embedContent": {"content": {"parts": [{"text": "hi"}]}},
    "mistral/v1/fim/completions": {"model": "codestral-latest", "prompt": "hi"},
    "mistral/v1/embeddings": {"model": "mistral-embed", "input": "hi"},
    "together/v1/completions": {"model": "m", "prompt": "hi"},
    "fireworks/inference/v1/completions": {"model": "m", "prompt": "hi"},
    "vllm/v1/completions": {"model": "m", "prompt": "hi"},
    "vllm/v1/embeddings": {"model": "m", "input": "hi"},
    "vllm/rerank": {"model": "m", "query": "hi", "documents": ["a"]},
    "vllm/tokenize": {"model": "m", "prompt": "hi"},
    "vllm/detokenize": {"model": "m", "tokens": [1]},
    "sglang/generate": {"text": "hi", "sampling_params": {}},
    "cohere/v1/chat": {"model": "command-r", "message": "hi"},
    "cohere/v2/embed": {"model": "embed-v4.0", "texts": ["hi"], "input_type": "search_query"},
    "cohere/v2/rerank": {"model": "rerank-v3.5", "query": "hi", "documents": ["a"]},
    "tei/embed": {"inputs": "hi"},
    "tei/rerank": {"query": "hi", "texts": ["a"]},
    "ollama/api/embed": {"model": "m", "input": "hi", "options": {}},
    **{
        f"bedrock/model/{model}/invoke": body
        for model, body in {
            "meta.llama3-8b-instruct-v1%3A0": {"prompt": "hi"},
            "mistral.mistral-7b-instruct-v0%3A2": {"prompt": "hi"},
            "cohere.command-r-v1%3A0": {"message": "hi"},
            "cohere.command-text-v14": {"prompt": "hi"},
            "amazon.nova-lite-v1%3A0": {"messages": [{"role": "user", "content": [{"text": "hi"}]}]},
            "openai.gpt-oss-20b-1%3A0": {"messages": [{"role": "user", "content": "hi"}]},
            "cohere.embed-english-v3": {"texts": ["hi"], "input_type": "search_query"},
        }.items()
    },
}
MARK = "\0number\0"


def _saying(plain):
    """Bodies with a mark where a number goes, each name by itself and each of an object's."""
    yield from ({**plain, name: MARK} for name in NAMES)
    for name, members in MEMBERS.items():
        known = plain.get(name) if isinstance(plain.get(name), dict) else {}
        yield from ({**plain, name: {**known, member: MARK}} for member in members)


@pytest.fixture
def hold(engine, ask_engine):
    """Hold that all numbers are answered or refused; what goes wrong inside the engine is raised here."""
    strict, lenient = (engine(validation=validation, reply="generate") for validation in ("strict", "lenient"))

    def held(path, plain, headers):
        for body in _saying(plain):
            said = [json.dumps(body).replace(json.dumps(MARK), number).encode() for number in LARGE]
            for to, wrong in (*product([strict], said), (lenient, said[0])):
                assert ask_engine(to, wrong, path, headers=headers).status < 500, wrong

    return held


def test_a_chat_with_large_numbers_is_answered_or_refused(hold, speaker, wish):
    wanted = wish("hi", max_tokens=3)
    hold(f"/{speaker.dialect}{speaker.where(wanted)}", speaker.body(wanted), dict(speaker.headers))


@pytest.mark.parametrize("path", OTHERS)
def test_others_with_large_numbers_are_answered_or_refused(hold, path):
    hold(f"/{path}", OTHERS[path], {"anthropic-version": "2023-06-01"})
