"""What the Gemini API refuses of a request that is well formed: turns, functions, bounds (wire.md 12; wording from memory).

In: a request as `check` read it. Out: nothing, or `RequestError`. Complaints about fields are gathered, as the API does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from understudy.dialects.gemini.check import refuse, snake
from understudy.dialects.gemini.families import family
from understudy.dialects.gemini.shapes import DATA

_ROLES = ("user", "model", "function")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,63}")
_BAD_NAME = (
    "Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), "
    "dots (.), colons (:), or dashes (-), with a maximum length of 64."
)
_MOST_STOPS = 5
_BOUNDS: dict[str, tuple[float, float]] = {"temperature": (0, 2), "topP": (0, 1), "candidateCount": (1, 8), "logprobs": (0, 20)}
_AFTER_USER = "Please ensure that function call turn comes immediately after a user turn or after a function response turn."
_AFTER_CALL = "Please ensure that function response turn comes immediately after a function call turn."
_AS_MANY = (
    "Please ensure that the number of function response parts is equal to the number of function call parts of the function "
    "call turn."
)


def request(value: dict[str, Any], model: str) -> None:
    """Check a request to generate."""
    complaints = [f"* GenerateContentRequest.{field}: {why}\n" for field, why in _complaints(value, model)]
    if complaints:
        refuse("".join(complaints))
    turns(value["contents"])
    _functions(value)


def contents(value: dict[str, Any]) -> None:
    """Check the contents of a request to count."""
    if not value.get("contents"):
        refuse("* CountTokensRequest.contents: contents is not specified\n")


def _complaints(value: dict[str, Any], model: str) -> Iterator[tuple[str, str]]:
    given = value.get("contents")
    if not given:
        yield "contents", "contents is not specified"
    for i, content in enumerate(given or ()):
        yield from _content(content, f"contents[{i}]")
    if "systemInstruction" in value:
        yield from _content(value["systemInstruction"], "system_instruction")
    for i, tool in enumerate(value.get("tools", ())):
        for k, function in enumerate(tool.get("functionDeclarations", ())):
            if not _NAME.fullmatch(function.get("name", "")):
                yield f"tools[{i}].function_declarations[{k}].name", _BAD_NAME
    yield from _config(value.get("generationConfig", {}), model)


def _content(content: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    if not content.get("parts"):
        yield f"{path}.parts", "contents.parts must not be empty."
    for k, part in enumerate(content.get("parts", ())):
        if not any(name in part for name in DATA):
            yield f"{path}.parts[{k}].data", "required oneof field 'data' must have one initialized field"


def _config(config: dict[str, Any], model: str) -> Iterator[tuple[str, str]]:
    for name, (low, high) in _BOUNDS.items():
        number = config.get(name)
        if number is not None and not low <= number <= high:
            yield f"generation_config.{snake(name)}", f"{snake(name)} must be in the range [{low:.1f}, {high:.1f}]."
    if config.get("maxOutputTokens", 1) < 1:
        yield "generation_config.max_output_tokens", "max_output_tokens must be positive."
    if len(config.get("stopSequences", ())) > _MOST_STOPS:
        yield "generation_config.stop_sequences", f"the number of stop_sequences must be no more than {_MOST_STOPS}."
    thinking = config.get("thinkingConfig", {})
    if "thinkingBudget" in thinking and "thinkingLevel" in thinking:
        yield "generation_config.thinking_config", "You can only set only one of thinking budget and thinking level."
    most = family(model).most_thought
    if most and not -1 <= thinking.get("thinkingBudget", 0) <= most:
        budget = thinking["thinkingBudget"]
        yield (
            "generation_config.thinking_config.thinking_budget",
            f"The thinking budget {budget} is invalid. Please choose a value between 0 and {most}.",
        )


def turns(given: list[dict[str, Any]]) -> None:
    """Check roles, and that results of functions follow their calls."""
    calls, before = 0, "user"
    for content in given:
        role = content.get("role", "user")
        if role not in _ROLES:
            refuse("Please use a valid role: user, model.")
        called = sum("functionCall" in part for part in content["parts"])
        answered = sum("functionResponse" in part for part in content["parts"])
        if called and before == "model":
            refuse(_AFTER_USER)
        if answered and not calls:
            refuse(_AFTER_CALL)
        if answered and answered != calls:
            refuse(_AS_MANY)
        calls, before = called, role


def _functions(value: dict[str, Any]) -> None:
    functions = [function["name"] for tool in value.get("tools", ()) for function in tool.get("functionDeclarations", ())]
    for name in functions:
        if functions.count(name) > 1:
            refuse(f"Duplicate function declaration found: {name}")
    calling = value.get("toolConfig", {}).get("functionCallingConfig", {})
    if calling.get("mode") == "ANY" and not functions:
        refuse("Function calling config is set without function_declarations.")
    unknown = [name for name in calling.get("allowedFunctionNames", ()) if name not in functions]
    if unknown:
        refuse(f"allowed_function_names contains a function that is not declared: {unknown[0]}")
