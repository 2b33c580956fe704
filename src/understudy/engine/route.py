"""Which endpoint a request belongs to: one table built from what the dialects declare.

Every dialect is mounted under its own prefixes and under `/<dialect>` as well. A path that several claim goes to the one whose
header fields (or query parameters) the request carries, else to the one that claims it for all. Two endpoints that nothing
tells apart stop the start and are both named. `GET /health` that no dialect claims the house answers, in the name of the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

from msgspec.structs import replace

from understudy.dialects import Dialect, Endpoint, Moment, Options
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.reply import Reply

_NO_FIELDS: Mapping[str, str] = {}
_HEALTH = "/health"


class Route(NamedTuple):
    """A dialect's endpoint, or (None) the methods that the path does allow; `dialect` is who says that there is none."""

    dialect: Dialect
    endpoint: Endpoint | None
    params: dict[str, str]
    allowed: tuple[str, ...] = ()


class _Claim(NamedTuple):
    dialect: Dialect
    endpoint: Endpoint


_Methods = dict[str, list[_Claim]]


class _Ending(NamedTuple):
    """What stands behind a parameter (longest first in a list of them), its name, and who claims such paths."""

    suffix: str
    name: str
    methods: _Methods


class Router:
    """Exact paths in a dict, paths with a parameter by what stands before it, longest first, then by what stands behind it.

    The first of the dialects answers requests that are for none.
    """

    def __init__(self, dialects: Iterable[Dialect]) -> None:
        self._dialects = tuple(dialects)
        self._exact: dict[str, _Methods] = {}
        self._prefixed: dict[str, list[_Ending]] = {}
        for dialect in self._dialects:
            for prefix in dialect.prefixes:
                for endpoint in dialect.endpoints:
                    self._add(prefix + endpoint.path, dialect, endpoint)
                    self._add(f"/{dialect.name}{prefix}{endpoint.path}", dialect, replace(endpoint, wants=(), yields=False))
        if self._dialects and _HEALTH not in self._exact:
            self._add(_HEALTH, self._dialects[0], _health(self._dialects[0].name))
        self._order = sorted(self._prefixed, key=len, reverse=True)

    def _add(self, path: str, dialect: Dialect, endpoint: Endpoint) -> None:
        path = path.rstrip("/") or "/"  # as `find` looks for it
        stem, brace, rest = path.partition("{")
        methods = self._ending(stem, *rest.split("}")).methods if brace else self._exact.setdefault(path, {})
        claims = methods.setdefault(endpoint.method, [])
        for other in [claim for claim in claims if _clash(claim.endpoint, endpoint)]:
            if endpoint.yields:
                return
            if not other.endpoint.yields:
                raise ValueError(f"{endpoint.method} {path} is claimed by both {other.dialect.name} and {dialect.name}")
            claims.remove(other)
        claims.append(_Claim(dialect, endpoint))
        claims.sort(key=lambda claim: not claim.endpoint.wants)  # whoever wants some requests is asked before who takes all

    def _ending(self, stem: str, name: str, suffix: str) -> _Ending:
        endings = self._prefixed.setdefault(stem, [])
        found = next((ending for ending in endings if ending.suffix == suffix), None)
        if found is None:
            found = _Ending(suffix, name, {})
            endings.append(found)
            endings.sort(key=lambda ending: len(ending.suffix), reverse=True)
        return found

    def _with_parameter(self, path: str) -> tuple[_Methods, dict[str, str]] | None:
        for stem in self._order:
            if path.startswith(stem):
                for suffix, name, methods in self._prefixed[stem]:
                    if path.endswith(suffix) and len(path) > len(stem) + len(suffix):
                        return methods, {name: path[len(stem) : len(path) - len(suffix)]}
        return None

    def find(self, method: str, path: str, headers: Mapping[str, str] = _NO_FIELDS, query: str = "") -> Route:
        """Resolve a request; HEAD is answered where GET is, a trailing slash is forgiven."""
        if len(path) > 1 and path.endswith("/"):
            path = path.rstrip("/")
        if query:
            headers = {**headers, **{f"?{name}": "" for name, _ in parse_qsl(query)}}
        params: dict[str, str] = {}
        methods = self._exact.get(path)
        if methods is None:
            found = self._with_parameter(path)
            if found is None:
                return Route(self._meant(path, headers), None, {})
            methods, params = found
        claim = _taken(methods.get("GET" if method == "HEAD" else method, ()), headers)
        if claim is not None:
            return Route(claim.dialect, claim.endpoint, params)
        owner = _taken(next(iter(methods.values())), headers)
        allowed = [*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"]
        return Route(owner.dialect if owner else self._dialects[0], None, {}, tuple(allowed))

    def _meant(self, path: str, headers: Mapping[str, str]) -> Dialect:
        """Who speaks where there is no endpoint: the dialect whose name the path begins with, or whose headers came.

        One that has the beginning of the path and whose headers came goes before one that only has its name there.
        """
        named = path[1:].partition("/")[0]
        wanted = [d for d in self._dialects if any(field in headers for endpoint in d.endpoints for field in endpoint.wants)]
        nearest = [d for d in wanted if any(prefix and path.startswith(f"{prefix}/") for prefix in d.prefixes)]
        found = [dialect for dialect in self._dialects if dialect.name == named]
        return [*nearest, *found, *wanted, self._dialects[0]][0]


def _health(dialect: str) -> Endpoint:
    """The house's own word that the server is well, in the name of a dialect."""

    def decode(_request: Request, _params: Mapping[str, str], _options: Options) -> Call:
        return Call("health", dialect)

    def encode(_call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
        return Body(b'{"status":"healthy"}')

    return Endpoint("GET", _HEALTH, "health", decode, encode)


@lru_cache(maxsize=16)
def router_of(dialects: tuple[Dialect, ...]) -> Router:
    """Give the router of these dialects, made once for all worlds: it never changes, and there are a thousand endpoints."""
    return Router(dialects)


def _clash(one: Endpoint, other: Endpoint) -> bool:
    """Say whether some request is meant for both: both take all, or a header field calls for either."""
    return not set(one.wants).isdisjoint(other.wants) if one.wants or other.wants else True


def _taken(claims: Sequence[_Claim], headers: Mapping[str, str]) -> _Claim | None:
    """The claim a request falls to: of a path that nobody claims for all, to the first who claims it."""
    for claim in claims:
        wants = claim.endpoint.wants
        if not wants or any(field in headers for field in wants):
            return claim
    return claims[0] if claims else None
