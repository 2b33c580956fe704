"""The cases `unary` and `stream`: requests over loopback, Understudy between its limits.

Servers run one after the other in each round, on one core, with the client on another: Understudy, the bare protocol (the
bytes of Understudy's own answer, through the same runtime), and nginx (the same bytes, nothing parsed) where it is installed.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import prompts
import thinking
from processes import HERE, Running, cores, free_port, machine_seconds, pinned, python
from understudy.model.http import Request

DISTURBED = 0.15
"""Cores that other processes, or the host, may take away before it is said."""

CLIENT_BOUND = 0.93
"""Share of its core from which on the client, not the server, may be the limit."""

NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{ default_type application/json; return 200 '{body}'; }}
  }}
}}
"""

Start = Callable[[], Running]
Result = dict[str, Any]


def understudy(folder: Path, reply: str = prompts.SHORT) -> Running:
    """Start `understudy serve` with the script of the benchmarks."""
    path = folder / "script.yaml"
    path.write_text(prompts.script(reply), encoding="utf-8")
    return Running(python("-m", "understudy", "serve", path, "--port", "0", "--log-level", "warning"), core=cores()[0])


def bare(folder: Path) -> Running:
    """Start the bare protocol on the bytes that Understudy answers."""
    return Running(python(HERE / "bare.py", *_fixed(folder)), core=cores()[0])


def nginx(folder: Path) -> Running:
    """Start nginx on the body that Understudy answers."""
    port = free_port()
    body = _fixed(folder)[0].read_bytes().partition(b"\r\n\r\n")[2].decode()
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port, body=body), encoding="utf-8")
    command = [shutil.which("nginx") or "nginx", "-p", str(folder), "-c", str(config), "-e", str(folder / "error.log")]
    return Running(command, core=cores()[0], port=port)


def unary(folder: Path, rounds: int, secs: float) -> Iterator[tuple[str, str, Result]]:
    """Yield (kind of prompts, server, result) for single answers."""
    servers: dict[str, Start] = {"understudy": lambda: understudy(folder), "bare": lambda: bare(folder)}
    if shutil.which("nginx"):
        servers["nginx"] = lambda: nginx(folder)
    kinds: dict[str, tuple[prompts.Kind, ...]] = {"understudy": prompts.KINDS}
    yield from _interleaved(servers, kinds, rounds, secs, stream=False)


def stream(folder: Path, rounds: int, secs: float) -> Iterator[tuple[str, str, Result]]:
    """Yield (kind of prompts, server, result) for streams of 256 events without waits."""
    servers: dict[str, Start] = {"understudy": lambda: understudy(folder, prompts.LONG), "bare": lambda: bare(folder)}
    yield from _interleaved(servers, {}, rounds, secs, stream=True)


def ratios(results: dict[str, list[Result]], reference: str) -> float | None:
    """Return how Understudy compares with a reference: the median over the rounds."""
    pairs = zip(results.get("understudy", []), results.get(reference, []), strict=False)
    values = [ours["per_second"] / theirs["per_second"] for ours, theirs in pairs if theirs["per_second"]]
    return statistics.median(values) if values else None


def notes(results: list[Result]) -> str:
    """Say what a reader must know before quoting these results."""
    said = []
    if max(result["client_cpu"] for result in results) > CLIENT_BOUND:
        said.append("client-bound: a lower bound")
    for what in ("foreign", "steal"):
        worst = max(result.get(what, 0.0) for result in results)
        if worst > DISTURBED:
            said.append(f"{what} {worst:.0%}")
    if errors := max(result["errors"] for result in results):
        said.append(f"{errors} errors")
    return ", ".join(said)


def _interleaved(
    servers: dict[str, Start], kinds: dict[str, tuple[prompts.Kind, ...]], rounds: int, secs: float, *, stream: bool
) -> Iterator[tuple[str, str, Result]]:
    # References read no prompt, so one small and one large kind say all about them.
    default: tuple[prompts.Kind, ...] = ("digits",) if stream else ("digits", "8k-digits")
    for round_ in range(rounds):
        for name, start in servers.items():
            with start() as server:
                for kind in kinds.get(name, default):
                    yield kind, name, _load(server, kind, secs, stream=stream, seed=round_ + 1)


def _load(server: Running, kind: prompts.Kind, secs: float, *, stream: bool, seed: int) -> Result:
    command = python(HERE / "load.py", "--port", str(server.port), "--kind", kind, "--secs", str(secs), "--seed", str(seed))
    command += ["--warmup", str(min(1.0, secs / 2))]
    if stream:
        command.append("--stream")
    with pinned(cores()[1]), subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout is not None
        client.stdout.readline()
        before, machine_before = server.cpu_seconds(), machine_seconds()
        said = client.stdout.readline()
        after, machine_after = server.cpu_seconds(), machine_seconds()
    if client.returncode or not said:
        raise RuntimeError(f"{command!r}: expected a result, got exit status {client.returncode}.")
    result: Result = json.loads(said)
    used = None if before is None or after is None else after - before
    result["server_us"] = used / (result["per_second"] * result["seconds"]) * 1e6 if used and result["per_second"] else None
    if machine_before and machine_after:
        others = machine_after[0] - machine_before[0] - (used or 0.0) - result["client_cpu"] * result["seconds"]
        result["foreign"] = max(0.0, others / result["seconds"])
        result["steal"] = (machine_after[1] - machine_before[1]) / result["seconds"]
    return result


def _fixed(folder: Path) -> tuple[Path, Path]:
    """Write down what Understudy answers to one plain request and to one for a stream."""
    made = thinking.engines(folder)
    names = []
    for reply, is_stream in (("short", False), ("long", True)):
        asked = prompts.batch("digits", 1, stream=is_stream)[0]
        names.append(folder / f"{reply}.http")
        names[-1].write_bytes(thinking.answer(made[reply], Request(thinking.head(), asked, 0.0)))
    return names[0], names[1]
