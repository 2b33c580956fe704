"""Guardrails: `ApplyGuardrail`, and what an answer of Converse tells of the one that watched over it.

In: calls, replies. Out: documents. No guardrail is kept: any identifier names one that blocks what the words of a text give
away (`text.harm`), unless a rule answers: a refusal is said instead of the text, a JSON object gives members of the document.
In a conversation only a rule blocks. Documents are the service model's; words and what a trace holds are of answers that users
recorded (2025 and 2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment, Options
from understudy.dialects import _asked as asked
from understudy.dialects.bedrock.conversation import Guard
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.reply import Failure, Refused, Reply
from understudy.text.harm import FLAGGED, scores
from understudy.untrusted import NOT_JSON

Document = dict[str, Any]
_BLOCKED = "Sorry, the model cannot answer this question."
_UNIT = 1000  # characters that are charged as one
_LATENCY = 100  # milliseconds; no measurement
_SURE = 0.9
_POLICIES = ("topic", "content", "word", "sensitiveInformation", "contextualGrounding")
_FILTERS = {
    "hate": "HATE",
    "harassment": "INSULTS",
    "sexual": "SEXUAL",
    "violence": "VIOLENCE",
    "self-harm": "VIOLENCE",
    "illicit": "MISCONDUCT",
}


class Asked(Struct, gc=False):
    """What is to be judged: texts, from which side."""

    guard: Guard
    source: str
    texts: tuple[str, ...]


def asks(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /guardrail/{id}/version/{version}/apply."""
    name, between, version = params["path"].rpartition("/version/")
    if not between:
        raise RequestError(Failure(404, "not_found"))
    value = asked.object_of(request.body, strict=options.strict, missing="The request body is missing.")
    for member in ("source", "content"):
        if options.strict and value.get(member) is None:
            told = f"Value null at '{member}' failed to satisfy constraint: Member must not be null"
            asked.refuse(f"1 validation error detected: {told}")
    blocks = [asked.mapping(item.get("text")) for item in asked.objects(value.get("content"))]
    texts = tuple(str(block.get("text") or "") for block in blocks if block)
    wish = Asked(Guard(name.rpartition("/")[2], version), str(value.get("source") or "INPUT"), texts)
    text = "\n".join(texts)
    return Call("moderation", "bedrock", wish.guard.identifier, user=text, extra=wish, body=request.body, inputs=(text,))


def verdict(call: Call, replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Answer what a guardrail does with a text."""
    wish: Asked = call.extra
    refusal = next((block.text for block in replies[0].blocks if isinstance(block, Refused)), None)
    filters = _filters(call.user)
    is_blocked = refusal is not None or bool(filters)
    characters = len(call.user)
    assessment = _assessment(wish.guard, characters, filters)
    document: Document = {
        "action": "GUARDRAIL_INTERVENED" if is_blocked else "NONE",
        "actionReason": _reason(is_blocked=is_blocked),
        "assessments": [assessment],
        "guardrailCoverage": _coverage(characters),
        "outputs": [{"text": refusal or _BLOCKED}] if is_blocked else [],
        "usage": _usage(characters),
    }
    return Body(msgspec.json.encode({**document, **_told(replies[0].text)}, order="sorted"))


def trace(guard: Guard, prompt: str, answer: str, *, is_blocked: bool) -> Document:
    """What a guardrail saw of a conversation; what a rule blocked it blocked in the answer."""
    after = _assessment(guard, len(answer), [_filter("MISCONDUCT", 1.0)] if is_blocked else [])
    return {
        "guardrail": {
            "actionReason": _reason(is_blocked=is_blocked),
            "inputAssessment": {guard.identifier: _assessment(guard, len(prompt), [])},
            "outputAssessments": {guard.identifier: [after]},
        }
    }


def _reason(*, is_blocked: bool) -> str:
    return "Guardrail blocked." if is_blocked else "No action."


def _filters(text: str) -> list[Document]:
    """The filters that a text sets off, each once and as sure as its words are."""
    found: dict[str, float] = {}
    for category, score in scores(text).items():
        kind = _FILTERS[category.partition("/")[0]]
        if score >= FLAGGED:
            found[kind] = max(score, found.get(kind, 0.0))
    return [_filter(kind, score) for kind, score in found.items()]


def _filter(kind: str, score: float) -> Document:
    confidence = "HIGH" if score >= _SURE else "MEDIUM"
    return {"action": "BLOCKED", "confidence": confidence, "detected": True, "filterStrength": "HIGH", "type": kind}


def _assessment(guard: Guard, characters: int, filters: list[Document]) -> Document:
    found = {"contentPolicy": {"filters": filters}} if filters else {}
    metrics = {
        "guardrailCoverage": _coverage(characters),
        "guardrailProcessingLatency": _LATENCY,
        "usage": _usage(characters),
    }
    details = {"guardrailId": guard.identifier, "guardrailVersion": guard.version}
    return {"appliedGuardrailDetails": details, **found, "invocationMetrics": metrics}


def _coverage(characters: int) -> Document:
    return {"textCharacters": {"guarded": characters, "total": characters}}


def _usage(characters: int) -> Document:
    """Units of each policy; only contents are judged here."""
    units = {f"{policy}PolicyUnits": 0 for policy in _POLICIES}
    free = {"sensitiveInformationPolicyFreeUnits": 0, "contentPolicyImageUnits": 0}
    return {**units, **free, "contentPolicyUnits": ceil(characters / _UNIT)}


def _told(text: str) -> Document:
    """Members of the document that a rule says."""
    try:
        value = msgspec.json.decode(text) if text.startswith("{") else None
    except NOT_JSON:
        value = None
    return value if isinstance(value, dict) else {}
