"""Fine-tuned models: what the catalogue knows of them in the session's store.

In: names that fine-tuning made. Out: entries of the catalogue, and whether a name was taken out of it. A name that nobody made
is nobody's business here.
"""

from __future__ import annotations

import msgspec

from understudy.dialects import Listed
from understudy.model.ports import Store

_MODELS, _GONE = "tuned-model", "tuned-model-gone"


def keep_tuned(store: Store, model: Listed) -> None:
    """Put a model into the catalogue."""
    store.drop(_GONE, model.id)
    store.put(_MODELS, model.id, msgspec.json.encode(model))


def find_tuned(store: Store, name: str) -> Listed | None:
    """Look a model up."""
    data = store.get(_MODELS, name)
    return None if data is None else msgspec.json.decode(data, type=Listed)


def all_tuned(store: Store) -> list[Listed]:
    """All models, the first made first."""
    found = [find_tuned(store, name) for name in store.names(_MODELS)]
    return [model for model in found if model is not None]


def drop_tuned(store: Store, name: str) -> bool:
    """Take a model out of the catalogue; say whether it was there."""
    if not store.drop(_MODELS, name):
        return False
    store.put(_GONE, name, b"")
    return True


def was_dropped(store: Store, name: str) -> bool:
    """Say whether there was a model of that name."""
    return store.get(_GONE, name) is not None


def base_of(name: str) -> str:
    """The model that a fine-tuned one was made of: `ft:<base>:<organisation>:<suffix>:<id>`."""
    parts = name.split(":")
    return parts[1] if parts[0] == "ft" and len(parts) > 1 else name
