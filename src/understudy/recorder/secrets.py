"""What must not be written: the keys a client sent, and whatever else looks like one.

In: requests, as they come. Out: texts without secrets, and conditions that hold for a text without repeating its secrets.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import takewhile
from typing import Any
from urllib.parse import parse_qsl, quote

import msgspec

from understudy.model.http import RequestHead
from understudy.observe.redact import HIDDEN, mask, secret_free, secret_free_query
from understudy.untrusted import NOT_JSON
from understudy.wire.eventstream import resealed

_NAMED = re.compile(
    r"(?:[\w.-]{0,40}[-_.])?(?:api[-_]?key|secret|passw(?:or)?d|authorization|(?:access|auth|secret|private)[-_]?(?:token|key))",
    re.IGNORECASE,
)
_SIGNS = (b"key", b"secret", b"passw", b"authorization", b"token")  # without one of them no name matches: looked for in C
_LONGEST = 4096  # characters of a secret
_SHORTEST = 6  # characters of a key that is looked for in texts: `any` and `test` are words


class Secrets:
    """The secrets seen so far."""

    def __init__(self) -> None:
        self._keys: dict[str, None] = {}

    def notice(self, head: RequestHead) -> None:
        """Remember the credentials of a request."""
        shown = secret_free(head.headers)
        for name, value in head.headers.items():
            if shown[name] != value:
                self._keep(value)
                self._keep(value.rpartition(" ")[2])
                for part in _parts_of(value):
                    self._keep(part)
        if secret_free_query(head.query) != head.query:
            for name, value in parse_qsl(head.query):
                if secret_free_query(f"{name}=x") != f"{name}=x" or mask(value) != value:
                    self._keep(value)
                    self._keep(quote(value, safe=""))

    def notice_body(self, body: bytes) -> None:
        """Remember what a JSON body holds under a name of a secret."""
        if body.lstrip()[:1] not in (b"{", b"["):  # a file: no names, and megabytes
            return
        lowered = body.lower()
        if not any(sign in lowered for sign in _SIGNS):
            return
        try:
            value = msgspec.json.decode(body)
        except NOT_JSON:
            return
        left = [value]
        while left:
            inner = left.pop()
            if isinstance(inner, dict):
                for name, secret in inner.items():
                    if isinstance(secret, str) and _NAMED.fullmatch(name) and " " not in secret and len(secret) <= _LONGEST:
                        self._keep(secret)
            left += inner.values() if isinstance(inner, dict) else inner if isinstance(inner, list) else ()

    def _keep(self, value: str) -> None:
        if len(value.strip()) >= _SHORTEST:
            self._keys[value.strip()] = None

    def hide_bytes(self, data: bytes) -> bytes:
        """Write stars over the secrets in bytes that are no text, so that their number stays; event streams remain sound."""
        hidden = data
        for key in sorted(self._keys, key=len, reverse=True):
            hidden = hidden.replace(key.encode(), b"*" * len(key.encode()))
        return data if hidden == data else resealed(hidden)

    def hide(self, text: str) -> str:
        """Take the secrets out of a text."""
        for key in sorted(self._keys, key=len, reverse=True):
            text = text.replace(key, HIDDEN)
        return mask(text)

    def hide_all(self, value: Any) -> Any:
        """Take the secrets out of every text of a value, names included, and what stands under the name of one."""
        if isinstance(value, str):
            return self.hide(value)
        if isinstance(value, Mapping):
            return {
                self.hide(str(name)): HIDDEN
                if type(inner) is str and inner and _NAMED.fullmatch(str(name))
                else self.hide_all(inner)
                for name, inner in value.items()
            }
        return [self.hide_all(inner) for inner in value] if isinstance(value, list | tuple) else value

    def condition(self, text: str) -> str | dict[str, str]:
        """Say a text as a text condition; where it holds a secret, by what stands around it."""
        hidden = self.hide(text)
        if hidden == text:
            return text
        before = _begun_alike(text, hidden)
        after = _begun_alike(text[len(before) :][::-1], hidden[len(before) :][::-1])[::-1]
        return {"regex": rf"(?s)\A{re.escape(before)}.*{re.escape(after)}\z"}


def _parts_of(value: str) -> Iterator[str]:
    """The secrets in the value of a field: keys and signatures of AWS, the password of a login, every cookie."""
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() == "basic":
        with suppress(Error, ValueError):
            login = b64decode(rest.strip(), validate=True).decode("utf-8", "replace")
            yield from (login, login.partition(":")[2])
        return
    for part in re.split(r"[;,]\s*", rest if scheme.upper().startswith("AWS4-") else value):
        name, equals, secret = part.partition("=")
        if equals and name.strip().lower() != "signedheaders":
            yield secret.partition("/")[0] if name.strip().lower() == "credential" else secret


def _begun_alike(one: str, other: str) -> str:
    return "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
