"""How a model that behaves goes about its tools: which one fits, which ones at once, when to stop.

In: a call. Out: the tools to call, and what the conversation says since the last question. The tool is the one whose name and
description share most words with the prompt. Writes no arguments and no answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from understudy.model.call import Call, Message, Tool

_WORD = re.compile(r"[a-z0-9]+")
_CAMEL = re.compile(r"([a-z])([A-Z])")
_CLAUSES = re.compile(r"[;?!\n]|,\s|\.\s|\b(?:and|then)\b")
_BETWEEN = re.compile(r",?\s+and\s+|,(?!\s*[A-Z]{2}\b)\s*")  # "San Francisco, CA" is one place
_NAME = r"[A-Z][\w'-]*(?: (?:(?:da|de|del|di|do|la|le|of|van|von) )*[A-Z][\w'-]*)*"
_NAMES = re.compile(rf"\b(?:in|for|of|at|about)\s+({_NAME}(?:,\s*{_NAME})*,?\s+and\s+{_NAME}(?:,\s*[A-Z]{{2}}\b)?)")
_MOST = 4  # tools that are called at once
_RESULTS = ("tool", "function")
_OBSERVED = re.compile(r"\s*Observations?:\s*", re.IGNORECASE)  # how agents tell results to models that know no such message
_SPOKEN = re.compile(r"""["']name["']: ?["']([\w.-]{1,128})["']""")  # and how their calls stand in what the model said
REMINDER, _REMINDED = "<system-reminder>", "</system-reminder>"  # between which Claude Code speaks in the user's messages
_LAST = frozenset({"final", "result", "output", "answer", "respond", "response", "finish", "done", "submit"})
# Words that speak of a thing without its name, as names of tools have it.
_ABOUT = {
    **dict.fromkeys(
        ("rain", "raining", "rainy", "snow", "snowing", "sunny", "cloudy", "windy", "forecast", "umbrella"), "weather"
    ),
    **dict.fromkeys(("hot", "cold", "warm", "degrees"), "temperature"),
    **dict.fromkeys(("dollar", "dollars", "euro", "euros", "yen", "usd", "eur", "gbp", "jpy"), "currency"),
    **dict.fromkeys(("plus", "sum"), "add"),
    **dict.fromkeys(("times", "product"), "multiply"),
    **dict.fromkeys(("minus", "difference"), "subtract"),
    **dict.fromkeys(("email", "e-mail"), "mail"),
    **dict.fromkeys(("mail",), "email"),
}
_STOP = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "for", "from", "get", "give", "has", "have", "how", "i"}
    | {"in", "is", "it", "me", "of", "on", "or", "that", "the", "this", "to", "use", "what", "with", "you"}
)


def words(text: str) -> set[str]:
    """The words of a text that say something, and their singulars."""
    found = {word for word in _WORD.findall(_CAMEL.sub(r"\1 \2", text).lower()) if word not in _STOP}
    return found | {word[:-1] for word in found if len(word) > 3 and word.endswith("s")}


def turn(call: Call) -> list[Message]:
    """The messages after the last one of the user: what the model did about it so far."""
    messages = list(call.messages)
    asked = (i for i, message in enumerate(messages) if message.role == "user" and not _is_result(messages, i))
    return messages[max(asked, default=-1) + 1 :]


def may_have_results(call: Call) -> bool:
    """Say whether the conversation ends with the result of a tool, or might if its last message had another text."""
    before, last = call.messages[-2:-1], call.messages[-1:]
    return not last or last[0].role != "user" or (bool(before) and before[0].role == "assistant")


def has_results(call: Call) -> bool:
    """Say whether the conversation ends with the result of a tool."""
    return bool(call.messages) and _is_result(call.messages, len(call.messages) - 1)


def results(call: Call) -> list[str]:
    """The results that the conversation ends with."""
    found = []
    for i in reversed(range(len(call.messages))):
        if not _is_result(call.messages, i):
            break
        message = call.messages[i]
        found.append(message.text if message.role in _RESULTS else _OBSERVED.sub("", message.text, count=1))
    return found[::-1]


def _is_result(messages: Sequence[Message], at: int) -> bool:
    """Say whether a message is the result of a tool: by its role, or an observation after a call, both told as text."""
    message, before = messages[at], messages[at - 1]
    if message.role != "user" or not at or before.role != "assistant":
        return message.role in _RESULTS
    return _OBSERVED.match(message.text) is not None and _SPOKEN.search(before.text) is not None


def without_reminders(text: str) -> str:
    """A text without what a client reminds the model of in it, which no user wished."""
    kept, at = [], 0
    while (begin := text.find(REMINDER, at)) >= 0 and (end := text.find(_REMINDED, begin)) >= 0:
        kept.append(text[at:begin])
        at = end + len(_REMINDED)
    return "".join([*kept, text[at:]]).strip() if kept else text


def heard(call: Call) -> Call:
    """The call with the user's own words alone; a message of nothing else after results of tools is none."""
    said = without_reminders(call.user)
    before, last = call.messages[:-1], call.messages[-1:]
    if said or not before or before[-1].role not in _RESULTS or last[0].role in _RESULTS:
        return call.about(said)
    asked = next((message.text for message in reversed(before) if message.role == "user"), "")
    return replace(call.about(without_reminders(asked)), messages=before)


