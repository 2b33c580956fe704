"""multipart/form-data: the fields and files of a form (RFC 7578, RFC 2046 section 5.1).

In: a content type and a body. Out: the parts in the order sent, or `MultipartError` with one sentence. The work is linear in
the body, and the number of parts and the size of their heads are bounded. Knows no provider.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from msgspec import Struct

_MOST = 1_000  # parts of a form
_LONGEST_HEAD = 8_192  # bytes of the head of a part
_LONGEST_BOUNDARY = 70  # characters (RFC 2046)
_PARAMETER = re.compile(r';\s*([\w!#$%&\'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"\s]*))')
_ESCAPE = re.compile(r"\\([\\\"])")  # a backslash before anything else is a backslash: browsers send paths of Windows


class MultipartError(ValueError):
    """A body that is no form; the text says why."""


class Part(Struct, frozen=True):
    """One part: a field, or a file when it has a `filename`."""

    name: str
    data: bytes
    filename: str | None = None
    content_type: str = ""

    @property
    def text(self) -> str:
        """The data as text; what is no UTF-8 is replaced."""
        return self.data.decode("utf-8", "replace")


def is_form(content_type: str) -> bool:
    """Say whether a content type is that of a form."""
    return content_type.partition(";")[0].strip().lower() == "multipart/form-data"


def parts(content_type: str, body: bytes) -> list[Part]:
    """Take a form apart.

    Raises:
        MultipartError: when the body is no form, has no end, or has too many parts.
    """
    mark = b"--" + _boundary(content_type)
    at = 0 if body.startswith(mark) else body.find(b"\r\n" + mark) + 2
    if at < 2 and not body.startswith(mark):
        raise MultipartError("the body of the form does not contain its boundary.")
    found: list[Part] = []
    delimiter = b"\r\n" + mark
    while True:
        at += len(mark)
        if body.startswith(b"--", at):
            return found
        start = body.find(b"\r\n", at, at + _LONGEST_HEAD)
        if start < 0 or body[at:start].strip(b" \t"):
            raise MultipartError("the form has a boundary that is not at the end of its line.")
        end = body.find(delimiter, start)
        if end < 0:
            raise MultipartError("the form ends before its last boundary.")
        if len(found) >= _MOST:
            raise MultipartError(f"the form has too many parts: expected at most {_MOST}.")
        found.append(_part(body, start, end))
        at = end + 2


def _boundary(content_type: str) -> bytes:
    boundary = _parameters(content_type).get("boundary", "")
    if not 0 < len(boundary) <= _LONGEST_BOUNDARY:
        raise MultipartError(f"the content type has no boundary of 1 to {_LONGEST_BOUNDARY} characters.")
    return boundary.encode("utf-8")


def _part(body: bytes, start: int, end: int) -> Part:
    """Read the part between two boundaries; `start` is at the end of the line of the first."""
    split = body.find(b"\r\n\r\n", start, min(end, start + _LONGEST_HEAD) + 4)
    if split < 0:
        raise MultipartError(f"a part of the form has no head of at most {_LONGEST_HEAD} bytes.")
    fields = _fields(body[start:split])
    disposition = fields.get("content-disposition", "")
    known = _parameters(disposition)
    if disposition.partition(";")[0].strip().lower() != "form-data" or "name" not in known:
        raise MultipartError("a part of the form has no name.")
    filename = known.get("filename")
    if "filename*" in known:
        filename = _extended(known["filename*"])
    return Part(known["name"], body[split + 4 : end], filename, fields.get("content-type", ""))


def _fields(head: bytes) -> dict[str, str]:
    fields = {}
    for line in _text(head).split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            fields[name.strip().lower()] = value.strip()
    return fields


def _parameters(value: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall(value):
        spelled = _ESCAPE.sub(r"\1", quoted) if quoted else bare
        found.setdefault(name.lower(), spelled.replace("%22", '"') if quoted else spelled)
    return found


def _extended(value: str) -> str:
    """Read an extended value (RFC 8187): charset'language'percent-encoded."""
    charset, _, rest = value.partition("'")
    encoded = rest.partition("'")[2] if "'" in rest else value
    return unquote(encoded, "latin-1" if charset.lower() == "iso-8859-1" else "utf-8", "replace")


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
