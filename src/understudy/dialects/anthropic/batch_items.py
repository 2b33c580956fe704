"""The requests of a batch as they are sent: what is refused at once (wire.md 11.7).

Words are those of answers of the API, captured in September 2026 for OpenRouter's adapter; that a name is too long is said as
in issue 984 of the client for Python. In: a body. Out: items in their order, each with the bytes of its message request, which
is judged when it is answered. Leniently items that are none are passed over, and those without a name get one.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import Raw, Struct

from understudy.dialects.anthropic.check import a_string, an_array, an_object, known, parsed, refuse, required
from understudy.untrusted import NOT_JSON

MOST = 100_000
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_LONGEST_NAME = 64
_MEMBERS = ("custom_id", "params")


class Item(Struct, frozen=True):
    """A request of a batch."""

    custom_id: str
    params: bytes


class _Item(Struct, gc=False, forbid_unknown_fields=True):
    custom_id: str
    params: Raw


class _Body(Struct, gc=False, forbid_unknown_fields=True):
    requests: list[_Item]


_body = msgspec.json.Decoder(_Body).decode


def items_of(body: bytes, *, strict: bool) -> tuple[Item, ...]:
    """Read the requests of a batch."""
    try:
        requests = _body(body).requests
    except NOT_JSON:
        if strict:
            _refuse(body)
        return _understood(body)
    if strict:
        _judge(requests)
    return tuple(Item(item.custom_id, bytes(item.params)) for item in requests)


def _refuse(body: bytes) -> None:
    """Say what is wrong with the form of a body."""
    value = parsed(body)
    an_object(value, "body")
    required(value, "requests")
    known(value, ("requests",))
    an_array(value["requests"], "requests")
    for i, item in enumerate(value["requests"]):
        path = f"requests.{i}"
        an_object(item, path)
        for name in _MEMBERS:
            required(item, name, f"{path}.")
        a_string(item["custom_id"], f"{path}.custom_id")
        known(item, _MEMBERS, f"{path}.")


def _judge(requests: list[_Item]) -> None:
    if not requests:
        refuse("requests: List should have at least 1 item after validation, not 0")
    if len(requests) > MOST:
        refuse(f"requests: List should have at most {MOST} items after validation, not {len(requests)}")
    seen: set[str] = set()
    for i, item in enumerate(requests):
        if len(item.custom_id) > _LONGEST_NAME:
            refuse(f"requests.{i}.custom_id: String should have at most {_LONGEST_NAME} characters")
        if not _NAME.fullmatch(item.custom_id):
            refuse(f"requests.{i}.custom_id: String should match pattern '^[a-zA-Z0-9_-]{{1,64}}$'")
        if item.custom_id in seen:
            refuse(f"requests: custom_id's must be unique within a batch. Duplicate custom_id found: {item.custom_id}")
        seen.add(item.custom_id)
        if not bytes(item.params).startswith(b"{"):
            refuse(f"requests.{i}.params: Input should be an object")


def _understood(body: bytes) -> tuple[Item, ...]:
    """Read what can be understood of any body."""
    try:
        value: Any = msgspec.json.decode(body)
    except NOT_JSON:
        return ()
    listed = value.get("requests") if isinstance(value, dict) else None
    found = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    return tuple(
        Item(str(item.get("custom_id") or f"request-{i}"), msgspec.json.encode(item.get("params") or {}))
        for i, item in enumerate(found)
    )
