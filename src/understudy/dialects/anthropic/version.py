"""The version of the API that a request speaks (wire.md 11.1), and the betas it takes part in."""

from __future__ import annotations

import re

from understudy.dialects import Options
from understudy.dialects.anthropic.check import refuse
from understudy.model.http import Request

OLDEST, NEWEST = "2023-06-01", "2026-10-21"
_VERSION = re.compile(r"\d{4}-\d\d-\d\d")


def version_of(request: Request, options: Options) -> str:
    """Read the version; later ones than we know count as the newest. Leniently there need not be one."""
    version = request.head.headers.get("anthropic-version")
    if options.strict and version is None:
        refuse("anthropic-version: header is required")
    if options.strict and version is not None and not _VERSION.fullmatch(version):
        refuse(f'anthropic-version: "{version}" is not a valid version')
    return version or OLDEST


def betas(request: Request) -> frozenset[str]:
    """Read which betas a request takes part in."""
    return frozenset(name.strip() for name in request.head.headers.get("anthropic-beta", "").split(","))


def is_beta(request: Request) -> bool:
    """Say whether a request takes part in a beta."""
    return "anthropic-beta" in request.head.headers or "beta=true" in request.head.query
