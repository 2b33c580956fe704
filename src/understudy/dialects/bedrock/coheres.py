"""Invoke in Cohere's forms: Command R's chats, the completions of Command before it, and rankings.

In: bodies, turns. Out: messages, documents, events. Forms are AWS's documentation; those of streams are what clients read of
them. Tool calls and citations have no place here.
"""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.dialects import Moment
from understudy.dialects import _asked as asked
from understudy.dialects._ranked import ranked, scores
from understudy.dialects._turn import Turn, uuid
from understudy.model.call import Call, Message
from understudy.model.frame import Body
from understudy.model.reply import Reply

Document = dict[str, Any]
_SPEAKERS = {"CHATBOT": "assistant", "SYSTEM": "system", "TOOL": "tool"}


def messages(value: Document) -> list[Message]:
    """Read a conversation: instructions, what was said before, and the message."""
    preamble = value.get("preamble")
    found = [Message("system", preamble)] if isinstance(preamble, str) and preamble else []
    before = asked.objects(value.get("chat_history"))
    found += [Message(_SPEAKERS.get(str(item.get("role")), "user"), str(item.get("message") or "")) for item in before]
    return [*found, Message("user", str(value.get("message") or ""))]


def _reason(turn: Turn) -> str:
    return {"length": "MAX_TOKENS", "content_filter": "ERROR_TOXIC"}.get(turn.finish, "COMPLETE")


def chat(turn: Turn, call: Call, moment: Moment) -> Document:
    """Write the answer of Command R, with the conversation as it stands now."""
    text = turn.said("text")
    spoken = {"user": "USER", "assistant": "CHATBOT", "system": "SYSTEM", "tool": "TOOL"}
    history = [{"role": spoken.get(said.role, "USER"), "message": said.text} for said in call.messages if said.role != "system"]
    return {
        "response_id": uuid(moment, "answer"),
        "text": text,
        "generation_id": uuid(moment, "generation"),
        "chat_history": [*history, {"role": "CHATBOT", "message": text}],
        "finish_reason": _reason(turn),
    }


def completion(turn: Turn, call: Call, moment: Moment) -> Document:
    """Write the answer of Command."""
    generation = {"id": uuid(moment, "generation"), "text": turn.said("text"), "finish_reason": _reason(turn)}
    return {"id": uuid(moment, "answer"), "generations": [generation], "prompt": call.user}


def rows(pieces: list[tuple[str, int]], whole: Document, turn: Turn) -> list[tuple[Document, int]]:
    """Write the events of a stream, whose last one repeats the whole answer."""
    kind = {"event_type": "text-generation"} if "text" in whole else {}
    ended = {"event_type": "stream-end"} if "text" in whole else {}
    said: list[tuple[Document, int]] = [({"is_finished": False, **kind, "text": text}, tokens) for text, tokens in pieces]
    return [*said, ({"is_finished": True, **ended, "finish_reason": _reason(turn), "response": whole}, 0)]


def ended(last: Document, whole: Document) -> Document:
    """The last event of a stream with another whole answer."""
    return {**last, "response": whole}


def ranking(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer the documents, the nearest to the query first."""
    found = ranked(scores(call.user, call.extra.documents, replies[0]), call.extra.most)
    rows = [{"index": index, "relevance_score": score} for index, score in found]
    return Body(msgspec.json.encode({"results": rows}), moment.prompt_tokens)
