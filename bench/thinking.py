"""The case `engine`: what one request costs from parsed HTTP to bytes, in this process, without a socket.

Each measurement answers bodies that were never asked before and plays what comes back to its end, so that streams are
encoded and every exchange is recorded. Microseconds a request.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import prompts
from understudy.app import Service
from understudy.engine.respond import Engine
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Delivery, Plan, spelled_out
from understudy.sources import Sources


class Measure(NamedTuple):
    """One line of the table: its name, the kind of prompts, about how many fit in a second, how the server is set up."""

    name: str
    kind: prompts.Kind
    weight: int
    reply: str = "short"
    stream: bool = False


MEASURES = (
    Measure("plain, fixed reply", "digits", 20_000),
    Measure("plain, known words in new order", "shuffled", 8_000),
    Measure("plain, novel words", "novel", 4_000),
    Measure("8 KiB of shared text", "8k-digits", 5_000),
    Measure("8 KiB of known words in new order", "8k-shuffled", 1_000),
    Measure("8 KiB of novel words", "8k-novel", 150),
    Measure("generated reply", "digits", 5_000, "generate"),
    Measure("stream of 256 events", "digits", 2_500, "long", stream=True),
    Measure("generated stream", "digits", 2_000, "generate", stream=True),
)


def engines(folder: Path) -> dict[str, Engine]:
    """Make an engine for each way to reply: a short text, a long one, generated."""
    made = {}
    for reply, text in (("short", prompts.SHORT), ("long", prompts.LONG)):
        path = folder / f"{reply}.yaml"
        path.write_text(prompts.script(text), encoding="utf-8")
        made[reply] = Service(Sources((path,))).engine
    made["generate"] = Service(Sources(flags={"reply": "generate"})).engine
    return made


def answer(engine: Engine, request: Request) -> bytes:
    """Answer a request and play the plan to its end, without waiting."""
    found = engine.respond(request)
    if not isinstance(found, Plan):
        return found
    parts = [step for step in spelled_out(found.steps) if isinstance(step, bytes)]
    data = b"".join(parts)
    if found.ended is not None:
        found.ended(Delivery("done", len(data)))
    return data


def head() -> RequestHead:
    """Return a request head, which a connection parses once."""
    fields = {"host": "127.0.0.1", "authorization": "Bearer sk-bench", "content-type": "application/json"}
    return RequestHead("POST", "/v1/chat/completions", "/v1/chat/completions", "", fields)


def measure(folder: Path, rounds: int, secs: float) -> Iterator[tuple[str, float]]:
    """Yield (name, microseconds a request) for each measure of each round, rounds interleaved."""
    made = engines(folder)
    for round_ in range(rounds + 1):  # the first warms up: vocabulary, shelves, memos of what is shared
        for found in MEASURES:
            requests = max(2, int(found.weight * secs * (1 if round_ else 0.1)))
            value = _one(made[found.reply], found, requests, seed=round_ + 1)
            if round_:
                yield found.name, value


def _one(engine: Engine, measured: Measure, requests: int, seed: int) -> float:
    asked = head()
    bodies = prompts.batch(measured.kind, requests, stream=measured.stream, seed=seed)
    if not answer(engine, Request(asked, bodies[0], 0.0)).startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{measured.name}: expected status 200. The script or the prompts of this benchmark are wrong.")
    now = time.perf_counter
    begin = now()
    for body in bodies:
        answer(engine, Request(asked, body, begin))
    return (now() - begin) / requests * 1e6
