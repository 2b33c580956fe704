"""What Ollama says of its models: which there are, what each is, which are in memory (wire.md 13).

Every listed model is there and every other one answers too, unless the catalogue is closed or it was deleted; a list shows what
was fetched and made.
"""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.dialects import Listed, Moment
from understudy.dialects._session import store_of
from understudy.dialects.ollama.decode import Extra
from understudy.dialects.ollama.details import capabilities, details, lengths, shown
from understudy.dialects.ollama.kept import Made, catalogue, from_list, loaded, there
from understudy.dialects.ollama.lines import JSON
from understudy.dialects.ollama.names import shortest
from understudy.dialects.ollama.recall import found
from understudy.dialects.ollama.stamps import SECOND, stamp
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.reply import Reply

CATALOGUE = ("llama3.2:latest", "qwen3:8b", "nomic-embed-text:latest")

_VERSION = "0.12.9"


def told(value: Any) -> Body:
    """Make a document of a value."""
    return Body(msgspec.json.encode(value), content_type=JSON)


def tags(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """List the models, the last changed first."""
    return told({"models": [_entry(made) for made in catalogue(store_of(moment), moment.options.listed)]})


def _entry(made: Made) -> dict[str, Any]:
    return {
        "name": made.name,
        "model": made.name,
        "modified_at": stamp(made.modified),
        "size": made.size,
        "digest": made.digest,
        "details": {**details(made), **lengths(made)},
        "capabilities": capabilities(made),
    }


def in_memory(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """List the models in memory, the one that stays longest first."""
    entries, store = [], store_of(moment)
    for each in loaded(store, moment.wall):
        made = there(store, each.name, moment.options.listed) or from_list(Listed(each.name))
        name = shortest(each.name)
        entries.append(
            {
                "name": name,
                "model": name,
                "size": made.size,
                "digest": made.digest,
                "details": {**details(made), "parent_model": ""},
                "expires_at": stamp(int(each.until * SECOND)),
                "size_vram": made.size,
                "context_length": each.window,
            }
        )
    return told({"models": entries})


def version(_call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Say the version."""
    return told({"version": _VERSION})


def running(_call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Say that the server runs."""
    return Body(b"Ollama is running", content_type="text/plain; charset=utf-8")


def show(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Describe a model."""
    extra: Extra = call.extra
    return told(shown(found(store_of(moment), shortest(call.model), call), str(extra.body.get("system") or "")))
