"""GET /v1/models and /v1/models/{id}, and the answer of count_tokens (wire.md 11.7)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from understudy.dialects import Listed, Moment
from understudy.dialects.anthropic.families import display_name, family
from understudy.dialects.anthropic.pages import bounds
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.reply import Reply

_LONGEST = 64_000


def _object(model: Listed, moment: Moment) -> dict[str, Any]:
    own = family(model.id).window
    created = datetime.fromtimestamp(model.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "type": "model",
        "id": model.id,
        "display_name": display_name(model.id),
        "created_at": created,
        "capabilities": None,
        "lifecycle": "active",
        "line": family(model.id).line,
        "max_input_tokens": min(own, moment.options.window(model.id) or own),
        "max_tokens": family(model.id).longest or _LONGEST,
        "deprecated_at": None,
        "retires_at": None,
    }


def models(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Encode a page of the catalogue: what follows a cursor, or what comes just before one."""
    listed = moment.options.listed
    names = [model.id for model in listed]
    start, end, has_more = bounds(names, call.extra.page, "model", strict=moment.options.strict)
    page = listed[start:end]
    first, last = (page[0].id, page[-1].id) if page else (None, None)
    found = {"data": [_object(m, moment) for m in page], "has_more": has_more, "first_id": first, "last_id": last}
    return Body(msgspec.json.encode(found))


def model(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Encode one model; names that are not listed are answered too, unless the catalogue is closed (decode refuses those)."""
    found = next((m for m in moment.options.listed if m.id == call.model), Listed(call.model))
    return Body(msgspec.json.encode(_object(found, moment)))


def tokens(call: Call, moment: Moment) -> Body:
    """Encode how many tokens a prompt costs; where it was to be cleared, what it cost before is the same."""
    count = moment.prompt_tokens
    edited = {"context_management": {"original_input_tokens": count}} if call.extra.edits else {}
    return Body(msgspec.json.encode({"input_tokens": count, **edited}), count)
