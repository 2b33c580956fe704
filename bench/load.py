"""The client: keep-alive connections in a closed loop on one port, each with a prompt of its own every time.

In: a port and the kind of prompts. Out: a line `measuring` when the warm-up is over, then one JSON object: requests a second,
latency, and the share of a core this client used, which says whether it, and not the server, was the limit.
Reads raw bytes and trusts the server to frame its answers: a check of correctness is what the tests are for.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import time
from collections.abc import Iterator
from typing import cast

import prompts
from understudy.runtime.loop import new_loop

HEAD = (
    b"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer sk-bench\r\n"
    b"content-type: application/json\r\naccept: */*\r\nuser-agent: bench\r\ncontent-length: %d\r\n\r\n%b"
)
STREAM_END = b"0\r\n\r\n"


class Tally:
    """What all connections have seen."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.errors = 0
        self.bytes = 0
        self.stopped = False


class Client(asyncio.Protocol):
    """One connection: sends, waits for the whole answer, sends the next."""

    def __init__(self, bodies: Iterator[bytes], tally: Tally, *, stream: bool) -> None:
        self._bodies = bodies
        self._tally = tally
        self._stream = stream
        self._got = b""
        self._usual = -1  # length of the last whole answer: most are the same
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        """Count an answer once it is whole."""
        if self._got:
            data = self._got + data
        if len(data) != self._usual and not self._whole(data):
            self._got = data
            return
        self._got = b""
        tally = self._tally
        tally.latencies.append(time.perf_counter() - self._sent)
        tally.bytes += len(data)
        if not data.startswith(b"HTTP/1.1 200"):
            tally.errors += 1
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # the reason makes no difference
        """Count a connection that ended before we ended it."""
        if not self._tally.stopped:
            self._tally.errors += 1

    def _whole(self, data: bytes) -> bool:
        if self._stream:
            return data.endswith(STREAM_END)
        end = data.find(b"\r\n\r\n")
        at = data[:end].lower().find(b"content-length:")
        if end < 0 or at < 0 or len(data) < end + 4 + int(data[at + 15 : data.find(b"\r", at)]):
            return False
        self._usual = len(data)
        return True

    def _send(self) -> None:
        if self._tally.stopped:
            self._transport.close()
            return
        body = next(self._bodies)
        self._sent = time.perf_counter()
        self._transport.write(HEAD % (len(body), body))


async def _run(args: argparse.Namespace) -> dict[str, float]:
    loop = asyncio.get_running_loop()
    tally = Tally()
    bodies = prompts.bodies(args.kind, stream=args.stream, seed=args.seed)
    next(bodies)  # makes the pool now and not while the server waits
    gc.collect()
    gc.freeze()
    for _ in range(args.conns):
        await loop.create_connection(lambda: Client(bodies, tally, stream=args.stream), "127.0.0.1", args.port)
    await asyncio.sleep(args.warmup)
    print("measuring", flush=True)
    tally.latencies.clear()
    errors, seen, begin, used = tally.errors, tally.bytes, time.perf_counter(), time.process_time()
    await asyncio.sleep(args.secs)
    wall, used = time.perf_counter() - begin, time.process_time() - used
    tally.stopped = True
    latencies = sorted(tally.latencies) or [0.0]
    return {
        "per_second": len(tally.latencies) / wall,
        "errors": tally.errors - errors,
        "p50_ms": latencies[len(latencies) // 2] * 1000,
        "p99_ms": latencies[len(latencies) * 99 // 100] * 1000,
        "megabytes_per_second": (tally.bytes - seen) / wall / 1e6,
        "client_cpu": used / wall,
        "seconds": wall,
    }


def main() -> None:
    """Load a server."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--kind", choices=prompts.KINDS, default="digits")
    parser.add_argument("--stream", action="store_true", help="ask for streams")
    parser.add_argument("--conns", type=int, default=64)
    parser.add_argument("--secs", type=float, default=3.0)
    parser.add_argument("--warmup", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1, help="another seed asks other things")
    with asyncio.Runner(loop_factory=new_loop) as runner:
        print(json.dumps(runner.run(_run(parser.parse_args()))), flush=True)


if __name__ == "__main__":
    main()
