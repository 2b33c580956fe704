"""What a chat request may hold, checked in the OpenAI API's own order (wire.md A.2; live probes, 2026-08).

The hot path decodes plain requests into typed structs; every other one is read here field by field. Rules between fields and
those of the model's family come after the fields, a message without content last of all. Null counts as absent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from understudy.dialects._openai import check_schema
from understudy.dialects._openai.check import (
    Check,
    boolean,
    empty_array,
    fields,
    mapping,
    missing,
    number,
    one_of,
    refuse,
    required,
    stop,
    stream_options,
    string,
    wrong_type,
)
from understudy.dialects._openai.check_texts import metadata, name
from understudy.dialects.openai import check_ability, check_family, check_tools, check_turns

_TOKEN = re.compile(r"[0-9]{1,7}")
_bias = number(-100, 100, whole=True)


def response_format(value: Any, path: str) -> None:
    """Check `response_format`."""
    mapping(value, path)
    required(value, path, "type")
    one_of("json_object", "json_schema", "text")(value["type"], f"{path}.type")
    if value["type"] == "json_schema":
        required(value, path, "json_schema")
        mapping(value["json_schema"], f"{path}.json_schema")
        required(value["json_schema"], f"{path}.json_schema", "name")
        name(value["json_schema"]["name"], f"{path}.json_schema.name")
        if value["json_schema"].get("schema") is not None:
            mapping(value["json_schema"]["schema"], f"{path}.json_schema.schema")
        if value["json_schema"].get("strict") is not None:
            boolean(value["json_schema"]["strict"], f"{path}.json_schema.strict")
        check_schema.answer_format(value["json_schema"], path)


def service_tier(value: Any, path: str) -> None:
    """Check `service_tier`; `scale` is in the specification but not in the list that is shown."""
    if value != "scale":
        one_of("auto", "default", "fast", "flex", "priority")(value, path)


def logit_bias(value: Any, path: str) -> None:
    """Check `logit_bias`: token numbers, and how much each is wanted."""
    mapping(value, path)
    for token, bias in value.items():
        if not _TOKEN.fullmatch(token):
            refuse(f"Invalid key in '{path}': {token}. You should only be submitting non-negative integers.", path)
        _bias(bias, f"{path}.{token}")


def prediction(value: Any, path: str) -> None:
    """Check `prediction`: what most of the answer is expected to be."""
    mapping(value, path)
    required(value, path, "type")
    one_of("content")(value["type"], f"{path}.type")
    content = value.get("content")
    if content is None:
        missing(f"{path}.content")
    if isinstance(content, list):
        for i, part in enumerate(content):
            mapping(part, f"{path}.content[{i}]")
            required(part, f"{path}.content[{i}]", "text")
            string(part["text"], f"{path}.content[{i}].text")
    elif not isinstance(content, str):
        wrong_type(f"{path}.content", "one of a string or array of objects", content)


def modalities(value: Any, path: str) -> None:
    """Check `modalities`."""
    if not isinstance(value, list):
        wrong_type(path, "an array of strings", value)
    if not value:
        empty_array(path)
    for i, item in enumerate(value):
        one_of("text", "audio")(item, f"{path}[{i}]")


def audio(value: Any, path: str) -> None:
    """Check `audio`: how spoken answers shall sound."""
    mapping(value, path)
    required(value, path, "voice", "format")
    if not isinstance(value["voice"], str | dict):
        wrong_type(f"{path}.voice", "a string", value["voice"])
    one_of("wav", "aac", "mp3", "flac", "opus", "pcm16")(value["format"], f"{path}.format")


FIELDS: tuple[tuple[str, Check], ...] = (
    ("messages", check_turns.messages),
    ("functions", check_tools.functions),
    ("function_call", check_tools.function_call),
    ("tools", check_tools.tools),
    ("tool_choice", check_tools.tool_choice),
    ("parallel_tool_calls", boolean),
    ("max_completion_tokens", number(1, None, whole=True)),
    ("n", number(1, 128, whole=True)),
    ("temperature", number(0, 2, whole=False)),
    ("top_p", number(0, 1, whole=False)),
    ("presence_penalty", number(-2, 2, whole=False)),
    ("frequency_penalty", number(-2, 2, whole=False)),
    ("logprobs", boolean),
    ("top_logprobs", number(0, 20, whole=True)),
    ("user", string),
    ("seed", number(-(2**63), 2**63 - 1, whole=True)),
    ("moderation", check_ability.moderation),
    ("safety_identifier", check_ability.key),
    ("prompt_cache_options", check_ability.cache_options),
    ("prompt_cache_key", check_ability.key),
    ("prompt_cache_retention", check_ability.retention),
    ("response_format", response_format),
    ("service_tier", service_tier),
    ("max_tokens", number(1, None, whole=True)),
    ("reasoning_effort", string),
    ("logit_bias", logit_bias),
    ("stop", stop),
    ("stream", boolean),
    ("stream_options", stream_options),
    ("store", boolean),
    ("metadata", metadata),
    ("prediction", prediction),
    ("verbosity", one_of("low", "medium", "high")),
    ("modalities", modalities),
    ("audio", audio),
    ("web_search_options", check_ability.web_search_options),
)


def chat(value: dict[str, Any], *, families: bool = True) -> None:
    """Check a whole chat request that has model and messages; `families` checks what the model's family refuses, too."""
    if families:
        check_family.keys(value, value["model"])
    fields(value, FIELDS)
    if families:
        check_tools.own(value)
        check_turns.shown(value["messages"], value["model"])
        check_family.fields(value, value["model"])
    if value.get("top_logprobs") is not None and not value.get("logprobs"):
        refuse("The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", "top_logprobs")
    check_tools.offered(value)
    if "audio" in (value.get("modalities") or ()):
        _heard(value.get("audio"), streams=value.get("stream") is True)
    if families:
        check_ability.ability(value, value["model"])
        check_family.values(value, value["model"])
    _speaks_of_json(value)
    check_turns.answered(value["messages"])
    check_turns.with_content(value["messages"])


def _heard(audio: Any, *, streams: bool) -> None:
    """Check how a spoken answer is wanted; streams carry bare samples only."""
    if audio is None:
        missing("audio")
    if streams and audio["format"] != "pcm16":
        refuse(
            f"Unsupported value: 'audio.format' does not support '{audio['format']}' when stream=true. Supported values are: "
            "'pcm16'.",
            "audio.format",
            "unsupported_value",
        )


def _speaks_of_json(value: Mapping[str, Any]) -> None:
    """Check that the model is told to write JSON where it must write an object of its own choice."""
    if (value.get("response_format") or {}).get("type") == "json_object" and not any(map(_says_json, value["messages"])):
        refuse(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.", "messages"
        )


def _says_json(message: Mapping[str, Any]) -> bool:
    content = message.get("content")
    texts = content if isinstance(content, list) else [{"text": content}]
    return any("json" in str(part.get("text") or "").lower() for part in texts)
