"""The form that brings a file: its name, its type, its bytes, and how long it is kept.

In: a request. Out: an `Upload`, or `RequestError`. Leniently any body will do, a file without a name and a type too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from msgspec import Struct

from understudy.dialects import Options
from understudy.dialects.anthropic.check import refuse
from understudy.model.http import Request
from understudy.wire.multipart import MultipartError, Part, is_form, parts

_SOONEST, _LATEST = 3_600, 7_776_000  # seconds: an hour, ninety days
_LONGEST_NAME = 255
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f]')
_ANY_TYPE = "application/octet-stream"
_TYPES: Mapping[str, str] = {
    ".csv": "text/csv",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".txt": "text/plain",
    ".webp": "image/webp",
}


class Upload(Struct, frozen=True):
    """A file as it was sent; `seconds` None means that it is kept until it is deleted."""

    name: str
    kind: str
    data: bytes
    seconds: int | None = None


def upload_of(request: Request, options: Options) -> Upload:
    """Read the form of an upload."""
    found = _parts(request, strict=options.strict)
    file = next((part for part in found if part.name == "file"), None)
    if file is None and options.strict:
        refuse("file: Field required")
    file = file or Part("file", b"")
    kind = _kind(file)
    seconds = next((part.text for part in found if part.name == "expires_in_seconds"), None)
    return Upload(_name(file, kind, strict=options.strict), kind, file.data, _seconds(seconds, strict=options.strict))


def _parts(request: Request, *, strict: bool) -> list[Part]:
    content_type = request.head.headers.get("content-type", "")
    if not is_form(content_type):
        if strict:
            refuse("Invalid content type: expected multipart/form-data.")
        return [Part("file", request.body)]
    try:
        return parts(content_type, request.body)
    except MultipartError as error:
        refuse(f"Could not parse multipart form: {error}")


def _kind(file: Part) -> str:
    """The type that was said, else the one that the name says."""
    said = file.content_type.partition(";")[0].strip().lower()
    by_name = _TYPES.get(PurePosixPath(file.filename or "").suffix.lower(), _ANY_TYPE)
    return said if said and said != _ANY_TYPE else by_name


def _name(file: Part, kind: str, *, strict: bool) -> str:
    """The last part of the path that was sent; who sends no name gets one."""
    name = re.split(r"[/\\]", file.filename or "")[-1]
    if not name:
        return "unnamed" + next((ending for ending, known in _TYPES.items() if known == kind), "")
    if strict and (len(name) > _LONGEST_NAME or _FORBIDDEN.search(name)):
        refuse(
            f'file: Invalid filename: expected 1 to {_LONGEST_NAME} characters, none of them <, >, :, ", |, ?, * or a control'
        )
    return name


def _seconds(value: str | None, *, strict: bool) -> int | None:
    if value is None:
        return None
    is_number = value.isascii() and value.isdigit() and len(value) <= len(str(_LATEST))
    if strict and not is_number:
        refuse("expires_in_seconds: Input should be a valid integer, unable to parse string as an integer")
    if strict and int(value) < _SOONEST:
        refuse(f"expires_in_seconds: Input should be greater than or equal to {_SOONEST}")
    if strict and int(value) > _LATEST:
        refuse(f"expires_in_seconds: Input should be less than or equal to {_LATEST}")
    return int(value) if is_number else None
