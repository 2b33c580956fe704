"""Conversations in Converse's form, which is the same for all models, as calls; and what only this dialect asks of them.

In: a JSON object. Out: a `Call`. Judges nothing: what is refused is said in `check`.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct, structs

from understudy.dialects import _asked as asked
from understudy.dialects._thought import thoughtful
from understudy.dialects.bedrock.bodies import claudes_format
from understudy.dialects.bedrock.forms import Form, sampling
from understudy.model.call import Call, Message, Operation, Tool
from understudy.model.reply import Reply
from understudy.untrusted import NOT_JSON


class Guard(Struct, frozen=True):
    """The guardrail that watches over a conversation; `traced` says that the answer tells what it saw."""

    identifier: str
    version: str = "DRAFT"
    traced: bool = False


class Extra(Struct, gc=False):
    """What only this dialect asks.

    `form` is that of the request, `thinks` whether thoughts are shown, `told` that the model is told to think, `documents` are
    to be ranked and `most` of them wanted, `guard` is the guardrail, `inner` what a form asks beside a call: OpenAI's, vectors,
    pictures.
    """

    form: Form = "converse"
    stops: tuple[str, ...] = ()
    thinks: bool = True
    told: bool = False
    documents: tuple[str, ...] = ()
    most: int | None = None
    guard: Guard | None = None
    inner: Any = None


def conversation(value: dict[str, Any], model: str, body: bytes, operation: Operation) -> Call:
    """Read a conversation."""
    system = [{"type": "text", "text": part["text"]} for part in asked.objects(value.get("system")) if "text" in part]
    messages = [Message("system", list(system))] if system else []
    for item in asked.objects(value.get("messages")):
        messages += _turns(str(item.get("role", "user")), asked.objects(item.get("content")))
    wanted = asked.mapping(value.get("inferenceConfig"))
    tools, more = asked.mapping(value.get("toolConfig")), asked.mapping(value.get("additionalModelRequestFields"))
    extra = Extra(
        "converse",
        asked.texts(wanted.get("stopSequences")),
        told=told_to_think(more),
        guard=_guard(value.get("guardrailConfig")),
    )
    return Call(
        operation,
        "bedrock",
        model,
        messages,
        asked.last_user(messages),
        False,
        asked.whole(wanted.get("maxTokens")),
        extra,
        body,
        tools=_tools(tools.get("tools")),
        tool_choice=_choice(tools.get("toolChoice")),
        response_format=_format(asked.mapping(value.get("outputConfig")).get("textFormat")) or claudes_format(more),
        sampling=sampling("converse", value),
    )


def told_to_think(value: dict[str, Any]) -> bool:
    """Say whether a body of Claude's form gives the model a budget to think."""
    told = asked.mapping(value.get("thinking") or value.get("reasoning_config"))
    return told.get("type") == "enabled"


def spoken(call: Call, reply: Reply) -> Reply:
    """What a model says, thoughts before calls if it was told to think."""
    return structs.replace(reply, blocks=thoughtful(reply.blocks)) if call.extra.told else reply


def _guard(value: Any) -> Guard | None:
    given = asked.mapping(value)
    name = given.get("guardrailIdentifier")
    if not isinstance(name, str) or not name:
        return None
    traced = str(given.get("trace")) in ("enabled", "enabled_full")
    return Guard(name.rpartition("/")[2], str(given.get("guardrailVersion") or "DRAFT"), traced)


def _turns(role: str, blocks: list[dict[str, Any]]) -> list[Message]:
    """A message; results of tools become messages of their own, before what stands beside them."""
    calls = [asked.mapping(block["toolUse"]) for block in blocks if "toolUse" in block]
    results = [asked.mapping(block["toolResult"]) for block in blocks if "toolResult" in block]
    rest: list[Any] = [
        _guarded(block) for block in blocks if not {"toolUse", "toolResult", "cachePoint", "reasoningContent"} & block.keys()
    ]
    found = [
        Message("tool", _told(result.get("content")), tool_call_id=str(result.get("toolUseId") or "")) for result in results
    ]
    if calls:
        told = [asked.called(call.get("name"), call.get("input"), call.get("toolUseId")) for call in calls]
        return [*found, Message(role, rest, tool_calls=told)]
    return [*found, Message(role, rest)] if rest or not found else found


def _guarded(block: dict[str, Any]) -> dict[str, Any]:
    """A block as the model sees it: what a guardrail is to look at is text, too."""
    text = asked.mapping(asked.mapping(block.get("guardContent")).get("text")).get("text")
    return {"text": text} if isinstance(text, str) else block


def _told(content: Any) -> list[Any]:
    """The result of a tool; what is JSON becomes its text."""
    blocks = asked.objects(content)
    return [
        {"type": "text", "text": msgspec.json.encode(block["json"]).decode()} if "json" in block else block for block in blocks
    ]


def _tools(value: Any) -> tuple[Tool, ...]:
    specs = [asked.mapping(item.get("toolSpec")) for item in asked.objects(value)]
    return tuple(
        Tool(
            spec["name"],
            str(spec.get("description") or ""),
            asked.schema(asked.mapping(spec.get("inputSchema")).get("json")),
        )
        for spec in specs
        if isinstance(spec.get("name"), str)
    )


def _choice(value: Any) -> Any:
    choice = asked.mapping(value)
    if "tool" in choice:
        return {"type": "function", "function": {"name": asked.mapping(choice["tool"]).get("name")}}
    return "required" if "any" in choice else "auto" if "auto" in choice else None


def _format(value: Any) -> dict[str, Any] | None:
    structure = asked.mapping(asked.mapping(value).get("structure"))
    schema = asked.mapping(structure.get("jsonSchema")).get("schema")
    if not isinstance(schema, str):
        return None
    try:
        found = msgspec.json.decode(schema)
    except NOT_JSON:
        asked.refuse("The JSON schema of outputConfig.textFormat is not valid JSON.")
    return asked.json_schema(found) if isinstance(found, dict) else None
