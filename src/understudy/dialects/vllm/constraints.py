"""Answers that must have a form: `structured_outputs` of vLLM, and the `guided_*` of its older versions.

In: a decoder and an encoder of the family. Out: the same, for a form that the model's behaviour knows: a schema. Grammars are
not followed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from understudy.dialects import Moment, Options
from understudy.dialects import _asked as asked
from understudy.dialects._constrained import choice, expression, freed
from understudy.dialects._kin.decode import Decode
from understudy.dialects._kin.dialect import Encode
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.model.reply import Reply
from understudy.untrusted import NOT_JSON


def _asked_for(body: dict[str, Any], kind: str) -> Any:
    return asked.mapping(body.get("structured_outputs")).get(kind, body.get(f"guided_{kind}"))


def _schema(body: dict[str, Any]) -> dict[str, Any] | None:
    """The schema of what is asked for; None for nothing."""
    schema = _asked_for(body, "json")
    if isinstance(schema, str):
        try:
            schema = msgspec.json.decode(schema)
        except NOT_JSON:
            return None
    if isinstance(schema, dict):
        return schema
    bare = _bare(body)
    if bare is not None:
        return bare
    return {"type": "object"} if _asked_for(body, "json_object") is True else None


def _bare(body: dict[str, Any]) -> dict[str, Any] | None:
    """The schema of a text that is said without quotes."""
    choices, pattern = asked.texts(_asked_for(body, "choice")), _asked_for(body, "regex")
    if choices:
        return choice(choices)
    return expression(pattern) if isinstance(pattern, str) else None


def constrained(decode: Decode) -> Decode:
    """Make a decoder read the form of an answer."""

    def read(request: Request, params: Mapping[str, str], options: Options) -> Call:
        call = decode(request, params, options)
        schema = _schema(call.extra.body)
        if schema is not None:
            call.response_format, call.kind = asked.json_schema(schema), None
        return call

    return read


def unquoted(encode: Encode) -> Encode:
    """Make an encoder say a choice, or a text that fits an expression, without the quotes of JSON."""

    def say(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Any:
        schema = _bare(call.extra.body)
        return encode(call, replies if schema is None else tuple(freed(reply, schema) for reply in replies), moment)

    return say
