"""Who else may use a checkpoint: permissions of projects, given, listed, taken back (`/fine_tuning/checkpoints/{model}`)."""

from __future__ import annotations

from typing import Any

import msgspec

from understudy.dialects import Moment
from understudy.dialects._openai.check import missing, one_of, refuse, string, wrong_type
from understudy.dialects._openai.listing import nowhere, page
from understudy.dialects._openai.tuned import find_tuned
from understudy.dialects._session import store_of
from understudy.dialects.openai_platform.answers import body
from understudy.dialects.openai_platform.ask import Ask, Json, not_found
from understudy.dialects.openai_platform.names import letters
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.ports import Store
from understudy.model.reply import Failure, Reply

_NAME = "fine_tuning/checkpoints"
_KIND = "tuned-permission"
_MOST = 100  # projects of a request
_ORDERS = {"ascending": "asc", "descending": "desc"}


def create(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """POST /fine_tuning/checkpoints/{model}/permissions: one for each project."""
    ask: Ask = call.extra
    if ask.path[1:] != ("permissions",):
        raise nowhere("POST", _NAME, ask.path)
    _check_model(ask, moment)
    projects: Any = ask.fields.get("project_ids")
    if ask.strict:
        _check(projects)
    names = [name for name in projects if isinstance(name, str)] if isinstance(projects, list) else []
    made = [_new(letters(moment, "cp_", 24), name, moment.created) for name in names[:_MOST]]
    for document in made:
        store_of(moment).put(f"{_KIND} {ask.path[0]}", document["id"], msgspec.json.encode(document))
    return body(page(made, {}, "asc", usual=_MOST))


def listed(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /fine_tuning/checkpoints/{model}/permissions, of one project if it is named."""
    ask: Ask = call.extra
    if ask.path[1:] != ("permissions",):
        raise nowhere("GET", _NAME, ask.path)
    _check_model(ask, moment)
    query = dict(ask.query)
    if "order" in query:
        if ask.strict:
            one_of(*_ORDERS)(query["order"], "order")
        query["order"] = _ORDERS.get(query["order"], "desc")
    project = query.get("project_id")
    found = [document for document in _all(store_of(moment), ask.path[0]) if project in (None, "", document["project_id"])]
    return body(page(found, query, usual=10, strict=ask.strict))


def delete(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """DELETE /fine_tuning/checkpoints/{model}/permissions/{id}."""
    ask: Ask = call.extra
    match ask.path:
        case (model, "permissions", identifier):
            if not store_of(moment).drop(f"{_KIND} {model}", identifier) and ask.strict:
                raise not_found(f"No checkpoint permission found with id '{identifier}'.")
            return body({"object": "checkpoint.permission", "id": identifier, "deleted": True})
    raise nowhere("DELETE", _NAME, ask.path)


def _check(projects: Any) -> None:
    if projects is None:
        missing("project_ids")
    if not isinstance(projects, list):
        wrong_type("project_ids", "an array of strings", projects)
    if len(projects) > _MOST:
        refuse(
            f"Invalid 'project_ids': expected at most {_MOST}, got {len(projects)}.", "project_ids", "array_above_max_length"
        )
    for i, name in enumerate(projects):
        string(name, f"project_ids[{i}]")


def _check_model(ask: Ask, moment: Moment) -> None:
    if ask.strict and find_tuned(store_of(moment), ask.path[0]) is None:
        raise RequestError(Failure(404, "model_not_found", f"The model '{ask.path[0]}' does not exist", "model"))


def _new(identifier: str, project: str, created: int) -> Json:
    return {"object": "checkpoint.permission", "id": identifier, "created_at": created, "project_id": project}


def _all(store: Store, model: str) -> list[Json]:
    kept = [store.get(f"{_KIND} {model}", name) for name in store.names(f"{_KIND} {model}")]
    return [msgspec.json.decode(data) for data in kept if data is not None]
