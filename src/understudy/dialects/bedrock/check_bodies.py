"""What Invoke refuses of a body of a model's own form: members that must be there, and the most a text may have.

In: a JSON object and its form. Out: nothing, or `RequestError`. Bodies are held against a JSON schema; words are those that
users report (`Malformed input request: #: required key [messages] not found`), of Claude those of Anthropic's own API, which
it has on Bedrock too. Of other faults of a body nothing is said: models differ too much.
"""

from __future__ import annotations

from typing import Any

from understudy.dialects import _asked as asked
from understudy.dialects._asked import refuse
from understudy.dialects.bedrock.abilities import abilities_of
from understudy.dialects.bedrock.check import BOTH
from understudy.dialects.bedrock.forms import Form

_NEEDED: dict[Form, tuple[str, ...]] = {
    "nova": ("messages",),
    "titan": ("inputText",),
    "llama": ("prompt",),
    "mistral": ("prompt",),
    "deepseek": ("prompt",),
    "command-r": ("message",),
    "command": ("prompt",),
    "ranking": ("documents", "query"),
    "openai": ("messages",),
}
_TITANS = frozenset(("inputText", "textGenerationConfig"))
_LLAMAS = frozenset(("prompt", "max_gen_len", "temperature", "top_p", "images"))
_KNOWN: dict[Form, frozenset[str]] = {"titan": _TITANS, "llama": _LLAMAS}
_CLAUDES = ("messages", "max_tokens", "anthropic_version")
_OUTSIDE = ("model", "stream")  # what Claude's body has elsewhere
_LONGEST_TITAN, _LONGEST_COHERE, _MOST_COHERE = 50_000, 2048, 96


def body(value: dict[str, Any], form: Form, model: str) -> None:
    """Judge a body."""
    if form == "claude":
        _claude(value)
        if not abilities_of(model).mixes and value.get("temperature") is not None and value.get("top_p") is not None:
            refuse(BOTH)  # lobehub 9523
    needed = _NEEDED.get(form, ())
    faults = [f"#: required key [{name}] not found" for name in needed if name not in value]
    known = _KNOWN.get(form)
    faults += [f"#: extraneous key [{name}] is not permitted" for name in value if known is not None and name not in known]
    if form == "vector":
        faults = _vectors(value, model)
    if faults:
        refuse(f"Malformed input request: {''.join(faults)}, please reformat your input and try again.")


def _claude(value: dict[str, Any]) -> None:
    for name in _CLAUDES:
        if name not in value:
            refuse(f"{name}: Field required")
    for name in _OUTSIDE:
        if name in value:
            refuse(f"{name}: Extra inputs are not permitted")


def _vectors(value: dict[str, Any], model: str) -> list[str]:
    """Judge what is to become a vector; Cohere's third version has bounds that do not depend on the tokens."""
    if "titan" in model:
        text = value.get("inputText")
        if isinstance(text, str) and len(text) > _LONGEST_TITAN:
            return [f"expected maxLength: {_LONGEST_TITAN}, actual: {len(text)}"]
        return [] if "inputText" in value or "inputImage" in value else ["#: required key [inputText] not found"]
    if "cohere.embed" not in model or "v4" in model:
        return []
    texts = asked.texts(value.get("texts"))
    if len(texts) > _MOST_COHERE:
        return [f"#/texts: expected maximum item count: {_MOST_COHERE}, found: {len(texts)}"]
    long = [(i, len(text)) for i, text in enumerate(texts) if len(text) > _LONGEST_COHERE]
    if long:
        return [f"#/texts/{i}: expected maxLength: {_LONGEST_COHERE}, actual: {size}" for i, size in long]
    return [] if "input_type" in value else ["#: required key [input_type] not found"]
