"""`understudy explain SCRIPT REQUEST.json`: which rule answers, why, and the plan as a transcript; near misses if none does."""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from understudy import dialects
from understudy.app import Service, Sources
from understudy.dialects import Dialect
from understudy.errors import UsageError
from understudy.kinds import nearest
from understudy.model.exchange import Exchange
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Plan, transcript

_OPERATIONS = {"messages": "chat", "prompt": "completion", "input": "embedding"}


class _StoppedClock:
    """A clock that stands still, so that what is printed is the same every time."""

    def monotonic(self) -> float:
        """Return zero."""
        return 0.0

    def wall(self) -> float:
        """Return a fixed date, 2023-11-14."""
        return 1_700_000_000.0


class _Last:
    """A sink that remembers the last exchange."""

    exchange: Exchange | None = None

    def record(self, exchange: Exchange) -> None:
        """Remember."""
        self.exchange = exchange


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("script", type=Path, metavar="SCRIPT")
    parser.add_argument("request", type=Path, metavar="REQUEST.json", help="the body of a request")
    parser.add_argument("--dialect", default="openai", help="whose protocol the request speaks (default: openai)")
    parser.add_argument("--header", action="append", default=[], metavar="NAME: VALUE", help="a request header; may be repeated")


def run(args: argparse.Namespace) -> int:
    """Explain one request."""
    service = Service(Sources((args.script,)), clock=_StoppedClock())
    known = dialects.load()
    if args.dialect not in known.names():
        raise UsageError(f"--dialect {args.dialect!r}: expected one of {', '.join(known.names())}.{nearest(args.dialect, known.names())}")
    request = _request(args.request, known.get(args.dialect), dict(_header(text) for text in args.header))
    last = _Last()
    service.engine.sinks = (last,)
    answer = service.engine.respond(request)
    steps = list(answer.steps) if isinstance(answer, Plan) else [answer]
    if isinstance(answer, Plan) and answer.ended is not None:
        answer.ended("done", 0)
    exchange = last.exchange
    rules = service.engine.world.rules
    rule = next((r for r in rules.rules if exchange is not None and r.name == exchange.rule), None)
    if rule is not None:
        print(f"rule: {rule.name} ({rule.place})\nwhy: {rule.when.describe()}")
    else:
        print(f"rule: none; answered by {exchange.rule or 'an error' if exchange else 'nobody'}")
        if exchange is not None and exchange.call is not None and rules.rules:
            print(rules.miss(exchange.call, request))
    if exchange is not None:
        print(f"status: {exchange.status}; tokens: {exchange.prompt_tokens} prompt, {exchange.completion_tokens} completion")
    print("plan:\n" + transcript(steps), end="")
    return 0


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        raise UsageError(f"--header {text!r}: expected NAME: VALUE")
    return name.strip().lower(), value.strip()


def _request(path: Path, dialect: Dialect, headers: dict[str, str]) -> Request:
    try:
        body = path.read_bytes()
        value = msgspec.json.decode(body)
    except OSError as error:
        raise UsageError(f"request {str(path)!r}: {error.strerror}") from None
    except msgspec.DecodeError as error:
        raise UsageError(f"request {str(path)!r}: expected JSON. {error}") from None
    operation = next((o for key, o in _OPERATIONS.items() if isinstance(value, dict) and key in value), "chat")
    endpoint = next(e for e in dialect.endpoints if e.operation == operation)
    target = dialect.prefixes[0] + endpoint.path
    return Request(RequestHead(endpoint.method, target, target, "", {"host": "explain", **headers}), body, 0.0)
