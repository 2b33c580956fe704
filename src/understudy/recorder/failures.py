"""An error answer as a script says it, in the provider's words.

In: a take. Out: the content `error` of a reply; None when its document has a form that no dialect writes. What a provider calls
it, and the header fields that clients go by who ask again, are left out where the provider would say so anyway.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import structs

from understudy.dialects import Dialect, served
from understudy.model.reply import Failure, kind_of
from understudy.recorder.answers import Document, items, member
from understudy.recorder.take import Take
from understudy.untrusted import NOT_JSON

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T|[0-9]{10}")  # which is over when it is replayed
_ASKED: Final = ("retry-after", "retry-after-ms")
_LIMITS: Final = ("x-ratelimit-", "anthropic-ratelimit-")


def error_of(take: Take) -> dict[str, Any] | None:
    """Write an error."""
    document = _document(take.body)
    inner = document.get("error", document) if document is not None else None
    message = inner if isinstance(inner, str) else member(inner, "message")
    if not isinstance(message, str):
        return None
    error: Document = {"status": take.status, "message": message}
    told = {name: value for name in ("type", "code", "param") if isinstance(value := member(inner, name), str)}
    if "type" not in told and (kind := _kind(take, inner)):
        told["type"] = kind
    speaker = None if take.call is None else _speaker(take.call.dialect)
    if speaker is not None and _is_said_anyway(speaker, take.status, message, told):
        told = {name: value for name, value in told.items() if name == "param"}
    return error | told | _waits(take, speaker, _seconds(take, inner))


def _document(body: bytes) -> Document | None:
    """The document of an error; Gemini's streams hold it in a list."""
    try:
        found = msgspec.json.decode(body)
    except NOT_JSON:
        return None
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    return found if isinstance(found, dict) else None


def _kind(take: Take, inner: Any) -> str:
    """What AWS calls an error in a header field, and Google its status."""
    status = member(inner, "status")
    return take.fields.get("x-amzn-errortype", "").partition(":")[0] or (status if isinstance(status, str) else "")


def _delay(inner: Any) -> str:
    """The seconds that Google asks to wait."""
    waits = (str(member(detail, "retryDelay") or "") for detail in items(member(inner, "details")))
    return next((wait.removesuffix("s") for wait in waits if wait.endswith("s")), "")


def _seconds(take: Take, inner: Any) -> float | None:
    """The seconds that a client is asked to wait, however it is said."""
    if _NUMBER.fullmatch(wait := take.fields.get("retry-after-ms", "")):
        return float(wait) / 1000
    wait = take.fields.get("retry-after", "") or _delay(inner)
    if _NUMBER.fullmatch(wait):
        return float(wait)
    try:
        return max(0.0, (parsedate_to_datetime(wait) - parsedate_to_datetime(take.fields.get("date", ""))).total_seconds())
    except (ValueError, TypeError):  # no moment, or nothing to count from
        return None


def _waits(take: Take, speaker: Dialect | None, seconds: float | None) -> Document:
    """Say when to come back, and what else clients go by who ask again: what the dialect does not send anyway as fields."""
    kept = {name: value for name, value in take.fields.items() if name.startswith(_LIMITS) and not _MOMENT.match(value)}
    kept |= {name: take.fields[name] for name in _ASKED if _NUMBER.fullmatch(take.fields.get(name, ""))}
    kept |= {name: take.fields[name] for name in ("x-should-retry",) if name in take.fields}
    told = Failure(take.status, kind_of(take.status), retry_after=seconds)
    fields = _missing(kept, speaker, told)
    sent = [name for name, _ in _sent(speaker, structs.replace(told, headers=tuple(fields.items())))]
    if seconds is None or len(sent) > len(set(sent)):  # what it sends of itself would come beside them
        seconds, fields = None, _missing(kept, speaker, structs.replace(told, retry_after=None))
    said: Document = {} if seconds is None else {"retry-after": f"{seconds:.12g}s"}
    return said | ({"headers": fields} if fields else {})


def _missing(fields: dict[str, str], speaker: Dialect | None, failure: Failure) -> dict[str, str]:
    """The fields that the dialect does not send of itself with such an error."""
    own = _sent(speaker, failure)
    return {name: value for name, value in fields.items() if (name, value) not in own}


def _sent(speaker: Dialect | None, failure: Failure) -> tuple[tuple[str, str], ...]:
    return failure.headers if speaker is None else speaker.failure(failure, speaker.style({})).headers


def _is_said_anyway(speaker: Dialect, status: int, message: str, told: dict[str, str]) -> bool:
    """Whether the dialect calls such an error so without being told: then others may call it what they do."""
    bare, style = Failure(status, kind_of(status), message, told.get("param")), speaker.style({})
    named = structs.replace(bare, type=told.get("type"), code=told.get("code"))
    return speaker.failure(named, style) == speaker.failure(bare, style)


@cache
def _speaker(name: str) -> Dialect | None:
    try:
        return served((name,))[0]
    except KeyError:
        return None
