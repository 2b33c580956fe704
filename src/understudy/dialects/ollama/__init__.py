"""Ollama: chat, generate, embed, and what clients ask about models. Streams are newline-delimited JSON and the default.

Formats come from recorded traffic and the server's source (wire.md 13). Token counts are estimates, durations a model of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.dialects import Endpoint, ErrorBody, ShapeError
from understudy.dialects._asked import prompt_tokens
from understudy.dialects._fixed import Renderings
from understudy.dialects.ollama import decode, library, lines
from understudy.dialects.ollama.errors import error_body, error_line
from understudy.model.allowance import Allowance
from understudy.model.reply import Failure


class Ollama:
    """The dialect; see the package."""

    name = "ollama"
    prefixes = ("",)
    models = library.CATALOGUE
    endpoints = (
        Endpoint("POST", "/api/chat", "chat", decode.chat, lines.chat, prompt_tokens),
        Endpoint("POST", "/api/generate", "chat", decode.generate, lines.generate, prompt_tokens),
        Endpoint("POST", "/api/embed", "embedding", decode.embed, library.embed, prompt_tokens),
        Endpoint("POST", "/api/embeddings", "embedding", decode.embeddings, library.embeddings, prompt_tokens),
        Endpoint("GET", "/api/tags", "models", decode.nothing, library.tags),
        Endpoint("GET", "/api/ps", "models", decode.nothing, library.loaded),
        Endpoint("GET", "/api/version", "health", decode.nothing, library.version),
        Endpoint("GET", "/", "health", decode.nothing, library.running),
        Endpoint("POST", "/api/show", "model", decode.named, library.show),
        Endpoint("POST", "/api/pull", "model", decode.fetched, library.pull),
        Endpoint("POST", "/api/push", "model", decode.fetched, library.push),
        Endpoint("POST", "/api/create", "model", decode.fetched, library.create),
        Endpoint("POST", "/api/copy", "model", decode.copied, library.done),
        Endpoint("DELETE", "/api/delete", "model", decode.named, library.done),
        Endpoint("GET", "/api/blobs/{digest}", "model", decode.nothing, library.done),
        Endpoint("POST", "/api/blobs/{digest}", "model", decode.blob, library.done),
    )

    def style(self, shapes: Mapping[str, Any]) -> Renderings:
        """Refuse shapes: this dialect has only the server's own; each generation of the script keeps its renderings."""
        for name in shapes:
            raise ShapeError((name,), f"unknown shape {name!r}: expected none, the ollama dialect has only Ollama's own.")
        return Renderings()

    def failure(self, failure: Failure, _style: Any) -> ErrorBody:
        """Say an error as Ollama does."""
        return error_body(failure)

    def failure_event(self, failure: Failure, _style: Any) -> bytes:
        """Say an error in a stream: a line of its own."""
        return error_line(failure)

    def fields(self, _operation: str, _style: Any) -> str:
        """Header fields of a good answer; Ollama has none of its own."""
        return "x-request-id: {request_id}\r\n"

    def allowance(self, _allowance: Allowance, _wall: float) -> tuple[tuple[str, str], ...]:
        """Spell nothing: Ollama tells no limits."""
        return ()


DIALECT = Ollama()