def choose(call: Call, mode: str) -> tuple[Tool, ...]:
    """Choose the tools to call, none to answer instead.

    Args:
        call: the call; its tool choice may insist or forbid.
        mode: `auto` wants a fitting one, `always` takes the best, `never` calls none unless the request insists.
    """
    offered, insists = _allowed(call)
    if not offered or call.tool_choice == "none":
        return ()
    named = _named(call.tool_choice)
    if named is not None:
        return tuple(tool for tool in call.tools if tool.name == named)[:1]
    if not insists and (mode == "never" or has_results(call)):
        return ()
    asked = words(call.user)
    asked |= {_ABOUT[word] for word in asked if word in _ABOUT}
    fresh = _not_called(offered, call) or offered
    best = max(fresh, key=lambda tool: _fit(tool, asked))
    if not _fit(best, asked):
        if not insists and mode != "always":
            return ()
        return (_last_one(fresh) if has_results(call) else best,)
    if not call.parallel or has_results(call):
        return (best,)
    return tuple(sorted((best, *_as_well(best, fresh, asked)), key=lambda tool: _place(tool, call.user)))


def is_last(tool: Tool) -> bool:
    """Say whether a tool ends a loop, by its name."""
    return bool(words(tool.name) & _LAST)


def about(tool: Tool, text: str) -> str:
    """What a prompt that asks for several things says of one: the clauses that name it, else all of it."""
    name = words(tool.name)
    clauses = [clause for clause in _CLAUSES.split(text) if words(clause) & name]
    return " ".join(clauses) or text


def each(tool: Tool, text: str) -> tuple[str, ...]:
    """Split a prompt that asks a tool about several names ("weather in Paris and London") into one for each; () for others.

    A tool that takes several texts, or a list, may want the names together.
    """
    properties = _properties(tool)
    kinds = [_kind(member) for member in properties.values()]
    required = (tool.parameters or {}).get("required")
    needed = kinds
    if isinstance(required, list) and properties:
        needed = [_kind(properties.get(name)) for name in required if isinstance(name, str)]
    if needed.count("string") != 1 or "array" in kinds:
        return ()
    listed = _NAMES.search(text)
    if listed is None:
        return ()
    names = _BETWEEN.split(listed[1])[:_MOST]
    return tuple(f"{text[: listed.start(1)]}{name}{text[listed.end(1) :]}" for name in names)


def _properties(tool: Tool) -> dict[str, Any]:
    """What a tool takes, by its names; a schema that says it otherwise than by an object says nothing."""
    found = (tool.parameters or {}).get("properties")
    return found if isinstance(found, dict) else {}


def _kind(schema: Any) -> str:
    """The type of a member; one of few choices is no free text."""
    return "" if not isinstance(schema, dict) or "enum" in schema else str(schema.get("type"))


def _fit(tool: Tool, asked: set[str]) -> float:
    """How well a tool fits: words of its name count three times those of its description and parameters."""
    about = tool.description + " " + " ".join(_properties(tool))
    return 3 * len(words(tool.name) & asked) + len(words(about) & asked)


def _place(tool: Tool, text: str) -> int:
    """Where a text begins to speak of a tool."""
    folded = text.lower()
    found = [folded.find(word) for word in words(tool.name)]
    return min((at for at in found if at >= 0), default=len(text))


def _as_well(best: Tool, offered: tuple[Tool, ...], asked: set[str]) -> tuple[Tool, ...]:
    """Other tools the prompt asks for outright: it has every word of their names, and no tool taken has them too."""
    taken = [words(best.name)]
    found = []
    for tool in offered:
        name = words(tool.name)
        if tool is not best and name and name <= asked and not any(name <= other or other <= name for other in taken):
            found.append(tool)
            taken.append(name)
    return tuple(found[: _MOST - 1])


def _not_called(offered: tuple[Tool, ...], call: Call) -> tuple[Tool, ...]:
    """The tools that this turn has not called yet: who must call one goes on, and never in a circle."""
    done = turn(call)
    called = {_named(item) for message in done for item in message.tool_calls or ()}
    called |= {name for message in done if message.role == "assistant" for name in _SPOKEN.findall(message.text)}
    return tuple(tool for tool in offered if tool.name not in called)


def _last_one(offered: tuple[Tool, ...]) -> Tool:
    """The tool that ends a loop, else the first."""
    return next((tool for tool in offered if is_last(tool)), offered[0])


def _named(choice: Any) -> str | None:
    if not isinstance(choice, dict):
        return None
    body = choice.get(str(choice.get("type", "")), choice)
    name = body.get("name") if isinstance(body, dict) else None
    return name if isinstance(name, str) else None


def _allowed(call: Call) -> tuple[tuple[Tool, ...], bool]:
    """The tools that may be called, and whether one must be: a choice may name some of them (`allowed_tools`)."""
    choice, offered = call.tool_choice, tuple(tool for tool in call.tools if tool.kind != "hosted")
    allowed = choice.get("allowed_tools") if isinstance(choice, dict) else None
    if not isinstance(allowed, dict):
        return offered, choice == "required"
    listed = allowed.get("tools")
    names = {_named(item) for item in listed} if isinstance(listed, list) else set()
    return tuple(tool for tool in offered if tool.name in names), allowed.get("mode") == "required"
