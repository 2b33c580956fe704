"""GET /v1/models, /v1/models/{id} and /health (wire.md 6)."""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.dialects import Listed, Moment
from understudy.dialects._openai.tuned import all_tuned, find_tuned, was_dropped
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.reply import Failure, Reply


def _object(model: Listed) -> dict[str, Any]:
    return {"id": model.id, "object": "model", "created": model.created, "owned_by": model.owned_by}


def _body(value: Any) -> Body:
    return Body(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


def models(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Encode the catalogue: what is listed, and what was fine-tuned in the session."""
    tuned = all_tuned(moment.store) if moment.store is not None else []
    return _body({"object": "list", "data": [_object(model) for model in (*moment.options.listed, *tuned)]})


def model(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Encode one model; names that are not listed are answered too, unless the catalogue is closed or they were deleted."""
    name, store = call.model, moment.store
    found = next((m for m in moment.options.listed if m.id == name), None) or (store and find_tuned(store, name))
    if found is None and (moment.options.only_listed or (store is not None and was_dropped(store, name))):
        raise RequestError(Failure(404, "model_not_found", f"The model '{name}' does not exist", "model"))
    return _body(_object(found or Listed(name)))


def health(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Encode the health document."""
    press = moment.options.style
    return Body(msgspec.json.encode(press.style.health or {"status": "healthy"}))
