"""HTTP archives (HAR 1.2), as browsers and proxies export them, and Understudy itself.

Source: "HTTP Archive (HAR) format", W3C Web Performance working group, draft of August 2012. Bodies stand there as they read,
binary ones in base64; times are milliseconds. Secrets are taken out, as when recording.
"""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Any, Final

from understudy.importing.draft import Draft
from understudy.importing.exchange import data, fields, request_of, take_of
from understudy.importing.formats import ForeignReader, FormatError
from understudy.importing.packed import unpacked
from understudy.importing.source import Source, Where

_BAD: Final = 400
_BEGUN: Final = re.compile(r'"log"\s*:\s*\{')


def recognises(source: Source) -> bool:
    """Whether the file is of this format."""
    return _BEGUN.search(source.text) is not None and _entries(source.data) is not None


def read(source: Source, draft: Draft) -> None:
    """Read an archive.

    Raises:
        FormatError: saying what was expected where.
    """
    entries = _entries(source.parsed)
    if entries is None:
        raise FormatError(f"{source.path}:1: expected an object 'log' with a list 'entries', got something else.")
    for number, entry in enumerate(entries):
        where = source.where("log", "entries", number)
        with draft.attempt(where, "entry"):
            _entry(where, entry, draft)
    draft.settings.setdefault("reply", "error")


def _entries(value: Any) -> list[Any] | None:
    log = value.get("log") if isinstance(value, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    return entries if isinstance(entries, list) else None


def _entry(where: Where, entry: dict[str, Any], draft: Draft) -> None:
    asked, answered = entry["request"], entry["response"]
    heads, returned, content = _fields(asked), _fields(answered), answered.get("content") or {}
    body, status = unpacked(_body(asked.get("postData") or {}), heads), int(answered.get("status") or 0)
    request = request_of(str(asked["method"]), str(asked["url"]), heads, body)
    lost = "a request" if not body else "an answer" if not _is_kept(status, answered, content) else None
    if lost is not None:
        if draft.understood(where, request) is not None:
            draft.remark(where, f"expected {lost}, got one whose bytes were not kept. The entry is left out.")
        return
    returned.setdefault("content-type", str(content.get("mimeType") or "application/json"))
    take = take_of(request, status, returned, unpacked(_body(content), returned))
    draft.exchange(where, take, latency=None if take.is_stream else max(0.0, float(entry.get("time") or 0)))


def _fields(side: dict[str, Any]) -> dict[str, str]:
    """The header fields of one side; those of HTTP/2 that begin with a colon are no fields."""
    listed = [(field["name"], field["value"]) for field in side.get("headers") or ()]
    return fields([(name, value) for name, value in listed if not str(name).startswith(":")])


def _body(content: dict[str, Any]) -> bytes:
    said = content.get("text") or ""
    return b64decode(said) if content.get("encoding") == "base64" else data(said)


def _is_kept(status: int, answered: dict[str, Any], content: dict[str, Any]) -> bool:
    """Whether an archive has what was answered: of answers that came, only errors are empty.

    One of Understudy has, in place of an answer that it did not keep, what that said, and no fields.
    """
    headers = answered.get("headers")
    if not status or ("comment" in content and not headers):
        return False
    return bool(content.get("text")) or (status >= _BAD and bool(headers) and not content.get("size"))


READER = ForeignReader("har", "HTTP archives (HAR) of browsers and proxies, JSON", -1, recognises, read)
