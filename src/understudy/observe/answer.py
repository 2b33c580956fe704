"""An answer on the wire as exports show it: header fields and body, the framing of chunks taken off, secrets masked.

In: the bytes that went over the connection, whole or broken off. Out: values. Knows no provider.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

from msgspec import Struct

from understudy.observe.redact import mask, secret_free

_BLANK = b"\r\n\r\n"


class Answer(Struct, frozen=True):
    """An answer: `body` is text, or base64 where `is_text` is false; `size` counts its bytes, `head_size` those of the head."""

    fields: dict[str, str]
    body: str
    is_text: bool
    size: int
    head_size: int

    @classmethod
    def of(cls, sent: bytes, hide: Callable[[str], str] = mask) -> Answer:
        """Read what was sent; `hide` masks the secrets of the body."""
        head, blank, body = sent.partition(_BLANK)
        lines = [line.split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:] if ": " in line]
        fields = {name.lower(): value for name, value in lines}
        if fields.get("transfer-encoding") == "chunked":
            body = dechunked(body)
        try:
            text, is_text = hide(body.decode()), True
        except UnicodeDecodeError:
            text, is_text = b64encode(body).decode(), False
        return cls(secret_free(fields), text, is_text, len(body), len(head) + len(blank))

    def told(self) -> dict[str, object]:
        """Tell it as plain data."""
        return {"headers": self.fields, "body" if self.is_text else "body_base64": self.body}


def dechunked(data: bytes) -> bytes:
    """Take the framing off a chunked body (RFC 9112 section 7.1); what breaks off is kept as far as it goes, what is no chunk
    as it is.
    """
    found: list[bytes] = []
    at = 0
    while (end := data.find(b"\r\n", at)) >= 0:
        try:
            size = int(data[at:end].partition(b";")[0], 16)
        except ValueError:
            return b"".join([*found, data[at:]])
        if not size:
            break
        found.append(data[end + 2 : end + 2 + size])
        at = end + 2 + size + 2
    return b"".join(found)
