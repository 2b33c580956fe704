"""An answer on the wire as exports show it: header fields and body, the framing of chunks taken off, secrets masked.

In: the bytes that went over the connection, whole or broken off. Out: values. Knows no provider.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

from msgspec import Struct

from understudy.observe.redact import mask, secret_free
from understudy.wire.answer import BLANK, dechunked, fields_of


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
        head, blank, body = sent.partition(BLANK)
        fields = dict(fields_of(head))
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
