"""Ollama: chat, generate, embed, and a catalogue of models that changes. Streams are newline-delimited JSON and the default.

Formats come from recorded traffic and the server's source (wire.md 13). Token counts are estimates, durations a model of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.dialects import Endpoint, ErrorBody, ShapeError, always
from understudy.dialects._fixed import Renderings
from understudy.dialects.ollama import changes, decode, decode_models, library, lines, recall, vectors
from understudy.dialects.ollama.errors import error_body, error_line
from understudy.model.allowance import Allowance
from understudy.model.call import Operation
from understudy.model.reply import Failure


def _kept(method: str, path: str, operation: Operation, decode_: Any, encode: Any) -> Endpoint:
    """Make an endpoint that looks at what is kept, and nothing else."""
    return Endpoint(method, path, operation, decode_, encode, keeps=always)


class Ollama:
    """The dialect; see the package."""

    name = "ollama"
    prefixes = ("",)
    models = library.CATALOGUE
    endpoints = (
        Endpoint("POST", "/api/chat", "chat", decode.chat, lines.chat, decode.counted, recall.chat, always),
        Endpoint("POST", "/api/generate", "chat", decode.generate, lines.generate, decode.counted, recall.generate, always),
        Endpoint("POST", "/api/embed", "embedding", decode.embed, vectors.embed, decode.counted, recall.embedding, always),
        Endpoint(
            "POST",
            "/api/embeddings",
            "embedding",
            decode.embeddings,
            vectors.embeddings,
            decode.counted,
            recall.embedding,
            always,
        ),
        _kept("GET", "/api/tags", "models", decode.nothing, library.tags),
        _kept("GET", "/api/ps", "models", decode.nothing, library.in_memory),
        Endpoint("GET", "/api/version", "health", decode.watch, library.version),
        Endpoint("GET", "/", "health", decode.watch, library.running),
        _kept("POST", "/api/show", "model", decode_models.named, library.show),
        _kept("POST", "/api/pull", "model", decode_models.fetched, changes.pull),
        _kept("POST", "/api/push", "model", decode_models.named, changes.push),
        _kept("POST", "/api/create", "model", decode_models.created, changes.create),
        _kept("POST", "/api/copy", "model", decode_models.copied, changes.copy),
        _kept("DELETE", "/api/delete", "model", decode_models.deleted, changes.delete),
        _kept("GET", "/api/blobs/{digest}", "model", decode_models.blob, changes.has),
        _kept("POST", "/api/blobs/{digest}", "model", decode_models.blob, changes.take),
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
