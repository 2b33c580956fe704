"""xAI: OpenAI's documents with thoughts beside the content and more details in the usage.

No recordings: the details are the vendor's documentation's.
"""

from __future__ import annotations

from typing import Any

from understudy.dialects import Moment
from understudy.dialects._kin import Answered, Kin, KinDialect, standard
from understudy.dialects._kin.errors import spoken, words
from understudy.dialects._turn import Costs, uuid
from understudy.model.reply import Failure


def _identify(moment: Moment) -> str:
    return uuid(moment, "answer")


def _usage(costs: Costs) -> dict[str, Any]:
    read = {"text_tokens": costs.prompt, "audio_tokens": 0, "image_tokens": 0, "cached_tokens": costs.cached}
    said = {"reasoning_tokens": costs.thought, "audio_tokens": 0}
    return {
        "prompt_tokens": costs.prompt,
        "completion_tokens": costs.completion,
        "total_tokens": costs.prompt + costs.completion,
        "prompt_tokens_details": read,
        "completion_tokens_details": {**said, "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0},
        "num_sources_used": 0,
    }


def _marked(document: dict[str, Any], _answered: Answered) -> dict[str, Any]:
    return {**document, "system_fingerprint": "fp_174298dd8e"}


def _error(failure: Failure) -> dict[str, Any]:
    kind, code, message = words(failure, {"model_not_found": ("not_found", None, "The model {subject} does not exist")})
    return {"code": code or kind, "error": message}


KIN = Kin(
    "xai",
    ("grok-4", "grok-4-fast-reasoning", "grok-3-mini", "grok-code-fast-1"),
    ("/v1",),
    identify=_identify,
    message={"refusal": None},
    usage=_usage,
    whole=_marked,
    chunk=_marked,
    failure=spoken(_error),
)
DIALECT = KinDialect(KIN, standard(KIN, "embeddings"))
