"""The platform asked of an engine: documents, forms, and what is refused."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest


def build_form(*parts: tuple[str, Any] | tuple[str, str, bytes]) -> bytes:
    """A form: (name, value) is a field, (name, file name, data) a file."""
    found = []
    for name, *rest in parts:
        named = f'; filename="{rest[0]}"' if len(rest) == 2 else ""
        data = rest[-1] if isinstance(rest[-1], bytes) else str(rest[-1]).encode()
        found.append(f'--xyz\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + data + b"\r\n")
    return b"".join(found) + b"--xyz--\r\n"


@pytest.fixture
def post(ask) -> Callable[..., Any]:
    """Post a JSON body (a mapping) or a form (parts) to a path below /v1."""

    def posted(path: str, *body: Any, **head: Any) -> Any:
        if len(body) == 1 and isinstance(body[0], dict):
            return ask(body[0], f"/v1/{path}", **head)
        fields = {"content-type": "multipart/form-data; boundary=xyz", **head.pop("headers", {})}
        return ask(build_form(*body), f"/v1/{path}", headers=fields, **head)

    return posted


@pytest.fixture
def get(ask) -> Callable[..., Any]:
    """Get a path below /v1."""
    return lambda path, method="GET", **head: ask(b"", f"/v1/{path}", method=method, **head)


@pytest.fixture
def recording() -> bytes:
    """Two seconds of silence in a WAV file."""
    form = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 64036, b"WAVE", b"fmt ", 16, 1, 1, 16000, 32000, 2, 16, b"data", 64000)
    return form + bytes(64000)
