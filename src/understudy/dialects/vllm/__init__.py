"""vLLM (wire.md 14.5): OpenAI's paths and the server's own; thoughts beside the content, probabilities of the prompt.

Thoughts stand in `reasoning` and, as until version 0.12, in `reasoning_content`. Unknown fields are accepted, as vLLM does.
"""

from __future__ import annotations

from msgspec.structs import replace

from understudy.dialects import Endpoint
from understudy.dialects._kin import Kin, KinDialect, endpoint, standard
from understudy.dialects._kin.decode import catalogue
from understudy.dialects._kin.errors import spoken
from understudy.dialects._kin.events import CLOSING
from understudy.dialects.vllm import answers, check, constraints, errors, invocations, pooling, served, tokenizer
from understudy.dialects.vllm.adapters import adaptable

KIN = Kin(
    "vllm",
    ("meta-llama/Llama-3.1-8B-Instruct", "Qwen/Qwen3-8B"),
    ("",),
    identify=answers.identify,
    identify_call=answers.identify_call,
    message={"refusal": None, "annotations": None, "audio": None, "function_call": None, "tool_calls": []},
    thought=("reasoning", "reasoning_content"),
    usage=answers.usage,
    cuts_on_last=("chat", "completion"),
    whole=answers.whole,
    chunk=answers.chunk,
    shares=answers.shares,
    tally=answers.tally,
    failure=spoken(errors.document),
    grammar=CLOSING,
    list_model=served.listed,
    fit=errors.fit,
    rules=check.RULES,
)

_TEXTS = replace(KIN, identify=answers.identify_text)


def _own(found: Endpoint) -> Endpoint:
    """Count prompts as the server does, and read the form of an answer."""
    if found.operation not in ("chat", "completion"):
        return found
    decode, encode = constraints.constrained(found.decode), constraints.unquoted(found.encode)
    return replace(found, decode=decode, encode=encode, count=tokenizer.read)


_COMPLETING = [found for found in standard(_TEXTS, "completions", base="/v1") if found.operation == "completion"]
_STANDARD = tuple(_own(found) for found in (*standard(KIN, base="/v1"), *_COMPLETING) if found.method == "POST")
_ANSWERING = (*_STANDARD, *pooling.endpoints(KIN))
_TOKENIZING = (
    endpoint("POST", "/tokenize", "stored", tokenizer.asks_tokens, tokenizer.tokenize, counts=False, yields=False),
    endpoint("POST", "/detokenize", "stored", tokenizer.asks_text, tokenizer.detokenize, counts=False, yields=False),
)
DIALECT = KinDialect(
    KIN,
    (
        *map(adaptable, (*_ANSWERING, invocations.endpoint(_ANSWERING), *_TOKENIZING)),
        endpoint("GET", "/tokenizer_info", "health", catalogue("vllm", "health"), tokenizer.info, counts=False),
        *served.ENDPOINTS,
    ),
)
