"""Conditions that tell recorded requests apart, as few and as readable as will do.

In: all requests that a rule will be written for. Out: for each the conditions of its rule, which hold for it and for none of
the others, whatever the order of rules. What a user said comes first; where a conversation stands (results of tools, the turn)
next; what the body has otherwise last. Whom a condition holds for is asked of the crowd.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from understudy.matching import is_glob
from understudy.recorder.asked import Asked, results_of, systems_of, turn_of
from understudy.recorder.crowd import Crowd, fits
from understudy.recorder.differences import difference
from understudy.recorder.secrets import Secrets

Conditions = dict[str, Any]

_MOST = 12  # differences of bodies that are written for one rule
_TALK = ("chat", "completion", "embedding")  # what tells of itself which calls it is about


def _result(asked: Asked, secrets: Secrets) -> Any:
    results = results_of(asked)
    return secrets.condition(results[-1]) if results and results[-1].strip() else bool(results)


def _system(asked: Asked, secrets: Secrets) -> Any:
    texts = systems_of(asked)
    return secrets.condition(texts[-1]) if texts and texts[-1].strip() else None


def _tools(asked: Asked, _secrets: Secrets) -> Any:
    return [tool.name for tool in asked.call.tools] or False


def _format(asked: Asked, _secrets: Secrets) -> str:
    wanted = asked.call.response_format
    kind = wanted.get("type") if isinstance(wanted, dict) else None
    return kind if isinstance(kind, str) else "text"


_WAYS: Final[tuple[tuple[str, Callable[[Asked, Secrets], Any]], ...]] = (
    ("tool_result", _result),
    ("turn", lambda asked, _: turn_of(asked)),
    ("operation", lambda asked, _: asked.call.operation),
    ("system", _system),
    ("tools", _tools),
    ("response_format", _format),
    ("model", lambda asked, _: {"equals": asked.call.model} if is_glob(asked.call.model) else asked.call.model),
    ("stream", lambda asked, _: asked.call.stream),
    ("dialect", lambda asked, _: asked.call.dialect),
)


def tell_apart(place: int, crowd: Crowd, secrets: Secrets) -> Conditions:
    """Write the conditions of the request at a place of a crowd against all others.

    What nothing tells apart is left to the order of the rules; requests with one `key` are one rule and never come here twice.
    """
    asked = crowd.everybody[place]
    found: Conditions = {"user": secrets.condition(asked.call.user)} if asked.user else {}
    found |= _standing(asked, secrets)
    if asked.texts and secrets.hide_all(asked.texts) == asked.texts:
        found["json"] = asked.texts
    left = (crowd.users[asked.user] if asked.user else set(range(len(crowd.everybody)))) - {place}
    if not fits(found)(asked):
        return found
    for name in found.keys() - {"user"}:
        left &= crowd.held(name, found[name])
    for name, way in _WAYS:
        wanted = way(asked, secrets) if left else None
        members = crowd.held(name, wanted) if wanted is not None else left
        held = left & members if len(members) < len(crowd.everybody) else left
        if len(held) < len(left) and fits({name: wanted})(asked):
            found[name], left = wanted, held
    entries = _entries(asked, left, crowd, secrets)
    if entries:
        found["json"] = found.get("json", {}) | entries
    return found or {"operation": asked.call.operation}


def _standing(asked: Asked, secrets: Secrets) -> Conditions:
    """Say where a conversation stands, so that later turns and rounds of tools, recorded or not, are not taken for this one."""
    found: Conditions = {}
    if asked.call.tools or results_of(asked):
        found["tool_result"] = _result(asked, secrets)
    if (turn := turn_of(asked)) > 1:
        found["turn"] = turn
    if asked.call.operation not in _TALK:
        found["operation"] = asked.call.operation
    return found


def _entries(asked: Asked, left: set[int], crowd: Crowd, secrets: Secrets) -> Conditions:
    """Say what the body has otherwise than the first of those that are still left, as long as that tells somebody apart."""
    found: Conditions = {}
    for _ in range(_MOST):
        others = (crowd.everybody[other].body for other in sorted(left))
        entry = next((entry for body in others if (entry := difference(asked.body, body)) is not None), None)
        if asked.body is None or entry is None:
            break
        path, value = entry
        wanted = secrets.condition(value) if isinstance(value, str) else secrets.hide_all(value)
        held = crowd.held_at(path, wanted, left)
        if len(held) == len(left) or not fits({"json": {path: wanted}})(asked):
            break
        found[path], left = wanted, held
    return found
