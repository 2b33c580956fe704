"""Which endpoint a path belongs to: one table built from what the dialects declare.

Every dialect is mounted under its own prefixes and under `/<dialect>` as well. Two endpoints that claim one method and path
stop the start and are both named.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from understudy.dialects import Dialect, Endpoint


class Route(NamedTuple):
    """A dialect's endpoint, or (None) the methods that the path does allow."""

    dialect: Dialect | None
    endpoint: Endpoint | None
    params: dict[str, str]
    allowed: tuple[str, ...] = ()


class Router:
    """Exact paths in a dict, paths with a parameter by their prefix, longest first."""

    def __init__(self, dialects: Iterable[Dialect]) -> None:
        self._exact: dict[str, dict[str, tuple[Dialect, Endpoint]]] = {}
        self._prefixed: dict[str, tuple[str, dict[str, tuple[Dialect, Endpoint]]]] = {}
        for dialect in dialects:
            for prefix in dialect.prefixes:
                for endpoint in dialect.endpoints:
                    self._add(prefix + endpoint.path, dialect, endpoint)
                    self._add(f"/{dialect.name}{prefix}{endpoint.path}", dialect, endpoint)
        self._order = sorted(self._prefixed, key=len, reverse=True)

    def _add(self, path: str, dialect: Dialect, endpoint: Endpoint) -> None:
        stem, brace, name = path.partition("{")
        methods = self._prefixed.setdefault(stem, (name.rstrip("}"), {}))[1] if brace else self._exact.setdefault(path, {})
        owner = methods.get(endpoint.method)
        if owner is not None:
            raise ValueError(f"{endpoint.method} {path} is claimed by both {owner[0].name} and {dialect.name}")
        methods[endpoint.method] = (dialect, endpoint)

    def find(self, method: str, path: str) -> Route:
        """Resolve a method and path; HEAD is answered where GET is, a trailing slash is forgiven."""
        if len(path) > 1 and path.endswith("/"):
            path = path.rstrip("/")
        params: dict[str, str] = {}
        methods = self._exact.get(path)
        if methods is None:
            for stem in self._order:
                if path.startswith(stem) and len(path) > len(stem):
                    name, methods = self._prefixed[stem]
                    params = {name: path[len(stem) :]}
                    break
            else:
                return Route(None, None, {})
        found = methods.get("GET" if method == "HEAD" else method)
        if found is None:
            allowed = [*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"]
            return Route(next(iter(methods.values()))[0], None, {}, tuple(allowed))
        return Route(found[0], found[1], params)
