"""The one server that is recorded: where it is, and which requests may go there.

In: the URL the user named. Out: an address, the head of a request as it is passed on, or the reason why it is not. A recorder
must never be an open proxy: host and path are the user's, whatever a client sends.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from understudy.errors import UsageError
from understudy.model.http import RequestHead
from understudy.runtime.courier import Address

_HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_OWN = _HOP_BY_HOP | {"host", "content-length", "content-encoding", "accept-encoding", "expect", "forwarded"}
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_NOT_PLAIN = re.compile(r"[^\x21-\x7e]")


class Upstream(Struct, frozen=True):
    """A server and the path below which it is recorded (without a slash at its end)."""

    address: Address
    path: str = ""

    @classmethod
    def of(cls, url: str) -> Upstream:
        """Read a URL.

        Raises:
            UsageError: for what is no http URL, or says more than where the server is.
        """
        wanted = "expected one such as https://api.openai.com/v1"
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise UsageError(f"--upstream {url!r}: {wanted}, got one with a wrong part ({error}).") from None
        if parts.scheme not in ("http", "https") or not parts.hostname or _NOT_PLAIN.search(url):
            raise UsageError(f"--upstream {url!r}: {wanted}.")
        if parts.username is not None or parts.query or parts.fragment:
            raise UsageError("--upstream: expected scheme, host and path only. The client sends its key itself.")
        tls = parts.scheme == "https"
        return cls(Address(parts.hostname, port or (443 if tls else 80), tls), parts.path.rstrip("/"))

    @property
    def authority(self) -> str:
        """What the field `host` says to it."""
        address = self.address
        host = f"[{address.host}]" if ":" in address.host else address.host
        return host if address.port == (443 if address.tls else 80) else f"{host}:{address.port}"

    @property
    def url(self) -> str:
        """Its URL, as it was meant."""
        return f"{'https' if self.address.tls else 'http'}://{self.authority}{self.path}"

    def objection(self, head: RequestHead) -> str:
        """Say why a request may not be passed on; "" when it may."""
        if not head.target.startswith("/") or head.target.startswith("//"):
            return "request target: expected a path, got an address. This is no open proxy."
        if head.method not in _METHODS:
            return f"method {head.method}: expected one of {', '.join(sorted(_METHODS))}."
        path = head.path
        for _ in range(3):  # what is encoded more than once may be decoded more than once
            if "\\" in path or any(part in (".", "..") for part in path.split("/")):
                return "request target: expected a path without dot segments or backslashes."
            path = unquote(path)
        raw = head.target.partition("?")[0]
        if not (raw == self.path or raw.startswith(f"{self.path}/")):
            return f"path {head.path}: expected one below {self.path}, which is all that is recorded."
        return ""

    def fields(self, headers: dict[str, str]) -> tuple[tuple[str, str], ...]:
        """The header fields as they are passed on: the host is ours, and answers are wanted unpacked."""
        named = {name.strip().lower() for name in headers.get("connection", "").split(",")}
        kept = [(name, value) for name, value in headers.items() if name not in _OWN and name not in named]
        return (("host", self.authority), ("accept-encoding", "identity"), *kept)


def returned(fields: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """The header fields of an answer as they are passed back: framing is made anew."""
    named = {part.strip().lower() for name, value in fields if name.lower() == "connection" for part in value.split(",")}
    dropped = _HOP_BY_HOP | named | {"content-length"}
    return [(name.lower(), value.strip()) for name, value in fields if name.lower() not in dropped]
