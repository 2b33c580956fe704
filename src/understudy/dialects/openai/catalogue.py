"""GET /v1/models, /v1/models/{id} and /health (wire.md 6)."""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.dialects import Listed, Moment
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.reply import Reply


def _object(model: Listed) -> dict[str, Any]:
    return {"id": model.id, "object": "model", "created": model.created, "owned_by": model.owned_by}


def _body(value: Any) -> Body:
    return Body(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


def models(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Encode the catalogue."""
    return _body({"object": "list", "data": [_object(model) for model in moment.options.listed]})


def model(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Encode one model; names that are not listed are answered too, unless the catalogue is closed (decode refuses those)."""
    found = next((m for m in moment.options.listed if m.id == call.model), Listed(call.model))
    return _body(_object(found))


def health(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Encode the health document."""
    press = moment.options.style
    return Body(msgspec.json.encode(press.style.health or {"status": "healthy"}))
