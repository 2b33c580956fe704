"""What Converse refuses of a conversation, in the words that users report (2024 to 2026; see the page of differences).

In: a body and a model. Out: nothing, or `RequestError`. Only the first fault is reported, in this order: the numbers, what the
model cannot do, the messages one by one, calls of tools and their results.
"""

from __future__ import annotations

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
_UNDECLARED = "The toolConfig field must be defined when using toolUse and toolResult content blocks."


def conversation(value: dict[str, Any], model: str, *, stream: bool = False) -> None:
    """Judge a body of Converse."""
    abilities, messages = abilities_of(model), asked.objects(value.get("messages"))
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
    if isinstance(most, int) and most < 1:
        _outside("maxTokens", most, "greater than or equal to 1")
    for name in ("temperature", "topP"):
        number = asked.number(wanted.get(name))
        if number is not None and number > 1:
            _outside(name, number, "less than or equal to 1")
        if number is not None and number < 0:
            _outside(name, number, "greater than or equal to 0")
    if isinstance(most, int) and abilities.longest is not None and most > abilities.longest:
        refuse(
            f"The maximum tokens you requested exceeds the model limit of {abilities.longest}. "
            f"Try again with a maximum tokens value that is lower than {abilities.longest}."
        )


def _outside(name: str, number: float, bound: str) -> None:
    place = f"Value '{number}' at 'inferenceConfig.{name}' failed to satisfy constraint"
    refuse(f"1 validation error detected: {place}: Member must have value {bound}")


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
