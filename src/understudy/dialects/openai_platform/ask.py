"""From requests to calls: JSON bodies, forms, and paths and queries of what is kept.

In: a request. Out: a call whose `extra` is an `Ask`. What is wrong with the fields is said by the module of the resource.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct

from understudy.dialects import Options
from understudy.dialects._openai.check import body_object, refuse
from understudy.dialects._session import address_of
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.model.reply import Failure
from understudy.untrusted import NOT_JSON
from understudy.wire.multipart import MultipartError, Part, is_form, parts

NAME = "openai_platform"
Json = dict[str, Any]
T = TypeVar("T")
_LONGEST_NUMBER = 15  # characters
_SWITCHES = {"true": True, "false": False}


class Ask(Struct, gc=False):
    """A request as sent.

    `fields` are those of the body, `files` the files of a form by the name of their field. `path` is what follows the name of
    the resource, `query` the parameters after it. `base` is the address that the client knows the API by.
    """

    fields: Json
    files: dict[str, list[Part]] = {}
    path: tuple[str, ...] = ()
    query: dict[str, str] = {}
    strict: bool = True
    base: str = ""
    model: str = ""

    def text(self, name: str) -> str:
        """A field that is a text, "" when it is none."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def file(self, *names: str) -> Part | None:
        """The first file of one of these fields."""
        return next((part for name in names for part in self.files.get(name, ())), None)


def json_body(request: Request, options: Options) -> Ask:
    """Read a JSON body; leniently any body will do."""
    if options.strict:
        return Ask(body_object(request.body))
    try:
        value = msgspec.json.decode(request.body)
    except NOT_JSON:
        value = None
    return Ask(value if isinstance(value, dict) else {}, strict=False)


def form(request: Request, options: Options) -> Ask:
    """Read a form; leniently a JSON body will do."""
    content_type = request.head.headers.get("content-type", "")
    if not is_form(content_type):
        if not options.strict:
            return json_body(request, options)
        refuse("Could not parse multipart form: expected the content type multipart/form-data.")
    try:
        found = parts(content_type, request.body)
    except MultipartError as error:
        refuse(f"Could not parse multipart form: {error}")
    fields: Json = {}
    files: dict[str, list[Part]] = {}
    for part in found:
        if part.filename is not None:
            files.setdefault(part.name.removesuffix("[]"), []).append(part)
        else:
            _put(fields, part)
    return Ask(fields, files, strict=options.strict)


def looked_up(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode a request for what is kept, whatever its body."""
    return stored(lenient_body(request), request, params, options)


def stored(ask: Ask, request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Make the call of an endpoint that answers from the store."""
    ask.path = tuple(part for part in params.get("path", "").split("/") if part)
    ask.query = dict(parse_qsl(request.head.query, keep_blank_values=True))
    ask.strict = options.strict
    return Call("stored", NAME, extra=ask, body=request.body)


def lenient_body(request: Request) -> Ask:
    """Read the object that a body holds, if it does."""
    return json_body(request, Options(strict=False))


def typed(fields: Json, names: Mapping[str, type]) -> None:
    """Make numbers and switches of the fields of a form, which are all texts; what is neither stays a text."""
    for name, kind in names.items():
        value = fields.get(name)
        if not isinstance(value, str):
            continue
        if kind is bool:
            fields[name] = _SWITCHES.get(value.lower(), value)
            continue
        try:
            fields[name] = kind(value[:_LONGEST_NUMBER])
        except ValueError:
            continue


def told(ask: Ask) -> bytes:
    """A form as JSON, for conditions on the body: fields, and of files what there is to know."""
    files = {
        name: [{"filename": part.filename, "content_type": part.content_type, "bytes": len(part.data)} for part in found]
        for name, found in ask.files.items()
    }
    return msgspec.json.encode(
        {**ask.fields, **{name: found[0] if len(found) == 1 else found for name, found in files.items()}}
    )


def base_of(request: Request, path: str, options: Options) -> str:
    """The address of the API as the client wrote it: everything before the path of the endpoint."""
    head = request.head
    return f"{address_of(head, options)}{head.path.rstrip('/').removesuffix(path)}"


def not_found(message: str, param: str | None = None) -> RequestError:
    """The refusal of something that is not kept."""
    return RequestError(Failure(404, "not_found", message, param, "invalid_request_error"))


def found_or(found: T | None, made_up: Callable[[], T], ask: Ask, message: str) -> T:
    """What was found; where nothing was, the refusal that says so, or leniently something made up."""
    if found is not None:
        return found
    if ask.strict:
        raise not_found(message)
    return made_up()


def _put(fields: Json, part: Part) -> None:
    """Put a field where its name says: `name`, `name[]` (a list), `name[key]` (a mapping)."""
    name, bracket, rest = part.name.partition("[")
    key = rest.removesuffix("]")
    if not bracket:
        fields[name] = part.text
    elif not key:
        known = fields.setdefault(name, [])
        if isinstance(known, list):
            known.append(part.text)
    else:
        known = fields.setdefault(name, {})
        if isinstance(known, dict):
            known[key] = part.text
