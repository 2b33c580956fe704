"""How the Messages API says that a value is not what it takes (wire.md A.5): the judgements every field is made of.

In: a value and its path. Out: nothing, or `RequestError` with the API's words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import msgspec

from understudy.dialects.anthropic.malformed import sentence
from understudy.errors import RequestError
from understudy.model.reply import Failure
from understudy.untrusted import NOT_JSON


def refuse(message: str) -> NoReturn:
    """Refuse the request with 400 and these words."""
    raise RequestError(Failure(400, "invalid_request", message))


def parsed(body: bytes) -> Any:
    """Read the body as JSON."""
    try:
        return msgspec.json.decode(body)
    except NOT_JSON as error:
        raise RequestError(Failure(400, "malformed_json", sentence(body, error))) from None


def body_object(body: bytes) -> dict[str, Any]:
    """Read the body as a JSON object."""
    value = parsed(body)
    if not isinstance(value, dict):
        refuse("Input should be an object")
    return value


def a_string(value: Any, path: str) -> None:
    """Check for a string."""
    if not isinstance(value, str):
        refuse(f"{path}: Input should be a valid string")


def an_integer(value: Any, path: str) -> None:
    """Check for a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        refuse(f"{path}: Input should be a valid integer")


def a_boolean(value: Any, path: str) -> None:
    """Check for true or false."""
    if not isinstance(value, bool):
        refuse(f"{path}: Input should be a valid boolean")


def an_array(value: Any, path: str) -> None:
    """Check for an array."""
    if not isinstance(value, list):
        refuse(f"{path}: Input should be a valid array")


def an_object(value: Any, path: str) -> None:
    """Check for an object."""
    if not isinstance(value, dict):
        refuse(f"{path}: Input should be an object")


def required(value: Mapping[str, Any], name: str, path: str = "") -> None:
    """Check that a field is there."""
    if name not in value:
        refuse(f"{path}{name}: Field required")


def known(value: Mapping[str, Any], names: Iterable[str], path: str = "") -> None:
    """Check that an object has no other members, the first in the order sent being reported."""
    unknown = next((name for name in value if name not in names), None)
    if unknown is not None:
        refuse(f"{path}{unknown}: Extra inputs are not permitted")


def cache_control(value: Any, path: str) -> None:
    """Check where a prompt may be cached up to."""
    if value is None:
        return
    an_object(value, path)
    if value.get("type") != "ephemeral":
        refuse(f"{path}.type: Input should be 'ephemeral'")
    if value.get("ttl", "5m") not in ("5m", "1h"):
        refuse(f"{path}.ttl: Input should be '5m' or '1h'")
