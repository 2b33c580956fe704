"""OpenAI's whole answers as Azure sends them (wire.md 10): members in alphabetical order, and what the filter found.

In: a document as the encoder of OpenAI's endpoint wrote it. Out: Azure's.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from understudy.dialects import Listed, Moment
from understudy.dialects.azure import filters
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.reply import Reply

Document = dict[str, Any]

_encode = msgspec.json.encode
# In these members the order is the filter's own, so that they are kept as they are written.
PROMPT = msgspec.Raw(_encode([{"prompt_index": 0, "content_filter_results": filters.of_prompt()}]))
SAFE = filters.of_answer()
BLOCKED = filters.of_answer(blocked=True)
_RETIRES = 63_072_000  # seconds from a model's creation to its end: two years


def chat(body: Body) -> Body:
    """Amend a chat or a completion."""
    document: Document = msgspec.json.decode(body.data)
    for choice in document["choices"]:
        said = choice["text"] if "text" in choice else choice["message"].get("content")
        choice["content_filter_results"] = verdict(said, choice["finish_reason"])
    document.pop("service_tier", None)
    document["prompt_filter_results"] = PROMPT
    return replace(body, data=_encode(document, order="sorted") + b"\n")


def verdict(said: Any, finish: str | None) -> Document:
    """What the filter says of a choice: nothing, where there is no text to judge."""
    return BLOCKED if finish == "content_filter" else SAFE if said else {}


def pictures(body: Body) -> Body:
    """Amend pictures: each was judged, and so was its prompt."""
    document: Document = msgspec.json.decode(body.data)
    for picture in document["data"]:
        picture["content_filter_results"] = filters.of_picture()
        picture["prompt_filter_results"] = filters.of_picture_prompt()
    return replace(body, data=_encode(document) + b"\n")


def response(body: Body, prompt: int) -> Body:
    """Amend an object of the Responses API, of whose prompt so many characters were judged; others stay."""
    document: Any = msgspec.json.decode(body.data)
    if not isinstance(document, dict) or document.get("object") != "response":
        return body
    data = msgspec.json.format(_encode(judged(document, prompt)), indent=2)
    return replace(body, data=data)


def judged(document: Document, prompt: int) -> Document:
    """Put the filter's verdicts where they stand in such an object; while it is not finished there are none."""
    details = document.get("incomplete_details") or {}
    found: list[Document] | None = None
    if document.get("status") not in ("queued", "in_progress"):
        found = filters.of_response(prompt, _length(document), blocked=details.get("reason") == "content_filter")
    names = [name for name in document if name != "billing"]  # a resource has an account of its own
    at = names.index("error") if "error" in names else len(names)
    before, after = ({name: document[name] for name in part} for part in (names[:at], names[at:]))
    return {**before, "content_filters": found, **after}


def _length(document: Document) -> int:
    parts = [part for item in document.get("output") or () for part in item.get("content") or ()]
    return sum(len(part.get("text") or "") for part in parts)


def models(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """List the models as the service does before its new generation."""
    return Body(_encode({"data": [_model(listed) for listed in moment.options.listed], "object": "list"}))


def model(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Describe one model."""
    found = next((listed for listed in moment.options.listed if listed.id == call.model), Listed(call.model))
    return Body(_encode(_model(found)))


def _model(listed: Listed) -> Document:
    name = listed.id
    embeds = "embedding" in name
    chats = not embeds and not any(word in name for word in ("dall-e", "image", "whisper", "tts", "transcribe", "instruct"))
    can = {
        "fine_tune": False,
        "inference": True,
        "completion": "instruct" in name,
        "chat_completion": chats,
        "embeddings": embeds,
    }
    return {
        "status": "succeeded",
        "capabilities": can,
        "lifecycle_status": "generally-available",
        "deprecation": {"inference": listed.created + _RETIRES},
        "id": name,
        "created_at": listed.created,
        "object": "model",
    }
