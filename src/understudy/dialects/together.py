"""Together: OpenAI's documents with the prompt beside the choices, a seed in each, and usage on the last chunk.

Documents are those of recorded traffic (2024) and of the types of its client (December 2025), errors those that users report;
`seed`, `reasoning` and `cached_tokens` are the vendor's documentation.
"""

from __future__ import annotations

from typing import Any

from understudy.dialects import Moment
from understudy.dialects._kin import Answered, Kin, KinDialect, standard
from understudy.dialects._kin.errors import Words, spoken, words
from understudy.dialects._turn import Costs, letters
from understudy.model.reply import Failure, FailureKind

_KEY: Words = (
    "invalid_request_error",
    "invalid_api_key",
    "Invalid API key provided. You can find your API key at https://api.together.xyz/settings/api-keys.",
)
_OWN: dict[FailureKind, Words] = {
    "unauthorized": _KEY,
    "missing_key": _KEY,
    "model_not_found": (
        "invalid_request_error",
        "model_not_available",
        "Unable to access model {subject}. Please visit https://api.together.ai/models to view the list of supported models.",
    ),
}
_OBJECTS = {"completion": "text.completion", "chat": "chat.completion"}


def _identify(moment: Moment) -> str:
    return f"o{letters(moment, 0, 6)}-{letters(moment, 1, 6)}-{letters(moment, 2, 16).lower()}"


def _usage(costs: Costs) -> dict[str, Any]:
    total = costs.prompt + costs.completion
    found = {"prompt_tokens": costs.prompt, "completion_tokens": costs.completion, "total_tokens": total}
    return {**found, "cached_tokens": costs.cached}


def _seed(moment: Moment) -> int:
    return moment.random.integer("seed", 0, 2**53)


def _chunk(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    for choice in document["choices"]:
        choice["seed"] = answered.own
    if answered.call.operation == "completion":
        document["object"] = "completion.chunk"
    return document


def _choice(choice: dict[str, Any], seed: int) -> dict[str, Any]:
    found = {"finish_reason": choice["finish_reason"], "seed": seed, "logprobs": choice["logprobs"], "index": choice["index"]}
    return {"text": choice["text"], **found} if "text" in choice else {**found, "message": choice["message"]}


def _whole(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    head = {name: document[name] for name in ("id", "object", "created", "model")}
    head["object"] = _OBJECTS[answered.call.operation]
    choices = [_choice(choice, answered.own) for choice in document["choices"]]
    return {**head, "prompt": [], "choices": choices, "usage": document["usage"]}


def _error(failure: Failure) -> dict[str, Any]:
    kind, code, message = words(failure, _OWN)
    return {"id": "{request_id}", "error": {"message": message, "type": kind, "param": failure.param, "code": code}}


def _listed(model: str, created: int) -> dict[str, Any]:
    vendor, _, name = model.partition("/")
    return {
        "id": model,
        "object": "model",
        "created": created,
        "type": "embedding" if "bge" in model or "embed" in model else "chat",
        "running": False,
        "display_name": name or model,
        "organization": vendor,
        "link": f"https://huggingface.co/{model}",
        "license": "",
        "context_length": 131072,
        "pricing": {"hourly": 0, "input": 0.88, "output": 0.88, "base": 0, "finetune": 0},
    }


KIN = Kin(
    "together",
    ("meta-llama/Llama-3.3-70B-Instruct-Turbo", "deepseek-ai/DeepSeek-R1", "Qwen/Qwen3-235B-A22B", "BAAI/bge-large-en-v1.5"),
    ("/v1",),
    identify=_identify,
    thought=("reasoning",),
    message={"tool_calls": []},
    usage=_usage,
    counts="finish",
    whole=_whole,
    chunk=_chunk,
    own=_seed,
    failure=spoken(_error),
    list_model=_listed,
    lists_bare=True,
)
DIALECT = KinDialect(KIN, standard(KIN, "completions", "embeddings"))
