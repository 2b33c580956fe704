"""Prompts for images that the safety system refuses, in its words.

In: a prompt, and whether it is to be judged less strictly (`moderation: low`). Out: nothing, or the refusal. What is harmful
goes by a few English keywords (`text.harm`). Sources: reports of both sentences (ucx0204/CarrotMangaTranslator 122 and
jeffstric/ZJT 480, RanFeng/clipsketch-ai 6; all of 2026).
"""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID

from understudy.errors import RequestError
from understudy.model.reply import Failure
from understudy.text.harm import FLAGGED, scores

# What is drawn is judged more leniently than what is said: killer whales and bath bombs may be shown.
_STRICT = ("sexual", "sexual/minors", "self-harm", "hate/threatening", "violence/graphic")
_LOW = ("sexual/minors", "self-harm/instructions")
_NEWER = (
    "Your request was rejected by the safety system. If you believe this is an error, contact us at help.openai.com and "
    "include the request ID {}. safety_violations=[{}]."
)
_OLDER = (
    "Your request was rejected as a result of our safety system. Your prompt may contain text that is not allowed by our "
    "safety system."
)


def check_safety(prompt: str, *, low: bool, newer: bool) -> None:
    """Refuse a prompt that must not be drawn."""
    found = scores(prompt)
    harm = [name for name in (_LOW if low else _STRICT) if found[name] >= FLAGGED]
    if not harm:
        return
    if not newer:
        raise RequestError(
            Failure(400, "content_filter", _OLDER, type="invalid_request_error", code="content_policy_violation")
        )
    message = _NEWER.format(_identifier(prompt), ", ".join(harm))
    raise RequestError(Failure(400, "content_filter", message, type="image_generation_user_error", code="moderation_blocked"))


def _identifier(prompt: str) -> UUID:
    """An identifier to be told to the provider, the same for the same prompt."""
    return UUID(bytes=blake2b(prompt.encode("utf-8", "replace"), digest_size=16).digest(), version=4)
