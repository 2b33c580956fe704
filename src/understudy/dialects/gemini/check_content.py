"""What the Gemini API refuses of a request that is well formed: turns, functions, and what does not go together (wire.md 12).

In: a request as `check` read it. Out: nothing, or `RequestError`. Complaints about fields are gathered, as the API does.
Sources: contents and parts, vercel/ai 3775, boldsoftware/sketch 68; roles, the-open-agent/openagent 1666; turns of calls,
google-gemini/gemini-cli 11814, 16543, langchain-ai/langchain 27799; results in one content, vertesia/llumiverse 620 (2026);
names of functions, gemini-cli 9535, twice the same, owndev/Open-WebUI-Functions 135; a choice without functions, reports to
2026; tools beside JSON, googleapis/python-genai 867, snailyp/gemini-balance 264, beside each other, symfony/ai 803; signatures,
captured words in the tests of a stand-in for Firebase AI (2026). That of functions that are allowed but not declared is from
memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from understudy.dialects.gemini import check_config, check_schema
from understudy.dialects.gemini.check import refuse
from understudy.dialects.gemini.families import family
from understudy.dialects.gemini.shapes import DATA

_ROLES = ("user", "model", "function")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,63}")
_BAD_NAME = (
    "Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), underscores (_), "
    "dots (.), colons (:), or dashes (-), with a maximum length of 64."
)
_AFTER_USER = "Please ensure that function call turn comes immediately after a user turn or after a function response turn."
_AFTER_CALL = "Please ensure that function response turn comes immediately after a function call turn."
_AS_MANY = (
    "Please ensure that the number of function response parts is equal to the number of function call parts of the function "
    "call turn."
)
_UNSIGNED = (
    "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and "
    "missing thought_signature may lead to degraded model performance. Additional data, function call `default_api:{}` , "
    "position {}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details."
)
_BESIDE_CACHE = (
    "CachedContent can not be used with GenerateContent request setting system_instruction, tools or tool_config.\n\n"
    "Proposed fix: move those values to CachedContent from GenerateContent request."
)
_JSON = "application/json"
_CALLING = ("AUTO", "ANY", "VALIDATED")


def request(value: dict[str, Any], model: str) -> None:
    """Check a request to generate."""
    complaints = [f"* GenerateContentRequest.{field}: {why}\n" for field, why in _complaints(value)]
    if complaints:
        refuse("".join(complaints))
    config = value.get("generationConfig", {})
    check_config.bounds(config, model)
    check_config.thinking(config, model)
    if value.get("cachedContent"):
        _beside_cache(value)
    else:  # what comes before in a cache is not seen here
        turns(joined(value["contents"]))
    _functions(value)
    if not family(model).joins:
        _together(value, config)
    if family(model).identifies:
        _signatures(joined(value["contents"]))


def contents(value: dict[str, Any]) -> None:
    """Check the contents of a request to count."""
    if not value.get("contents"):
        refuse("* CountTokensRequest.contents: contents is not specified\n")


def _complaints(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    given, config = value.get("contents"), value.get("generationConfig", {})
    if not given:
        yield "contents", "contents is not specified"
    for i, content in enumerate(given or ()):
        yield from _content(content, f"contents[{i}]")
    if "systemInstruction" in value:
        yield from _content(value["systemInstruction"], "system_instruction")
    for i, tool in enumerate(value.get("tools", ())):
        for k, function in enumerate(tool.get("functionDeclarations", ())):
            yield from _function(function, f"tools[{i}].function_declarations[{k}]")
    if "responseSchema" in config:
        yield from check_schema.complaints(config["responseSchema"], "generation_config.response_schema")
    yield from ((f"generation_config.{field}", why) for field, why in check_config.complaints(config))


def _content(content: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    if not content.get("parts"):
        yield f"{path}.parts", "contents.parts must not be empty."
    for k, part in enumerate(content.get("parts", ())):
        if not any(name in part for name in DATA):
            yield f"{path}.parts[{k}].data", "required oneof field 'data' must have one initialized field"


def _function(function: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    if not _NAME.fullmatch(function.get("name", "")):
        yield f"{path}.name", _BAD_NAME
    if "parameters" in function:
        yield from check_schema.complaints(function["parameters"], f"{path}.parameters")


def joined(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Join what the model said: Google's clients bring back each chunk of a stream as a content of its own.

    Contents of the user stay apart: all results of a turn of calls must be in one.
    """
    found: list[dict[str, Any]] = []
    for role, said in groupby(given, lambda content: content.get("role")):
        if role == "model":
            found.append({"role": role, "parts": [part for content in said for part in content["parts"]]})
        else:
            found += said
    return found


def turns(given: list[dict[str, Any]]) -> None:
    """Check roles, and that calls of functions and their results follow each other."""
    calls, before = 0, ""
    for content in given:
        role = content.get("role", "user")
        if role not in _ROLES:
            refuse("Please use a valid role: user, model.")
        called = sum("functionCall" in part for part in content["parts"])
        answered = sum("functionResponse" in part for part in content["parts"])
        if called and before not in ("user", "function"):
            refuse(_AFTER_USER)
        if answered and not calls:
            refuse(_AFTER_CALL)
        if answered != calls:
            refuse(_AS_MANY)
        calls, before = called, role


def _beside_cache(value: dict[str, Any]) -> None:
    if any(value.get(name) for name in ("systemInstruction", "tools", "toolConfig")):
        refuse(_BESIDE_CACHE)


def _functions(value: dict[str, Any]) -> None:
    functions = [function["name"] for tool in value.get("tools", ()) for function in tool.get("functionDeclarations", ())]
    for name in functions:
        if functions.count(name) > 1:
            refuse(f"Duplicate function declaration found: {name}")
    calling = value.get("toolConfig", {}).get("functionCallingConfig", {})
    if calling.get("mode") in _CALLING and not functions:
        refuse("Function calling config is set without function_declarations.")
    unknown = [name for name in calling.get("allowedFunctionNames", ()) if name not in functions]
    if unknown and functions:
        refuse(f"allowed_function_names contains a function that is not declared: {unknown[0]}")


def _together(value: dict[str, Any], config: dict[str, Any]) -> None:
    """Check what older models do not take beside each other: functions, the API's own tools, JSON."""
    tools = value.get("tools", ())
    declares = any(tool.get("functionDeclarations") for tool in tools)
    serves = any(name != "functionDeclarations" for tool in tools for name in tool)
    if declares and serves:
        refuse("Tool use with function calling is unsupported")
    if tools and config.get("responseMimeType") == _JSON:
        subject = "Function calling" if declares else "Tool use"
        refuse(f"{subject} with a response mime type: '{_JSON}' is unsupported")


def _signatures(given: list[dict[str, Any]]) -> None:
    """Check that the calls of the turn under way bring back their signatures: the first of each content has one."""
    spoken = [i for i, content in enumerate(given) if content.get("role", "user") == "user" and _speaks(content)]
    begins = spoken[-1] if spoken else 0
    for position, content in enumerate(given[begins:], begins + 1):
        calls = [part for part in content["parts"] if "functionCall" in part]
        if calls and "thoughtSignature" not in calls[0]:
            refuse(_UNSIGNED.format(calls[0]["functionCall"].get("name", ""), position))


def _speaks(content: dict[str, Any]) -> bool:
    return any("functionResponse" not in part for part in content["parts"])
