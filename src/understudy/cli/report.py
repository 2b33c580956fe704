"""`understudy report [URL]`: the verdict of a running server on the client under test.

Exit status 0 when it is good (notes pass), 1 when there are findings, 2 for a wrong flag or a server that cannot be asked.
"""

from __future__ import annotations

import argparse
import http.client
import os
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import msgspec
from msgspec import structs

from understudy.cli._output import deliver
from understudy.errors import UsageError
from understudy.untrusted import NOT_JSON
from understudy.verdict import FORMATS, Limits, Verdict, render

_URL = "http://127.0.0.1:8000"
_PATIENCE = 30  # seconds for a server to answer
_LIMITS = {field.name: field.default for field in structs.fields(Limits)}


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("url", nargs="?", default=_URL, metavar="URL", help=f"where the server is (default: {_URL})")
    parser.add_argument("--format", default="text", metavar="NAME", help=f"{', '.join(FORMATS)} (default: text)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write there instead of to standard output")
    parser.add_argument("--session", metavar="NAME", help="judge this session only")
    parser.add_argument("--since", metavar="SECONDS", help="judge what came from this moment on, in unix seconds")
    parser.add_argument(
        "--ignore", action="append", default=[], metavar="CHECK", help="do not make this check; may be repeated"
    )
    parser.add_argument("--control-token", metavar="TOKEN", help="the server's (or UNDERSTUDY_CONTROL_TOKEN)")
    for name, value in _LIMITS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", metavar="N", help=f"a limit (default: {value:g})")


def run(args: argparse.Namespace) -> int:
    """Ask, print."""
    if args.format not in FORMATS:
        raise UsageError(f"--format {args.format!r}: expected one of {', '.join(FORMATS)}.")
    verdict = _asked(args)
    deliver(render(verdict, args.format), args.out, f"written; {verdict.sentence}")
    return 0 if verdict.passed else 1


def _asked(args: argparse.Namespace) -> Verdict:
    """Ask the server; what it refuses is said in its words."""
    url = args.url if "://" in args.url else f"http://{args.url}"
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise UsageError(f"URL {args.url!r}: expected one such as {_URL}, got one with a wrong part ({error}).") from None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UsageError(f"URL {args.url!r}: expected one such as {_URL}.")
    given = {name: getattr(args, name) for name in ("session", "since", *_LIMITS)} | {"ignore": ",".join(args.ignore) or None}
    query = urlencode({name: value for name, value in given.items() if value is not None})
    token = args.control_token or os.environ.get("UNDERSTUDY_CONTROL_TOKEN")
    request = Request(  # noqa: S310  the scheme is one of two, see above
        f"{parts.scheme}://{parts.netloc}/_understudy/verdict?{query}",
        headers={"x-understudy-token": token} if token else {},
    )
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=_PATIENCE) as answer:
            return msgspec.json.decode(answer.read(), type=Verdict)
    except HTTPError as error:
        raise UsageError(f"URL {args.url!r}: {_problem(error.read()) or f'status {error.code}'}") from None
    except URLError as error:
        reason = error.reason.strerror if isinstance(error.reason, OSError) else error.reason
        raise UsageError(f"URL {args.url!r}: {reason}. Is `understudy serve` running there?") from None
    except (OSError, http.client.HTTPException, *NOT_JSON):
        raise UsageError(f"URL {args.url!r}: expected Understudy, got something else. Check the address.") from None


def _problem(data: bytes) -> str:
    try:
        return str(msgspec.json.decode(data)["error"]["message"])
    except (*NOT_JSON, KeyError, TypeError):
        return ""
