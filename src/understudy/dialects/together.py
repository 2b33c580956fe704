"""Together: OpenAI's documents with the prompt beside the choices, a seed in each, and usage on the last chunk.

No recordings: the details are the vendor's documentation's.
"""

from __future__ import annotations

from typing import Any

from understudy.dialects import Moment
from understudy.dialects._kin import Answered, Kin, KinDialect, standard
from understudy.dialects._kin.errors import spoken, words
from understudy.dialects._turn import Costs, letters
from understudy.model.reply import Failure


def _identify(moment: Moment) -> str:
    return f"o{letters(moment, 0, 6)}-{letters(moment, 1, 6)}-{letters(moment, 2, 16).lower()}"


def _usage(costs: Costs) -> dict[str, Any]:
    total = costs.prompt + costs.completion
    found = {"prompt_tokens": costs.prompt, "completion_tokens": costs.completion, "total_tokens": total}
    return {**found, "cached_tokens": costs.cached}


def _seeded(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    for choice in document["choices"]:
        choice["seed"] = answered.moment.random.integer("seed", 0, 2**53)
    return document


def _whole(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    return {**_seeded(document, answered), "prompt": []}


def _error(failure: Failure) -> dict[str, Any]:
    kind, code, message = words(failure, {})
    return {"id": "{request_id}", "error": {"message": message, "type": kind, "param": failure.param, "code": code}}


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
    chunk=_seeded,
    failure=spoken(_error),
)
DIALECT = KinDialect(KIN, standard(KIN, "completions", "embeddings"))
