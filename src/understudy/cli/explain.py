"""`understudy explain SCRIPT REQUEST.json`: which rule answers, why, and the plan as a transcript; near misses if none does.

The request goes through the same engine as on a socket, with a clock that stands still, so the text is the same every time.
Settings come from the script and the environment, as those of a server do.
What waits for a simulated engine is given the times of one that has nothing else to do.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from understudy.app import Service
from understudy.cli._request import Question, question, read
from understudy.config.settings import unknown_environment
from understudy.engine.controls import magic
from understudy.engine.world import World
from understudy.errors import UsageError
from understudy.model.call import UNRULED, Call
from understudy.model.exchange import Exchange
from understudy.model.plan import Delivery, Gate, Plan, Step, Until, spelled_out
from understudy.model.transcript import transcript
from understudy.sources import Sources
from understudy.untrusted import NOT_JSON

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
    meant = parser.add_mutually_exclusive_group()
    meant.add_argument("--dialect", metavar="NAME", help="whose protocol the request speaks (default: openai)")
    meant.add_argument(
        "--path",
        metavar="PATH",
        help="the path that is asked, with its query; else the first that reads the body",
    )
    parser.add_argument(
        "--header", action="append", default=[], metavar="NAME: VALUE", help="a request header; may be repeated"
    )


def run(args: argparse.Namespace) -> int:
    """Explain one request."""
    sources = Sources((args.script,), environ=dict(os.environ))
    service = Service(sources, clock=_StoppedClock())
    for warning in unknown_environment(sources.environ):
        print(f"understudy: {warning}", file=sys.stderr)
    headers = dict(_header(text) for text in args.header)
    asked = question(_body(args.request), service.engine.world, headers, args.dialect, args.path)
    request = asked.request
    last = _Last()
    service.engine.sinks = (last,)
    engines: list[Plan] = []
    service.engine.attend(engines.append)
    answer = service.engine.respond(request)
    steps: list[Step] = [answer] if isinstance(answer, bytes) else list(_timed(answer, engines))
    if isinstance(answer, Plan) and answer.ended is not None:
        answer.ended(Delivery("done", 0))
    assert last.exchange is not None  # noqa: S101  # every answer is recorded, once
    call = None if service.engine.read(request) is None else read(request, service.engine.world)
    for title, text in _summary(asked, last.exchange, call, service.engine.world, steps, is_made=bool(engines)):
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
    asked: Question, exchange: Exchange, call: Call | None, world: World, steps: list[Step], *, is_made: bool
) -> Iterator[tuple[str, str]]:
    """Say what was asked, who answers, why, and how long it takes: a title and a text each."""
    head, told = exchange.request.head, exchange.particulars
    yield "request", f"{head.method} {head.path}" + ("" if call is None else _asked(call))
    if asked.is_guess:
        yield "assumed", "this endpoint, by what the body holds; --dialect or --path names another"
    if call is None:
        yield "answer", "refused before any rule was asked"
    else:
        yield from _answer(exchange, call, world)
    if told.faults:
        yield "fault", ", ".join(told.faults) + (", in place of that answer" if told.failure else "")
    tokens = f"{exchange.prompt_tokens} prompt tokens, {exchange.completion_tokens} completion tokens"
    yield "status", f"{exchange.status}" + (f", {tokens}" if exchange.status < 400 else "")
    waits = [step for step in steps if isinstance(step, float)]
    if any(waits):
        yield "time", f"{sum(waits):.3f} s" + (" with a simulated engine that has nothing else to do" if is_made else "")


def _answer(exchange: Exchange, call: Call, world: World) -> Iterator[tuple[str, str]]:
    """Say who answers a call, and why."""
    rules, request, told = world.rules, exchange.request, exchange.particulars
    rule = next((rule for rule in rules.rules if rule.name == exchange.rule), None)
    failure = exchange.reply.failure if exchange.reply is not None else None
    if rule is not None:
        which = f", the first of {len(rule.makers)} replies" if len(rule.makers) > 1 else ""
        yield "answer", f"rule {rule.name!r} ({rule.place}){which}"
        forced = rules.named(request.head.headers.get("x-understudy-rule", "")) is rule
        yield "because", "the header X-Understudy-Rule forces it" if forced else rule.when.describe()
        return
    if world.settings.request_controls and (wish := magic(call)) is not None:
        yield "answer", "a request control"
        yield "because", f"the last message is exactly [{wish.status}]"
        return
    yield "answer", _BEHAVIOURS.get(exchange.rule, exchange.rule)
    fits = next((rule for rule in rules.rules if rule.when.test(call, request) is not None), None)
    if failure is not None and failure.kind != "no_match" and not told.faults:
        yield "because", failure.message or failure.kind.replace("_", " ")
    elif call.operation in UNRULED:
        yield "because", "no rule is asked about what the server keeps and lists"
    elif fits is not None:  # what is embedded keeps the vector of its text unless a rule gives one
        yield "because", f"rule {fits.name!r} ({fits.place}) fits, but says no vector: expected reply: {{embedding: [...]}}"
    elif exchange.rule != "responses":
        yield "because", rules.miss(call, request)


def _asked(call: Call) -> str:
    shown = [f", model {call.model}" if call.model else "", ", streamed" if call.stream else ""]
    if call.tools:
        shown.append(f", tools {', '.join(tool.name for tool in call.tools)}")
    if call.user:
        user = call.user if len(call.user) <= _SHORT else call.user[:_SHORT] + "..."
        shown.append(f"\nuser: {user!r}")
    return "".join(shown)


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise UsageError(f"--header {text!r}: expected NAME: VALUE, got no name with a colon behind it.")
    return name.strip().lower(), value.strip()


def _body(path: Path) -> bytes:
    try:
        body = sys.stdin.buffer.read() if path == _STDIN else path.read_bytes()
        msgspec.json.decode(body)
    except OSError as error:
        raise UsageError(f"request {str(path)!r}: {error.strerror}. Check the path.") from None
    except NOT_JSON as error:
        raise UsageError(f"request {str(path)!r}: expected JSON, got something else: {error}.") from None
    return body
