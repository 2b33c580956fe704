"""What must not be written: the keys a client sent, and whatever else looks like one.

In: requests, as they come. Out: texts without secrets, and conditions that hold for a text without repeating its secrets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import takewhile
from typing import Any
from urllib.parse import parse_qsl

from understudy.model.http import RequestHead
from understudy.observe.redact import HIDDEN, mask, secret_free, secret_free_query

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
        if secret_free_query(head.query) != head.query:
            for pair in parse_qsl(head.query):
                if secret_free_query("=".join(pair)) != "=".join(pair):
                    self._keep(pair[1])

    def _keep(self, value: str) -> None:
        if len(value.strip()) >= _SHORTEST:
            self._keys[value.strip()] = None

    def hide(self, text: str) -> str:
        """Take the secrets out of a text."""
        for key in sorted(self._keys, key=len, reverse=True):
            text = text.replace(key, HIDDEN)
        return mask(text)

    def hide_all(self, value: Any) -> Any:
        """Take the secrets out of every text of a value, names included."""
        if isinstance(value, str):
            return self.hide(value)
        if isinstance(value, Mapping):
            return {self.hide(str(name)): self.hide_all(inner) for name, inner in value.items()}
        return [self.hide_all(inner) for inner in value] if isinstance(value, list | tuple) else value

    def condition(self, text: str) -> str | dict[str, str]:
        """Say a text as a text condition; where it holds a secret, by what stands around it."""
        hidden = self.hide(text)
        if hidden == text:
            return text
        before = _begun_alike(text, hidden)
        after = _begun_alike(text[len(before) :][::-1], hidden[len(before) :][::-1])[::-1]
        return {"regex": rf"(?s)\A{re.escape(before)}.*{re.escape(after)}\z"}


def _begun_alike(one: str, other: str) -> str:
    return "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
