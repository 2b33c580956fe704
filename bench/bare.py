"""The least a server of ours can do: fixed bytes for every request, through the same runtime.

In: files with a whole HTTP answer for a plain request and for one that asks to stream. What Understudy is slower than this is
what thinking costs; what this is slower than nginx is what Python costs.
"""

from __future__ import annotations

import sys
from pathlib import Path

from understudy.model.http import Refusal, Request
from understudy.runtime.loop import freeze_collector
from understudy.runtime.process import serve
from understudy.runtime.server import Server
from understudy.wire.response import head


class Bare:
    """An application that reads nothing but whether a stream is asked for."""

    def __init__(self, plain: bytes, stream: bytes) -> None:
        self._plain = plain
        self._stream = stream

    def respond(self, request: Request) -> bytes:
        """Answer."""
        return self._stream if b'"stream": true' in request.body[-40:] else self._plain

    def refuse(self, refusal: Refusal) -> bytes:
        """Answer what is no HTTP."""
        return head(refusal.status, [], length=0, close=True)

    def prepare(self, request: Request) -> None:
        """Do nothing: there is nothing to decode."""


def main() -> None:
    """Serve the two files on a free port."""
    plain, stream = (Path(name).read_bytes() for name in sys.argv[1:3])

    def ready(server: Server) -> None:
        print(f"bare is ready on http://127.0.0.1:{server.port}", flush=True)
        freeze_collector()

    serve(Server(Bare(plain, stream), port=0), ready, grace=0.0)


if __name__ == "__main__":
    main()
