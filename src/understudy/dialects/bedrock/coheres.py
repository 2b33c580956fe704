"""Invoke in Cohere's forms: Command R's chats, the completions of Command before it, and rankings.

In: bodies, turns. Out: messages, tools, documents, events. Forms are AWS's documentation; those of streams are what clients
read of them. Citations are left out.
"""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.dialects import Moment
from understudy.dialects import _asked as asked
from understudy.dialects._cut import Pieces, parted
from understudy.dialects._ranked import ranked, scores
from understudy.dialects._turn import Turn, uuid
from understudy.dialects.bedrock.converse import tool_input
from understudy.dialects.bedrock.frames import Span, Words, one
from understudy.model.call import Call, Message, Tool
from understudy.model.frame import Body
from understudy.model.reply import Reply

Document = dict[str, Any]
_TYPES = {
    "str": "string",
    "string": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "list": "array",
    "dict": "object",
}
_SPEAKERS = {"CHATBOT": "assistant", "SYSTEM": "system", "TOOL": "tool"}


def messages(value: Document) -> list[Message]:
    """Read a conversation: instructions, what was said before, and the message."""
    preamble = value.get("preamble")
    found = [Message("system", preamble)] if isinstance(preamble, str) and preamble else []
    before = asked.objects(value.get("chat_history"))
    found += [Message(_SPEAKERS.get(str(item.get("role")), "user"), str(item.get("message") or "")) for item in before]
    if value.get("message"):
        found.append(Message("user", str(value["message"])))
    return found + _results(asked.objects(value.get("tool_results"))) or [Message("user", "")]


def _results(given: list[Document]) -> list[Message]:
    """Results of tools, behind the calls that they answer; this form has no identifiers, so they are numbered."""
    calls = [asked.mapping(item.get("call")) for item in given]
    made = [asked.called(call.get("name"), call.get("parameters"), f"call_{i}") for i, call in enumerate(calls)]
    told = [msgspec.json.encode(item.get("outputs")).decode() for item in given]
    results = [Message("tool", text, tool_call_id=f"call_{i}") for i, text in enumerate(told)]
    return [Message("assistant", "", tool_calls=made), *results] if given else []


def tools(value: Document) -> tuple[Tool, ...]:
    """Read tools, whose parameters are described one by one, in types of Python."""
    return tuple(
        Tool(item["name"], str(item.get("description") or ""), _schema(asked.mapping(item.get("parameter_definitions"))))
        for item in asked.objects(value.get("tools"))
        if isinstance(item.get("name"), str)
    )


def _schema(given: Document) -> Document:
    described = {name: asked.mapping(each) for name, each in given.items()}
    kinds = {name: _TYPES.get(str(each.get("type")).lower().partition("[")[0], "string") for name, each in described.items()}
    properties = {
        name: {"type": kinds[name], "description": str(each.get("description") or "")} for name, each in described.items()
    }
    needed = [name for name, each in described.items() if each.get("required") is True]
    return {"type": "object", "properties": properties, "required": needed}


def _reason(turn: Turn) -> str:
    return {"length": "MAX_TOKENS", "content_filter": "ERROR_TOXIC"}.get(turn.finish, "COMPLETE")


def chat(turn: Turn, call: Call, moment: Moment, text: str | msgspec.Raw) -> Document:
    """Write the answer of Command R that says a text, with the conversation as it stands now."""
    spoken = {"user": "USER", "assistant": "CHATBOT"}
    heard = [said for said in call.messages if said.role not in ("system", "tool") and not said.tool_calls]
    history = [{"role": spoken[said.role], "message": said.text} for said in heard if said.role in spoken]
    called = {"tool_calls": _calls(turn)} if turn.calls else {}
    return {
        "response_id": uuid(moment, "answer"),
        "text": text,
        "generation_id": uuid(moment, "generation"),
        "chat_history": [*history, {"role": "CHATBOT", "message": text, **called}],
        "finish_reason": _reason(turn),
        **called,
    }


def _calls(turn: Turn) -> list[Document]:
    return [{"name": part.name, "parameters": tool_input(part.text)} for part in turn.calls]


def completion(turn: Turn, call: Call, moment: Moment, text: str | msgspec.Raw) -> Document:
    """Write the answer of Command that says a text."""
    generation = {"id": uuid(moment, "generation"), "text": text, "finish_reason": _reason(turn)}
    return {"id": uuid(moment, "answer"), "generations": [generation], "prompt": call.user}


def spans(pieces: Pieces, turn: Turn, *, is_chat: bool) -> list[Span]:
    """Tell the events of a stream but the last."""
    said = [Span("chunk", Words(_said, (is_chat,)), *parted(pieces))]
    if is_chat and turn.calls:
        called = {"is_finished": False, "event_type": "tool-calls-generation", "tool_calls": _calls(turn)}
        said.append(one("chunk", called, sum(part.tokens for part in turn.calls)))
    return said


def _said(is_chat: bool, text: str) -> Document:
    kind = {"event_type": "text-generation"} if is_chat else {}
    return {"is_finished": False, **kind, "text": text}


def ended(turn: Turn, whole: Document) -> Document:
    """Make the last event of a stream, which repeats the whole answer."""
    kind = {"event_type": "stream-end"} if "text" in whole else {}
    return {"is_finished": True, **kind, "finish_reason": _reason(turn), "response": whole}


def ranking(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer the documents, the nearest to the query first."""
    found = ranked(scores(call.user, call.extra.documents, replies[0]), call.extra.most)
    rows = [{"index": index, "relevance_score": score} for index, score in found]
    return Body(msgspec.json.encode({"results": rows}), moment.prompt_tokens)
