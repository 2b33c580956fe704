"""Bodies of requests that change what is kept: JSON, or nothing at all where the path says everything."""

from __future__ import annotations

from collections.abc import Mapping

from understudy.dialects import Options
from understudy.dialects.openai_platform.ask import Ask, json_body, stored
from understudy.model.call import Call
from understudy.model.http import Request


def posted(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode a request whose body is an object or is not there."""
    body = request.body.strip()
    if body == b"null":
        body = b""
    ask = json_body(request, options) if body else Ask({}, strict=options.strict)
    return stored(ask, request, params, options)
