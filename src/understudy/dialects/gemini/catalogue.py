"""GET models and models/{model}, and the answer of countTokens (wire.md 12)."""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.dialects import Moment
from understudy.dialects.gemini.check import refuse
from understudy.dialects.gemini.families import embeds, family
from understudy.dialects.gemini.press import JSON
from understudy.dialects.gemini.prompt import modalities
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.reply import Reply

_GENERATES = ["generateContent", "countTokens", "createCachedContent", "batchGenerateContent"]
_EMBEDS = ["embedContent", "countTextTokens", "countTokens", "asyncBatchEmbedContent"]


def _object(name: str, moment: Moment) -> dict[str, Any]:
    traits, title = family(name), " ".join(word.capitalize() for word in name.split("-"))
    window = None if embeds(name) else moment.options.window(name)
    found: dict[str, Any] = {
        "name": f"models/{name}",
        "version": "001",
        "displayName": title,
        "description": title,
        "inputTokenLimit": min(traits.window, window or traits.window),
        "outputTokenLimit": traits.longest,
    }
    if embeds(name):
        return {**found, "supportedGenerationMethods": _EMBEDS}
    found |= {"supportedGenerationMethods": _GENERATES, "temperature": 1, "topP": 0.95, "topK": 64, "maxTemperature": 2}
    return {**found, "thinking": True} if traits.thinks else found


def _body(value: Any, prompt: int = 0) -> Body:
    return Body(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n", prompt, 0, JSON)


def models(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Encode a page of the catalogue."""
    size, start = call.extra.page
    listed = moment.options.listed
    if start > len(listed):
        refuse("page_token is invalid.")
    found: dict[str, Any] = {"models": [_object(model.id, moment) for model in listed[start : start + size]]}
    if start + size < len(listed):
        found["nextPageToken"] = str(start + size)
    return _body(found)


def model(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Encode one model; names that are not listed are answered too, unless the catalogue is closed (decode refuses those)."""
    return _body(_object(call.model, moment))


def tokens(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Encode how many tokens a prompt costs."""
    details = [{"modality": name, "tokenCount": count} for name, count in modalities(call).items()]
    found: dict[str, Any] = {"totalTokens": moment.prompt_tokens, "promptTokensDetails": details}
    if call.extra.cached:
        found["cachedContentTokenCount"] = call.extra.cached
    return _body(found, moment.prompt_tokens)
