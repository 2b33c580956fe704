"""What a model cannot do although the API can: search the web, speak and hear, be brief, heed a prediction, sample otherwise.

Sources: wire.md 2.4 and A.2, users' reports of each refusal (2025 to 2026), the guide to predicted outputs for what goes with a
prediction. A model that is in no family may be asked for anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.dialects._openai.check import mapping, one_of, refuse, required, string
from understudy.dialects._openai.check_texts import longest
from understudy.dialects._openai.check_unknown import unknown
from understudy.dialects._openai.families import Family, family

_NOT_WHILE_SEARCHING = ("frequency_penalty", "presence_penalty", "temperature", "top_p")
_NOT_WITH_PREDICTION = ("logprobs", "presence_penalty", "frequency_penalty", "max_completion_tokens", "tools", "functions")
_LONGEST_KEY = 64
_CACHE_OPTIONS = frozenset(("mode", "ttl"))
_sizes = one_of("low", "medium", "high")


def web_search_options(value: Any, path: str) -> None:
    """Check `web_search_options`: how much is read, and where the one who asks is."""
    mapping(value, path)
    if value.get("search_context_size") is not None:
        _sizes(value["search_context_size"], f"{path}.search_context_size")
    place = value.get("user_location")
    if place is not None:
        at = f"{path}.user_location"
        mapping(place, at)
        required(place, at, "type", "approximate")
        one_of("approximate")(place["type"], f"{at}.type")
        mapping(place["approximate"], f"{at}.approximate")


def key(value: Any, path: str) -> None:
    """Check a text that stands for somebody, or for a prompt."""
    string(value, path)
    longest(value, path, _LONGEST_KEY)


def retention(value: Any, path: str) -> None:
    """Check `prompt_cache_retention`."""
    if value not in ("in_memory", "24h"):
        refuse("Invalid prompt_cache_retention argument", path)


def cache_options(value: Any, path: str) -> None:
    """Check `prompt_cache_options`."""
    mapping(value, path)
    for name in value:
        if name not in _CACHE_OPTIONS:
            unknown(f"{path}.{name}", _CACHE_OPTIONS)
    if value.get("mode") is not None:
        one_of("implicit", "explicit")(value["mode"], f"{path}.mode")
    if value.get("ttl") is not None:
        string(value["ttl"], f"{path}.ttl")


def moderation(value: Any, path: str) -> None:
    """Check `moderation`: by which model, and what is to become of harm."""
    mapping(value, path)
    required(value, path, "model")
    string(value["model"], f"{path}.model")
    policy = value.get("policy")
    if policy is None:
        return
    mapping(policy, f"{path}.policy")
    for side in ("input", "output"):
        if policy.get(side) is not None:
            at = f"{path}.policy.{side}"
            mapping(policy[side], at)
            required(policy[side], at, "mode")
            one_of("score", "block")(policy[side]["mode"], f"{at}.mode")


def ability(body: Mapping[str, Any], model: str) -> None:
    """Check that a model can do what a request asks for."""
    traits = family(model)
    if not traits.known:
        return
    if not traits.sees:
        _without_images(body["messages"])
    _formats(body.get("response_format"), traits)
    _searches(body, "search" in model)
    _speaks(body, model)
    verbosity = body.get("verbosity")
    if verbosity is not None and verbosity != "medium" and not traits.verbose:
        refuse(
            f"Unsupported value: 'verbosity' does not support '{verbosity}' with this model. Supported values are: 'medium'.",
            "verbosity",
            "unsupported_value",
        )
    if traits.cache_write and body.get("prompt_cache_retention") == "in_memory":
        refuse("This model is compatible only with 24h extended prompt caching", "prompt_cache_retention")
    if body.get("prediction") is not None:
        _predicts(body)


def _without_images(messages: list[dict[str, Any]]) -> None:
    """Check that there is nothing to be seen (quoted in vllm-project/vllm 11629 and browser-use/web-ui 274)."""
    for i, message in enumerate(messages):
        content = message.get("content")
        for j, part in enumerate(content) if isinstance(content, list) else ():
            if part["type"] == "image_url":
                words = "Invalid content type. image_url is only supported by certain models."
                refuse(words, f"messages.[{i}].content.[{j}].type")


def _formats(wanted: Any, traits: Family) -> None:
    """Check that a model can be kept to a form (quoted in mrwadams/stride-gpt 19 and web-infra-dev/midscene 259)."""
    kind = wanted.get("type") if isinstance(wanted, dict) else None
    words = f"Invalid parameter: 'response_format' of type '{kind}' is not supported with this model."
    if kind == "json_object" and not traits.json:
        refuse(words, "response_format")
    if kind == "json_schema" and not traits.schemas:
        guide = "https://platform.openai.com/docs/guides/structured-outputs"
        refuse(f"{words} Learn more about supported models at the Structured Outputs guide: {guide}")


def _searches(body: Mapping[str, Any], able: bool) -> None:
    if body.get("web_search_options") is not None and not able:
        refuse("Web search options not supported with this model.", "web_search_options")
    odd = [name for name in _NOT_WHILE_SEARCHING if body.get(name) is not None] if able else ()
    if odd:
        refuse(f"Model incompatible request argument{'s' * (len(odd) > 1)} supplied: {', '.join(odd)}")


def _speaks(body: Mapping[str, Any], model: str) -> None:
    speaks = "audio" in (body.get("modalities") or ())
    if "audio-preview" in model and not (speaks or any(map(_heard, body["messages"]))):
        message = "This model requires that either input content or output modality contain audio."
        refuse(message, "model", "invalid_value")
    if speaks and "audio" not in model:
        message = "Unsupported value: 'modalities' does not support ['text', 'audio'] with this model."
        refuse(f"{message} Supported values are: ['text'].", "modalities", "unsupported_value")


def _heard(message: Mapping[str, Any]) -> bool:
    """Say whether there is sound in a message, or was one in an answer."""
    content = message.get("content")
    sounds = isinstance(content, list) and any(part["type"] == "input_audio" for part in content)
    return sounds or message.get("audio") is not None


def _predicts(body: Mapping[str, Any]) -> None:
    """Check that nothing is asked for that does not go with a prediction."""
    odd = [name for name in _NOT_WITH_PREDICTION if body.get(name)]
    if (body.get("n") or 1) > 1:
        odd.append("n")
    if odd:
        refuse(f"Unsupported parameter: '{odd[0]}' is not supported with 'prediction'.", odd[0], "unsupported_parameter")
