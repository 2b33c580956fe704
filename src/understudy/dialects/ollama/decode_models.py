"""From Ollama's requests about models to calls: what is to be fetched, made, copied, deleted, sent away; and files.

In: a request. Out: a `Call` whose `extra.body` is the whole request. What only the catalogue can tell is refused later,
where it is looked up. Refusals are those of the server's source (`server/routes.go`, `server/create.go`, August 2026).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from understudy.dialects import Options
from understudy.dialects import _asked as asked
from understudy.dialects.ollama.decode import NAMELESS, Extra, body_of, model_of
from understudy.dialects.ollama.names import is_name
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.model.reply import Failure

_DIGEST = re.compile(r"sha256[:-][0-9a-fA-F]{64}")
_NO_NAME = Failure(400, "invalid_request", "invalid model name")


def _about(value: dict[str, Any], model: str, request: Request, options: Options) -> Call:
    extra = Extra(body=value, settings=options)
    return Call("model", "ollama", model, stream=value.get("stream") is not False, extra=extra, body=request.body)


def named(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode requests about one model: show, push."""
    value = body_of(request, options)
    return _about(value, model_of(value, options, NAMELESS), request, options)


def deleted(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode DELETE /api/delete."""
    value = body_of(request, options)
    name = str(value.get("model") or value.get("name") or "")
    if options.strict and name and not is_name(name):
        asked.refuse(f'name "{name}" is invalid')
    return _about(value, model_of(value, options, NAMELESS), request, options)


def copied(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /api/copy."""
    value = body_of(request, options)
    for part in ("source", "destination"):
        name = str(value.get(part) or "")
        if options.strict and not is_name(name):
            asked.refuse(f'{part} "{name}" is invalid')
    return _about(value, str(value.get("source") or options.default_model), request, options)


def fetched(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /api/pull."""
    value = body_of(request, options)
    return _about(value, model_of(value, options, _NO_NAME), request, options)


def created(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /api/create."""
    value = body_of(request, options)
    for member in ("files", "adapters") if options.strict else ():
        for path, digest in asked.mapping(value.get(member)).items():
            if member == "files" and not _is_inside(path):
                asked.refuse("file path must be relative")
            if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
                asked.refuse("invalid digest format")
    call = _about(value, model_of(value, options, _NO_NAME), request, options)
    if options.strict:
        _check_source(value)
    return call


def _check_source(value: dict[str, Any]) -> None:
    source = value.get("from")
    if source:
        if not is_name(str(source)):
            asked.refuse("invalid model name")
    elif not isinstance(value.get("files"), dict):
        asked.refuse("neither 'from' or 'files' was specified")
    elif not value["files"]:
        asked.refuse("unknown type")


def _is_inside(path: str) -> bool:
    """Say whether a path is one that Go's `fs.ValidPath` takes."""
    return bool(path) and not path.startswith("/") and ".." not in PurePosixPath(path).parts and not path.endswith("/")


def blob(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode requests about a file that a model is to be made of; the name of one that is sent must be that of its content."""
    digest = params["digest"]
    if options.strict and not _DIGEST.fullmatch(digest):
        asked.refuse("invalid digest format")
    if options.strict and request.head.method == "POST":
        found = f"sha256:{sha256(request.body).hexdigest()}"
        if digest != found:
            asked.refuse(f'digest mismatch, expected "{digest}", got "{found}"')
    return Call("model", "ollama", digest, extra=Extra(settings=options), body=request.body)
