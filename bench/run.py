"""The project's own benchmarks: `make bench`, or this file.

Runs the cases asked for, prints a table of each and writes all values with the facts of the machine as JSON. Ratios within
one run are worth quoting; docs/project/performance.md says why, and what was measured.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import facts
import serving
import starting
import thinking
from processes import HERE, cores

CASES = ("engine", "unary", "stream", "startup", "memory")


def series(title: str, unit: str, values: Iterable[tuple[str, float]]) -> dict[str, list[float]]:
    """Gather values under their names and print the median and the range of each."""
    gathered: dict[str, list[float]] = {}
    for name, value in values:
        gathered.setdefault(name, []).append(value)
    rows = [[name, *map(number, (statistics.median(v), min(v), max(v)))] for name, v in gathered.items()]
    table(title, [unit, "median", "least", "most"], rows)
    return gathered


def served(title: str, results: Iterable[tuple[str, str, serving.Result]]) -> dict[str, dict[str, list[serving.Result]]]:
    """Gather the results of a case over loopback and print throughput, costs and ratios."""
    gathered: dict[str, dict[str, list[serving.Result]]] = {}
    for kind, server, result in results:
        gathered.setdefault(kind, {}).setdefault(server, []).append(result)
    rows = []
    for kind, servers in gathered.items():
        for server, runs in servers.items():
            compared = [f"{ratio:.2f}" if ratio else "" for ratio in _ratios(gathered, kind, server)]
            shown = [number(median(runs, key)) for key in ("per_second", "p50_ms", "p99_ms", "server_us")]
            rows.append([f"{kind}: {server}", *shown, *compared, serving.notes(runs)])
    table(title, ["prompts: server", "a second", "p50 ms", "p99 ms", "CPU us", "/ bare", "/ nginx", "notes"], rows)
    return gathered


def _ratios(gathered: dict[str, dict[str, list[serving.Result]]], kind: str, server: str) -> list[float | None]:
    """Compare Understudy with the references, which run with as many bytes but need no novel ones."""
    if server != "understudy":
        return [None, None]
    like = gathered.get("8k-digits" if kind.startswith("8k") else "digits", {})
    return [serving.ratios({**like, "understudy": gathered[kind][server]}, name) for name in ("bare", "nginx")]


def median(runs: list[serving.Result], key: str) -> float | None:
    """Return the median of a value that runs may lack."""
    values = [run[key] for run in runs if run.get(key) is not None]
    return statistics.median(values) if values else None


def number(value: float | None) -> str:
    """Spell a number with three digits that matter."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(title: str, head: list[str], rows: list[list[str]]) -> None:
    """Print a table, the first column to the left."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    print(f"\n{title}")
    for row in (head, *rows):
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        print("  " + "  ".join([row[0].ljust(widths[0]), *cells[1:]]).rstrip(), flush=True)


def run(cases: list[str], rounds: int, secs: float) -> dict[str, Any]:
    """Run cases in a folder that is removed afterwards."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="understudy-bench-") as name:
        folder = Path(name)
        if "engine" in cases:
            title = "engine: microseconds a request, no socket"
            found["engine"] = series(title, "us", thinking.measure(folder, rounds, secs))
        if "unary" in cases:
            found["unary"] = served("unary: 64 connections, single answers", serving.unary(folder, rounds, secs))
        if "stream" in cases:
            found["stream"] = served("stream: 64 connections, 256 events each", serving.stream(folder, rounds, secs))
        if "startup" in cases:
            found["startup"] = series("startup: milliseconds", "ms", starting.startup(folder, rounds))
        if "memory" in cases:
            found["memory"] = series("memory: MiB", "MiB", starting.memory(folder, rounds))
    return found


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", default=",".join(CASES), help=f"which, of {', '.join(CASES)} (all)")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved repetitions (3)")
    parser.add_argument("--secs", type=float, default=3.0, help="seconds of a run, about (3)")
    parser.add_argument("--json", type=Path, help="where to write all values (bench/results/<time>.json)")
    args = parser.parse_args()
    args.cases = args.cases.split(",")
    if unknown := sorted(set(args.cases) - set(CASES)):
        parser.error(f"--cases {','.join(unknown)}: expected some of {', '.join(CASES)}.")
    if args.rounds < 1 or args.secs <= 0:
        parser.error("--rounds and --secs: expected more than 0.")
    return args


def main() -> int:
    """Run the benchmarks."""
    args = arguments()
    machine = facts.collect()
    print(f"{machine['processor']}, {machine['cores']} cores, load {machine['load']}, Python {machine['python']}")
    if cores() == (None, None):
        print("Server and client are not pinned to cores of their own here: read ratios with care.")
    found = run(args.cases, args.rounds, args.secs)
    path = args.json or HERE / "results" / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine, "rounds": args.rounds, "secs": args.secs, "cases": found}, indent=1) + "\n")
    print(f"\nAll values are in {path}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
