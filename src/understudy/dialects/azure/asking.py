"""From Azure's requests to OpenAI's: the version in the query, the deployment in the path.

In: a request, and the decoder of OpenAI's endpoint behind it. Out: that one's call. A deployment is what the model is called,
where the body names none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from understudy.dialects import Options
from understudy.dialects.azure.errors import UNSUPPORTED
from understudy.dialects.azure.streams import Amended
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.model.reply import Failure
from understudy.untrusted import NOT_JSON
from understudy.wire.multipart import MultipartError, is_form, parts

Decode = Callable[[Request, Mapping[str, str], Options], Call]

NAME = "azure"
_DATED = re.compile(r"\d{4}-\d\d-\d\d(-preview)?")
_NEXT = ("preview", "latest", "v1")  # versions of the new generation
_DEPLOYED = re.compile(r"/deployments/[^/]+(?=/images/)")


class Style(Struct, frozen=True):
    """What a script says of this dialect, and what is kept of its answers.

    `chat` and `responses` are the styles of the dialects behind it, `asynchronous` is when the filter is heard, `amended` are
    the streams of chats it amended.
    """

    chat: Any
    asynchronous: bool = False
    responses: Any = None
    amended: Amended | None = None


class _Named(Struct):
    model: Any = None


_named = msgspec.json.Decoder(_Named).decode
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def behind(options: Options, *, responds: bool = False) -> Options:
    """The options as OpenAI's endpoints have them; `responds` is of those of the Responses API."""
    return replace(options, style=options.style.responses if responds else options.style.chat)


def decoder(decode: Decode, *, dated: bool, responds: bool = False) -> Decode:
    """Make the decoder of an endpoint of Azure's; `dated` says that its path needs a version, `responds` as `behind` has it."""

    def asked(request: Request, params: Mapping[str, str], options: Options) -> Call:
        if options.strict:
            _check_version(request.head.query, dated=dated)
        call = decode(_as_openai(request, params.get("deployment"), options), params, behind(options, responds=responds))
        call.dialect = NAME
        return call

    return asked


def _check_version(query: str, *, dated: bool) -> None:
    """Refuse what the service finds nothing under; the new generation wants no version at all."""
    version = _version(query)
    if version in _NEXT or (version is None and not dated):
        return
    if not dated:
        raise RequestError(UNSUPPORTED)
    if version is None or not _DATED.fullmatch(version):
        raise RequestError(Failure(404, "not_found"))


@lru_cache(maxsize=256)
def _version(query: str) -> str | None:
    return dict(parse_qsl(query)).get("api-version") if "api-version" in query else None


def _as_openai(request: Request, deployment: str | None, options: Options) -> Request:
    if deployment is None and not options.only_listed:
        return request
    content_type = request.head.headers.get("content-type", "")
    said = _said(request.body, content_type)
    model = said or deployment
    if options.only_listed and model is not None:
        known = [listed.id for listed in options.listed if listed.id in (said, deployment)]
        if not known:
            raise RequestError(Failure(404, "model_not_found"))
        model = said if said in known else deployment
    head = request.head
    if deployment is not None and "/images/" in head.path:  # addresses of pictures are made of the path
        head = replace(head, path=_DEPLOYED.sub("", head.path, count=1))
    body = request.body if model is None or model == said else _with_model(request.body, content_type, model)
    return replace(request, head=head, body=body)


def _said(body: bytes, content_type: str) -> str | None:
    """The model a body names, None when it names none or is no body at all: then OpenAI's decoder says so."""
    try:
        if is_form(content_type):
            found: Any = next((part.text for part in parts(content_type, body) if part.name == "model"), None)
        else:
            found = _named(body).model
    except (*NOT_JSON, MultipartError):
        return None
    return found if isinstance(found, str) and found else None


def _with_model(body: bytes, content_type: str, model: str) -> bytes:
    if is_form(content_type):
        mark = body.partition(b"\r\n")[0]  # the boundary, which the form begins with
        return b'%b\r\nContent-Disposition: form-data; name="model"\r\n\r\n%b\r\n%b' % (mark, model.encode(), body)
    try:
        members = _members(body)
    except NOT_JSON:
        return body
    return msgspec.json.encode({**members, "model": msgspec.Raw(msgspec.json.encode(model))})
