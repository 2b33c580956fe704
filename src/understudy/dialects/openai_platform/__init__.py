"""The rest of the OpenAI API that applications use: moderations, images, audio, files, uploads, batches, vector
stores, fine-tuning jobs.

What is kept between requests is in the session's store, behind a port; batches ask the server itself, through another. Formats
come from recorded traffic and the official clients' own parsers (wire.md 9).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.dialects import Endpoint, ErrorBody, ShapeError, always
from understudy.dialects._openai.errors import error_body, error_event
from understudy.dialects._openai.limits import limit_fields
from understudy.dialects.openai_platform import (
    batches,
    captions,
    files,
    fine_tuning,
    fine_tuning_permissions,
    graders,
    images,
    moderations,
    pictures,
    speech,
    transcripts,
    uploads,
    vector_stores,
)
from understudy.dialects.openai_platform.ask import NAME, looked_up
from understudy.dialects.openai_platform.bodies import posted
from understudy.model.allowance import Allowance
from understudy.model.reply import Failure

_FIELDS = (
    "x-request-id: {request_id}\r\n"
    "openai-organization: user-understudy\r\n"
    "openai-processing-ms: {processing_ms}\r\n"
    "openai-version: 2020-10-01\r\n"
)


def _image(path: str, decode: Any) -> Endpoint:
    return Endpoint("POST", f"/images/{path}", "image", decode, pictures.encode, images.prompt_tokens)


def _recording(path: str, operation: Any, decode: Any) -> Endpoint:
    return Endpoint("POST", f"/audio/{path}", operation, decode, captions.encode, transcripts.prompt_tokens)


def _kept(method: str, path: str, encode: Any, decode: Any = looked_up) -> Endpoint:
    return Endpoint(method, path, "stored", decode, encode, keeps=always)


class OpenAIPlatform:
    """The dialect; see the package."""

    name = NAME
    prefixes = ("/v1", "", "/openai/v1", "/openai")
    models: tuple[str, ...] = ()
    endpoints = (
        Endpoint("POST", "/moderations", "moderation", moderations.decode, moderations.encode, moderations.prompt_tokens),
        _image("generations", images.generation),
        _image("edits", images.edit),
        _image("variations", images.variation),
        Endpoint("GET", "/images/files/{path}", "asset", pictures.shown, pictures.show),
        Endpoint("POST", "/audio/speech", "speech", speech.decode, speech.encode, speech.prompt_tokens),
        _recording("transcriptions", "transcription", transcripts.transcription),
        _recording("translations", "translation", transcripts.translation),
        _kept("POST", "/files", files.upload, files.uploaded),
        _kept("GET", "/files", files.listed),
        _kept("GET", "/files/{path}", files.retrieve),
        _kept("DELETE", "/files/{path}", files.delete),
        _kept("POST", "/uploads", uploads.begin, uploads.begun),
        _kept("POST", "/uploads/{path}", uploads.go_on, uploads.continued),
        _kept("POST", "/batches", batches.create, batches.created),
        _kept("GET", "/batches", batches.listed),
        _kept("GET", "/batches/{path}", batches.retrieve),
        _kept("POST", "/batches/{path}", batches.cancel),
        _kept("POST", "/vector_stores", vector_stores.create, posted),
        _kept("GET", "/vector_stores", vector_stores.listed),
        _kept("GET", "/vector_stores/{path}", vector_stores.retrieve),
        _kept("POST", "/vector_stores/{path}", vector_stores.change, posted),
        _kept("DELETE", "/vector_stores/{path}", vector_stores.delete),
        _kept("POST", "/fine_tuning/jobs", fine_tuning.create, posted),
        _kept("GET", "/fine_tuning/jobs", fine_tuning.listed),
        _kept("GET", "/fine_tuning/jobs/{path}", fine_tuning.retrieve),
        _kept("POST", "/fine_tuning/jobs/{path}", fine_tuning.change, posted),
        _kept("POST", "/fine_tuning/checkpoints/{path}", fine_tuning_permissions.create, posted),
        _kept("GET", "/fine_tuning/checkpoints/{path}", fine_tuning_permissions.listed),
        _kept("DELETE", "/fine_tuning/checkpoints/{path}", fine_tuning_permissions.delete),
        _kept("POST", "/fine_tuning/alpha/graders/{path}", graders.answer, posted),
        _kept("DELETE", "/models/{path}", fine_tuning.delete_model, fine_tuning.model),
    )

    def style(self, shapes: Mapping[str, Any]) -> None:
        """Refuse shapes: these endpoints have one form."""
        for name in shapes:
            raise ShapeError((name,), f"{name!r} has no meaning here: expected no shapes for {self.name!r}. Remove it.")

    def failure(self, failure: Failure, _style: Any) -> ErrorBody:
        """Say an error as the API does."""
        return error_body(failure, {})

    def failure_event(self, failure: Failure, _style: Any) -> bytes:
        """Say an error in a stream."""
        return error_event(failure, {})

    def fields(self, operation: str, _style: Any) -> str:
        """Header fields of a good answer; a picture behind an address comes from elsewhere."""
        return "x-ms-blob-type: BlockBlob\r\n" if operation == "asset" else _FIELDS

    def allowance(self, allowance: Allowance, _wall: float) -> tuple[tuple[str, str], ...]:
        """Spell the limits as chat does."""
        return limit_fields(allowance)


DIALECT = OpenAIPlatform()
