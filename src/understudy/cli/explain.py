"""`understudy explain SCRIPT REQUEST.json`: which rule answers, why, and the plan as a transcript; near misses if none does.

The request goes through the same engine as on a socket, with a clock that stands still, so the text is the same every time.
What waits for a simulated engine is given the times of one that has nothing else to do.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from understudy import dialects
from understudy.app import Service
from understudy.dialects import Dialect
from understudy.engine.select import Rulebook
from understudy.errors import UsageError
from understudy.kinds import nearest
from understudy.model.call import Call
from understudy.model.exchange import Exchange
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Delivery, Gate, Plan, Step, Until, spelled_out, transcript
from understudy.sources import Sources

_OPERATIONS = {"messages": "chat", "prompt": "completion", "input": "embedding"}
_STDIN = Path("-")
_SHORT = 100
# Who answers when no rule does: the name an answer carries, and what it stands for.
_BEHAVIOURS = {
    "responses": "the script's responses, by this very text",
    "tools": "what a model would do with the tools (setting `tools`)",
    "schema": "JSON of the form that was asked for",
    "default": "the setting `reply`",
    "": "the server itself",
}


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
    parser.add_argument("request", type=Path, metavar="REQUEST.json", help="the body of a request; - reads standard input")
    parser.add_argument("--dialect", default="openai", help="whose protocol the request speaks (default: openai)")
    parser.add_argument(
        "--header", action="append", default=[], metavar="NAME: VALUE", help="a request header; may be repeated"
    )


def run(args: argparse.Namespace) -> int:
    """Explain one request."""
    service = Service(Sources((args.script,)), clock=_StoppedClock())
    request = _request(args.request, _dialect(args.dialect), dict(_header(text) for text in args.header))
    last = _Last()
    service.engine.sinks = (last,)
    engines: list[Plan] = []
    service.engine.attend(engines.append)
    answer = service.engine.respond(request)
    steps: list[Step] = [answer] if isinstance(answer, bytes) else list(_timed(answer, engines))
    if isinstance(answer, Plan) and answer.ended is not None:
        answer.ended(Delivery("done", 0))
    assert last.exchange is not None  # noqa: S101  # every answer is recorded, once
    call = service.engine.read(request)
    for title, text in _summary(last.exchange, call, service.engine.world.rules, steps, is_made=bool(engines)):
        print(f"{title:<9}" + text.replace("\n", "\n" + " " * 9))
    print("\nplan\n" + transcript(steps), end="")
    return 0


def _timed(answer: Plan, engines: list[Plan]) -> Iterator[Step]:
    """Spell a plan out, and its waits for an engine, too, which works on while the answer waits."""
    now, work = 0.0, _work(engines)
    for step in spelled_out(answer.steps):
        if isinstance(step, Gate | Until):
            wait = step if isinstance(step, Until) else Until(step)
            wait.begin(now)
            while wait.gate.at is None and next(work, None) is not None:
                pass  # the step that makes the token opens the gate
            yield wait.over - now
            now = wait.over
            wait.end()
            continue
        if isinstance(step, float):
            now += step
        yield step


def _work(engines: list[Plan]) -> Iterator[Step]:
    """The steps of engines as long as there is anything to do."""
    for engine in engines:
        for step in engine.steps:
            if isinstance(step, Gate):
                if step.at is None:
                    break
                step.at = None
            yield step


def _summary(
    exchange: Exchange, call: Call | None, rules: Rulebook, steps: list[Step], *, is_made: bool
) -> Iterator[tuple[str, str]]:
    """Say what was asked, who answers, why, and how long it takes: a title and a text each."""
    head = exchange.request.head
    yield "request", f"{head.method} {head.path}" + ("" if call is None else _asked(call))
    rule = next((rule for rule in rules.rules if rule.name == exchange.rule), None)
    if call is None:
        yield "answer", "refused before any rule was asked"
    elif rule is not None:
        which = f", the first of {len(rule.makers)} replies" if len(rule.makers) > 1 else ""
        yield "answer", f"rule {rule.name!r} ({rule.place}){which}"
        forced = head.headers.get("x-understudy-rule") == rule.name
        yield "because", "the header X-Understudy-Rule forces it" if forced else rule.when.describe()
    else:
        yield "answer", _BEHAVIOURS.get(exchange.rule, exchange.rule)
        if exchange.rule != "responses":
            yield "because", rules.miss(call, exchange.request)
    tokens = f"{exchange.prompt_tokens} prompt tokens, {exchange.completion_tokens} completion tokens"
    yield "status", f"{exchange.status}" + (f", {tokens}" if exchange.status < 400 else "")
    waits = [step for step in steps if isinstance(step, float)]
    if any(waits):
        yield "time", f"{sum(waits):.3f} s" + (" with a simulated engine that has nothing else to do" if is_made else "")


def _asked(call: Call) -> str:
    shown = [f", model {call.model}" if call.model else "", ", streamed" if call.stream else ""]
    if call.tools:
        shown.append(f", tools {', '.join(tool.name for tool in call.tools)}")
    if call.user:
        user = call.user if len(call.user) <= _SHORT else call.user[:_SHORT] + "..."
        shown.append(f"\nuser: {user!r}")
    return "".join(shown)


def _dialect(name: str) -> Dialect:
    known = dialects.load()
    if name not in known.names():
        raise UsageError(f"--dialect {name!r}: expected one of {', '.join(known.names())}.{nearest(name, known.names())}")
    return known.get(name)


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise UsageError(f"--header {text!r}: expected NAME: VALUE, got no name with a colon behind it.")
    return name.strip().lower(), value.strip()


def _request(path: Path, dialect: Dialect, headers: dict[str, str]) -> Request:
    try:
        body = sys.stdin.buffer.read() if path == _STDIN else path.read_bytes()
        value = msgspec.json.decode(body)
    except OSError as error:
        raise UsageError(f"request {str(path)!r}: {error.strerror}. Check the path.") from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise UsageError(f"request {str(path)!r}: expected JSON, got something else: {error}.") from None
    operation = next((o for key, o in _OPERATIONS.items() if isinstance(value, dict) and key in value), "chat")
    endpoint = next(e for e in dialect.endpoints if e.operation == operation)
    target = dialect.prefixes[0] + endpoint.path
    return Request(RequestHead(endpoint.method, target, target, "", {"host": "explain", **headers}), body, 0.0)
