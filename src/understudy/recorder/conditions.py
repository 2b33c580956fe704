"""Conditions that tell recorded requests apart, as few and as readable as will do.

In: all requests that a rule will be written for. Out: for each the conditions of its rule, which hold for it and for none of
the others, whatever the order of rules. What a user said comes first; where a conversation stands (results of tools, the turn)
next; what the body has otherwise last. Whether a condition tells two requests apart is asked of the condition itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from understudy.matching import ConditionErrors, When, fold, is_glob
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.recorder.differences import difference, lasting
from understudy.recorder.secrets import Secrets

Conditions = dict[str, Any]

_TEXTS = frozenset({"input", "inputs", "texts", "content", "requests", "instances", "prompt", "inputText"})
_MOST = 12  # differences of bodies that are written for one rule


class Asked:
    """A request, with what is looked at when it is told apart; `earlier` is the answer that it says it follows."""

    def __init__(self, request: Request, call: Call) -> None:
        self.request = request
        self.call = call
        self.user = fold(call.user)
        try:
            body = msgspec.json.decode(call.body)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            body = None
        self.body = lasting(body)
        if call.operation == "embedding" and isinstance(self.body, dict):  # each text is asked about by itself
            self.body = {name: value for name, value in self.body.items() if name not in _TEXTS}
        earlier = body.get("previous_response_id") if isinstance(body, dict) else None
        self.earlier = earlier if isinstance(earlier, str) else ""

    @property
    def key(self) -> bytes:
        """Equal for requests that ask for the same: identifiers, and whom they are for, do not count.

        Nor do bytes that no condition sees: of what is no JSON, and of files in forms.
        """
        call = self.call
        spoken = [[message.role, message.text] for message in call.messages]
        said = [call.operation, call.dialect, call.model, spoken, call.user, self.body]
        return msgspec.json.encode(said, order="sorted")


def _results(call: Call) -> list[str]:
    """The results of tools that a conversation ends with."""
    found: list[str] = []
    for message in reversed(call.messages):
        if message.role not in ("tool", "function"):
            break
        found.insert(0, message.text)
    return found


def _result(asked: Asked, secrets: Secrets) -> Any:
    results = _results(asked.call)
    return secrets.condition(results[-1]) if results and results[-1].strip() else bool(results)


def _turn(asked: Asked, _secrets: Secrets) -> int:
    return sum(message.role == "user" for message in asked.call.messages) or int(bool(asked.call.user))


def _system(asked: Asked, secrets: Secrets) -> Any:
    texts = [message.text for message in asked.call.messages if message.role in ("system", "developer")]
    return secrets.condition(texts[-1]) if texts and texts[-1].strip() else None


def _tools(asked: Asked, _secrets: Secrets) -> Any:
    return [tool.name for tool in asked.call.tools] or False


def _format(asked: Asked, _secrets: Secrets) -> str:
    wanted = asked.call.response_format
    kind = wanted.get("type") if isinstance(wanted, dict) else None
    return kind if isinstance(kind, str) else "text"


_WAYS: Final[tuple[tuple[str, Callable[[Asked, Secrets], Any]], ...]] = (
    ("tool_result", _result),
    ("turn", _turn),
    ("operation", lambda asked, _: asked.call.operation),
    ("system", _system),
    ("tools", _tools),
    ("response_format", _format),
    ("model", lambda asked, _: {"equals": asked.call.model} if is_glob(asked.call.model) else asked.call.model),
    ("stream", lambda asked, _: asked.call.stream),
    ("dialect", lambda asked, _: asked.call.dialect),
)


def tell_apart(asked: Asked, all_asked: list[Asked], secrets: Secrets) -> Conditions:
    """Write the conditions of one request against all others.

    What nothing tells apart is left to the order of the rules; requests with one `key` are one rule and never come here twice.
    """
    found: Conditions = {"user": secrets.condition(asked.call.user)} if asked.user else {}
    left = [other for other in all_asked if other is not asked and (not asked.user or other.user == asked.user)]
    found |= _place(asked, secrets)
    left = _held(asked, left, found) or []
    for name, way in _WAYS:
        if not left:
            break
        wanted = way(asked, secrets)
        held = None if wanted is None else _held(asked, left, {name: wanted})
        if held is not None and len(held) < len(left):
            found[name], left = wanted, held
    for entry in _entries(asked, left, secrets):
        held = _held(asked, left, {"json": dict([entry])})
        if held is not None and len(held) < len(left):
            found.setdefault("json", {})[entry[0]] = entry[1]
            left[:] = held
    return found or {"operation": asked.call.operation}


def _place(asked: Asked, secrets: Secrets) -> Conditions:
    """Say where a conversation stands, so that later turns and rounds of tools, recorded or not, are not taken for this one."""
    place: Conditions = {}
    if asked.call.tools or _results(asked.call):
        place["tool_result"] = _result(asked, secrets)
    if (turn := _turn(asked, secrets)) > 1:
        place["turn"] = turn
    return place


def _entries(asked: Asked, left: list[Asked], secrets: Secrets) -> Iterator[tuple[str, Any]]:
    """Differences to the first of those that are still left, as long as they tell somebody apart."""
    for _ in range(_MOST):
        if not left or asked.body is None:
            return
        before = len(left)
        found = next((entry for other in left if (entry := difference(asked.body, other.body)) is not None), None)
        if found is None:
            return
        path, value = found
        yield path, secrets.condition(value) if isinstance(value, str) else secrets.hide_all(value)
        if len(left) == before:
            return


def _held(asked: Asked, others: list[Asked], conditions: Conditions) -> list[Asked] | None:
    """Whom conditions hold for among others; None when they do not even hold for the request itself."""
    try:
        test = When.build(conditions).test
    except ConditionErrors:
        return None
    if test(asked.call, asked.request) is None:
        return None
    return [other for other in others if test(other.call, other.request) is not None]
