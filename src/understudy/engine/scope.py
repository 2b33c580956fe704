"""What a request head means: endpoint, controls, session, framing. Worked out once for each distinct head.

Kept-alive clients repeat their header block; the connection hands the same head object in again, and everything here is found
ready in its `memo`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

import msgspec
from msgspec import Struct

from understudy.dialects import Dialect, Endpoint, Options
from understudy.engine.controls import Controls, read
from understudy.engine.decision import Decision, letters, scope_seed
from understudy.engine.envelope import Envelope
from understudy.engine.shelf import Shelf
from understudy.engine.world import World
from understudy.errors import RequestError
from understudy.model.exchange import DEFAULT_SESSION, REQUEST_ID, Context
from understudy.model.http import RequestHead
from understudy.model.reply import Failure
from understudy.observe.redact import secret_free
from understudy.wire.credentials import api_key
from understudy.wire.forms import Form, Hole
from understudy.wire.response import field, status_line

_HOLE = re.compile(r"\{(request_id|processing_ms|tokens_left|tokens_reset|reset_at)\}")
# Values of a response head, in this order: date, length, decision token, serial number, processing time in ms, tokens left,
# their reset, decision token, the present moment as RFC 3339.
_HOLES = {
    "date": Hole(b"%b", (0,)),
    "length": Hole(b"%d", (1,)),
    "request_id": Hole(REQUEST_ID, (2, 3)),
    "processing_ms": Hole(b"%d", (4,)),
    "tokens_left": Hole(b"%d", (5,)),
    "tokens_reset": Hole(b"%b", (6,)),
    "decision": Hole(b"%b", (7,)),
    "reset_at": Hole(b"%b", (8,)),
}


class Scope(Struct):
    """The memo of a head.

    `problem` refuses every request with this head. `plain` says that the head asks for nothing special, so that an answer may
    be taken from the `shelf`, which all heads share that want their answers framed alike; `steady` says so of streams. `echo`
    are fields that answers bring back.
    """

    world: World
    shelf: Shelf
    head: RequestHead
    context: Context
    dialect: Dialect
    options: Options
    endpoint: Endpoint | None = None
    params: Mapping[str, str] = {}
    controls: Controls = Controls()
    seed: int = 0
    salt: bytes = b""
    decision: Decision | None = None
    problem: Failure | None = None
    preflight: bool = False
    plain: bool = False
    steady: bool = False
    session: str = DEFAULT_SESSION
    echo: tuple[tuple[str, str], ...] = ()
    envelope: Envelope = msgspec.field(default_factory=Envelope)

    @property
    def closes(self) -> bool:
        """Say whether the connection ends after the answer."""
        return not self.head.keep_alive


def resolve(head: RequestHead, world: World) -> Scope:
    """Work out what a head means."""
    route = world.router.find(head.method, head.path, head.headers, head.query)
    dialect = route.dialect
    operation = route.endpoint.operation if route.endpoint else "none"
    shelf = world.shelf((dialect.name, operation, head.version, head.keep_alive, "origin" in head.headers))
    scope = Scope(world, shelf, head, Context(secret_free(head.headers), dialect.name), dialect, world.options[dialect.name])
    if head.method == "OPTIONS" and (route.allowed or route.endpoint or head.path == "*"):
        scope.preflight = True
        return scope
    if route.endpoint is None:
        scope.problem = _no_endpoint(head, route.allowed)
        return scope
    scope.endpoint, scope.params = route.endpoint, route.params
    scope.echo = tuple((name, header_safe(head.headers[name])) for name in route.endpoint.echoes if name in head.headers)
    try:
        if world.settings.request_controls:
            scope.controls = read(head.query, head.headers, lenient=world.settings.lenient_controls)
    except RequestError as error:
        scope.problem = error.failure
        return scope
    if world.keys and route.endpoint.operation not in ("health", "asset"):
        scope.problem = _unauthorised(head, world.keys)
    controls = scope.controls
    scope.context = Context(scope.context.secret_free, dialect.name, route.endpoint.operation, controls.session)
    attempt = head.headers.get("x-stainless-retry-count", "0")
    scope.seed = scope_seed(world.settings.seed, controls.session, attempt, route.endpoint.operation)
    scope.salt = letters(scope_seed(world.settings.seed, controls.session, "", "").to_bytes(8, "little"))[:7]
    if controls.decision is not None:
        scope.decision = Decision(controls.decision)
    scope.session = controls.session
    is_bare = controls == Controls(session=controls.session) and head.method == "POST"
    is_even = is_bare and not (world.varies or world.faults.any or world.quota is not None or scope.echo)
    scope.plain = is_even and not world.is_paced
    is_usual = head.version == "1.1" and not (world.paces.by_key or world.timeline is not None or world.shares)
    scope.steady = is_even and is_usual
    return scope


def _no_endpoint(head: RequestHead, allowed: tuple[str, ...]) -> Failure:
    path = head.path if len(head.path) < 200 else head.path[:200] + "..."
    subject = f"{head.method} {path}"
    if allowed:
        return Failure(405, "method_not_allowed", headers=(("allow", ", ".join(allowed)),), subject=subject)
    return Failure(404, "not_found", subject=subject)


def _unauthorised(head: RequestHead, keys: frozenset[str]) -> Failure | None:
    key = api_key(head)
    if key is None:
        return Failure(401, "missing_key", headers=(("www-authenticate", "Bearer"),))
    if key in keys:
        return None
    return Failure(401, "unauthorized", subject=masked(key))


def masked(key: str) -> str:
    """Show a key as providers do that tell it was wrong: its ends, or nothing of a short one."""
    return f"{key[:3]}{'*' * 8}{key[-4:]}" if len(key) >= 12 else "*" * len(key)


def head_form(scope: Scope, rule: str, own: Iterable[tuple[str, str]], content_type: str, status: int, *, stream: bool) -> Form:
    """Make the response head of a good answer, with holes for what each answer has of its own."""
    first = status_line(status) + b"date: "
    literals, names = [first], ["date"]
    rest = b"\r\n" + field("content-type", content_type)
    if not stream:
        literals.append(rest + b"content-length: ")
        names.append("length")
        rest = b"\r\n"
    elif scope.head.version == "1.1":
        rest += b"transfer-encoding: chunked\r\n"
    if stream:
        rest += b"cache-control: no-cache\r\n"
    provider = _HOLE.split(scope.dialect.fields(scope.context.operation, scope.options.style))
    literals.append(rest + provider[0].encode("latin-1"))
    for name, literal in zip(provider[1::2], provider[2::2], strict=True):
        names.append(name)
        literals.append(literal.encode("latin-1"))
    literals[-1] += b"".join(field(name.lower(), value) for name, value in own)
    if rule:
        literals[-1] += field("x-understudy-rule", header_name(rule))
    literals[-1] += cors(scope.head.headers) + b"x-understudy-decision: "
    names.append("decision")
    literals.append(b"\r\n" + connection(scope, stream=stream) + b"\r\n")
    return Form(literals, names, _HOLES)


def connection(scope: Scope, *, stream: bool) -> bytes:
    """Say when the connection ends with this answer, or (to a 1.0 client that asked) that it does not."""
    old = scope.head.version == "1.0"
    if scope.closes or (stream and old):
        return b"connection: close\r\n"
    return b"connection: keep-alive\r\n" if old or stream else b""


def cors(headers: Mapping[str, str]) -> bytes:
    """Let browsers read the answer; nothing the client sent is echoed."""
    if "origin" not in headers:
        return b""
    return b"access-control-allow-origin: *\r\naccess-control-expose-headers: *\r\n"


def header_name(name: str) -> str:
    """Spell a name for a header so that it can be sent back: as it is, or percent-encoded UTF-8 where it is not plain ASCII."""
    return name if name.isascii() and name.isprintable() else quote(name, safe=" !\"#$&'()*+,/:;<=>?@[\\]^`{|}")


def header_safe(text: str) -> str:
    """Spell a text so that any header may carry it."""
    return "".join(c if " " <= c <= "~" else "?" for c in text).strip() or "?"
