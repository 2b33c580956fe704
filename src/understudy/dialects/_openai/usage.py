"""What an answer costs, as the `usage` of the OpenAI API: members in the order sent (wire.md 3.2).

In: what the choices cost, what the reply says instead. Out: the document. Also the two costs that are nobody's text: thinking,
and a prediction that did not come true.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from understudy.dialects._openai.families import Family
from understudy.model.reply import Reply

# Reasoning tokens are multiples of 64 as a rule (wire.md 15).
_STEP = 64
_THOUGHT = {"low": 64, "medium": 192, "high": 512, "xhigh": 1024, "max": 2048}

_PROPOSED = 8  # predicted tokens that are tried at once, and thrown away together when the first of them is wrong
_ALIKE = 4  # tokens that must agree before a prediction is taken up again


class Costs(Struct):
    """Tokens of an answer in detail; `heard` and `spoken` are audio."""

    reasoning: int = 0
    cached: int = 0
    accepted: int = 0
    rejected: int = 0
    heard: int = 0
    spoken: int = 0


def usage_object(traits: Family, prompt: Any, completion: Any, total: Any, costs: Costs) -> dict[str, Any]:
    """Build `usage`; the three sums may be holes of a layout."""
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": total,
        "prompt_tokens_details": prompt_details(traits, costs),
        "completion_tokens_details": completion_details(costs),
    }


def prompt_details(traits: Family, costs: Costs) -> dict[str, int]:
    """Build `prompt_tokens_details`."""
    writes = {"cache_write_tokens": 0} if traits.cache_write else {}
    return {"cached_tokens": costs.cached, **writes, "audio_tokens": costs.heard}


def completion_details(costs: Costs) -> dict[str, int]:
    """Build `completion_tokens_details`."""
    return {
        "reasoning_tokens": costs.reasoning,
        "audio_tokens": costs.spoken,
        "accepted_prediction_tokens": costs.accepted,
        "rejected_prediction_tokens": costs.rejected,
    }


def told_usage(reply: Reply, prompt: int, completion: int = 0) -> tuple[int, int]:
    """Replace counts by what the reply says they are."""
    told = reply.usage
    if told is None:
        return prompt, completion
    return (
        prompt if told.prompt_tokens is None else told.prompt_tokens,
        completion if told.completion_tokens is None else told.completion_tokens,
    )


def thought(effort: str, room: int | None) -> int:
    """The tokens a model thinks that was not told what: by its effort, within what the answer leaves of the limit."""
    wanted = _THOUGHT.get(effort, 0)
    return wanted if room is None else min(wanted, max(0, room) // _STEP * _STEP)


def predicted(answer: Sequence[bytes], prediction: Sequence[bytes]) -> tuple[int, int]:
    """Say how many tokens of a prediction came true in an answer, and how many were tried in vain.

    The answer is followed token by token. Where the prediction goes wrong, what was proposed of it is lost, and it is taken up
    again where some tokens in a row agree.
    """
    places: dict[tuple[bytes, ...], list[int]] = {}
    for at in range(len(prediction) - _ALIKE, -1, -1):
        places.setdefault(tuple(prediction[at : at + _ALIKE]), []).append(at)
    accepted = rejected = at = 0
    follows = True
    for i, token in enumerate(answer):
        if not follows:
            later = places.get(tuple(answer[i : i + _ALIKE]), [])
            while later and later[-1] < at:
                later.pop()
            follows = bool(later)
            at = later[-1] if later else at
        if follows and at < len(prediction) and prediction[at] == token:
            accepted, at = accepted + 1, at + 1
        elif follows:
            follows = False
            rejected += min(_PROPOSED, len(prediction) - at)
    return accepted, rejected
