"""What Converse refuses of a conversation, in the words that users report (2024 to 2026; see the page of differences).

In: a body and a model. Out: nothing, or `RequestError`. What breaks the service model's constraints is reported together, else
only the first fault, in this order: the numbers, what the model cannot do, the messages one by one, calls of tools and their
results.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from understudy.dialects import _asked as asked
from understudy.dialects._asked import refuse
from understudy.dialects.bedrock.abilities import Abilities, abilities_of

_START = "A conversation must start with a user message. Try again with a conversation that starts with a user message."
_TURNS = (
    "A conversation must alternate between user and assistant roles. "
    "Make sure the conversation alternates between user and assistant roles and try again."
)
_SYSTEM = (
    "This model doesn't support system messages. "
    "Try again without a system message or use a model that supports system messages."
)
_PICTURE = "This model doesn't support the image content block that you provided. Update the content block and try again."
BOTH = "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
_FORMATS = ("png", "jpeg", "gif", "webp")  # of pictures: NousResearch/hermes-agent 55429
_NAME, _LONGEST_NAME = re.compile(r"[a-zA-Z0-9_-]+"), 64  # of tools: LiteLLM 19384 and 24668, genkit's plugin 43
_FILLED = "have length greater than or equal to 1"
_UNDECLARED = "The toolConfig field must be defined when using toolUse and toolResult content blocks."


def conversation(value: dict[str, Any], model: str, *, stream: bool = False) -> None:
    """Judge a body of Converse."""
    abilities, messages = abilities_of(model), asked.objects(value.get("messages"))
    _constraints(value)
    _numbers(asked.mapping(value.get("inferenceConfig")), abilities)
    if not messages or messages[0].get("role") != "user":
        refuse(_START)
    _able(value, abilities, stream=stream)
    for i, item in enumerate(messages):
        if i and item.get("role") == messages[i - 1].get("role"):
            refuse(_TURNS)
        _content(item.get("content"), i, abilities)
    _tools(messages, declared=bool(asked.objects(asked.mapping(value.get("toolConfig")).get("tools"))))


def _numbers(wanted: dict[str, Any], abilities: Abilities) -> None:
    most = wanted.get("maxTokens")
    if isinstance(most, int) and abilities.longest is not None and most > abilities.longest:
        refuse(
            f"The maximum tokens you requested exceeds the model limit of {abilities.longest}. "
            f"Try again with a maximum tokens value that is lower than {abilities.longest}."
        )
    if not abilities.mixes and wanted.get("temperature") is not None and wanted.get("topP") is not None:
        refuse(f"The model returned the following errors: {BOTH}")


def _constraints(value: dict[str, Any]) -> None:
    """Refuse what breaks the constraints of the service model, all of it at once."""
    found = [*_bounds(asked.mapping(value.get("inferenceConfig"))), *_toolbox(asked.mapping(value.get("toolConfig")))]
    for i, item in enumerate(asked.objects(value.get("messages")), 1):
        for k, block in enumerate(asked.objects(item.get("content")), 1):
            form = asked.mapping(block.get("image")).get("format")
            if form is not None and form not in _FORMATS:
                place = f"messages.{i}.member.content.{k}.member.image.format"
                found.append(_broken(place, f"satisfy enum value set: [{', '.join(_FORMATS)}]", form))
    if found:
        refuse(f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected: {'; '.join(found)}")


def _broken(place: str, must: str, value: Any = None) -> str:
    shown = "" if value is None else f" '{value}'"
    return f"Value{shown} at '{place}' failed to satisfy constraint: Member must {must}"


def _bounds(wanted: dict[str, Any]) -> Iterator[str]:
    most = wanted.get("maxTokens")
    if isinstance(most, int) and most < 1:
        yield _broken("inferenceConfig.maxTokens", "have value greater than or equal to 1", most)
    for name in ("temperature", "topP"):
        number = asked.number(wanted.get(name))
        if number is not None and number > 1:
            yield _broken(f"inferenceConfig.{name}", "have value less than or equal to 1", number)
        if number is not None and number < 0:
            yield _broken(f"inferenceConfig.{name}", "have value greater than or equal to 0", number)


def _toolbox(config: dict[str, Any]) -> Iterator[str]:
    if config.get("tools") == []:
        yield _broken("toolConfig.tools", _FILLED)
    for i, tool in enumerate(asked.objects(config.get("tools")), 1):
        spec, place = asked.mapping(tool.get("toolSpec")), f"toolConfig.tools.{i}.member.toolSpec"
        name = spec.get("name")
        if isinstance(name, str):
            if not _NAME.fullmatch(name):
                yield _broken(f"{place}.name", f"satisfy regular expression pattern: {_NAME.pattern}", name)
            if not name:
                yield _broken(f"{place}.name", _FILLED, name)
            if len(name) > _LONGEST_NAME:
                yield _broken(f"{place}.name", f"have length less than or equal to {_LONGEST_NAME}", name)
        if spec.get("description") == "":
            yield _broken(f"{place}.description", _FILLED, "")


def _able(value: dict[str, Any], abilities: Abilities, *, stream: bool) -> None:
    """Refuse what the model cannot do."""
    config = asked.mapping(value.get("toolConfig"))
    if value.get("system") and not abilities.system:
        refuse(_SYSTEM)
    if config and not abilities.tools:
        refuse("This model doesn't support tool use.")
    if config and stream and not abilities.streams_tools:
        refuse("This model doesn't support tool use in streaming mode.")
    choice = next(iter(asked.mapping(config.get("toolChoice"))), "auto")
    if choice != "auto" and not abilities.chooses_tools:
        field = f"toolConfig.toolChoice.{choice}"
        refuse(f"This model doesn't support the {field} field. Remove {field} and try again.")


def _content(content: Any, i: int, abilities: Abilities) -> None:
    blocks = asked.objects(content)
    if not blocks:
        where = f"The content field in the Message object at messages.{i}"
        refuse(f"{where} is empty. Add a ContentBlock object to the content field and try again.")
    for k, block in enumerate(blocks):
        text = block.get("text")
        if isinstance(text, str) and not text.strip():
            where = f"The text field in the ContentBlock object at messages.{i}.content.{k}"
            refuse(f"{where} is blank. Add text to the text field, and try again.")
        if "image" in block and not abilities.pictures:
            refuse(_PICTURE)


def _tools(messages: list[dict[str, Any]], *, declared: bool) -> None:
    """Judge calls of tools and their results: every call has its result in the next message, and no result is without one."""
    called: list[str] = []
    for i, item in enumerate(messages):
        calls, results = _names(item, "toolUse"), _names(item, "toolResult")
        if (calls or results) and not declared:
            refuse(_UNDECLARED)
        for kind, names in (("toolUse", calls), ("toolResult", results)):
            twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
            if twice:
                refuse(f"The {kind} blocks at messages.{i}.content contain duplicate Ids: {', '.join(twice)}")
        if len(results) > len(called):
            where = f"messages.{i}.content"
            refuse(f"The number of toolResult blocks at {where} exceeds the number of toolUse blocks of previous turn.")
        left = [name for name in called if name not in results]
        if left:
            refuse(f"Expected toolResult blocks at messages.{i}.content for the following Ids: {', '.join(left)}")
        called = calls


def _names(message: dict[str, Any], kind: str) -> list[str]:
    blocks = asked.objects(message.get("content"))
    return [str(asked.mapping(block[kind]).get("toolUseId")) for block in blocks if kind in block]
