"""A fault never leaks into the next request of a connection that is kept: for every kind, every error, both ways to answer."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator

import pytest

from understudy import Understudy
from understudy.faults import names

GIVEN = {  # what a kind needs to be made, or to be over soon
    "late-headers": "for=1ms",
    "stall": "for=1ms",
    "status": "status=418",
    "timeout": "after=1ms",
    "trickle": "bytes-per-second=1000000",
    "wrong-length": "by=7",
}
ENDS = {  # kinds that end the connection, of a stream and of a whole answer
    "close": (True, True),
    "refuse": (True, True),
    "reset": (True, True),
    "bad-chunk": (True, False),
    "wrong-length": (False, True),
}
SILENT, AFTERWARDS = "hang", "close-next"
OWN = re.compile(
    rb'"created": ?[0-9]+|\r\n(?:date|(?:x-)?request-id|openai-processing-ms|x-understudy-bottleneck|'
    rb"[a-z-]+-(?:reset|remaining)[a-z-]*): [^\r]*"
)  # what is another's with every answer
PROVIDERS = {"openai": ("/v1/chat/completions", "gpt-4o"), "anthropic": ("/v1/messages", "claude-sonnet-5")}


class Link:
    """A connection that is kept."""

    def __init__(self, port: int, provider: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 10.0)
        self.path, self.model = PROVIDERS[provider]
        self.data = b""

    def send(self, fault: str = "", *, stream: bool) -> Link:
        """Send a request."""
        said = {"model": self.model, "max_tokens": 99, "messages": [{"role": "user", "content": "hi"}], "stream": stream}
        body = json.dumps(said).encode()
        head = f"POST {self.path} HTTP/1.1\r\nhost: a\r\nanthropic-version: 2023-06-01\r\ncontent-length: {len(body)}\r\n"
        head += f"x-understudy-fault: {fault}\r\n" if fault else ""
        self.socket.sendall(head.encode() + b"\r\n" + body)
        return self

    def answer(self) -> bytes:
        """Read one answer by the letter of HTTP, without what differs from one to the next."""
        head = self._until(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: ([0-9]+)", head)
        body = self._take(int(length[1])) if length else b"".join(self._chunks())
        return OWN.sub(b"", head + body)

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self._until(b"\r\n"), 16):
            yield self._take(size)
            assert self._take(2) == b"\r\n"
        assert self._take(2) == b"\r\n"

    def over(self) -> bool:
        """Read to the end."""
        try:
            while self._more():
                pass
        except ConnectionResetError:
            pass
        return True

    def _until(self, mark: bytes) -> bytes:
        while mark not in self.data:
            assert self._more(), f"the connection ended behind {self.data[-200:]!r}"
        return self._take(self.data.index(mark) + len(mark))

    def _take(self, size: int) -> bytes:
        while len(self.data) < size:
            assert self._more(), f"the connection ended behind {self.data[-200:]!r}"
        found, self.data = self.data[:size], self.data[size:]
        return found

    def _more(self) -> bool:
        data = self.socket.recv(1 << 16)
        self.data += data
        return bool(data)


@pytest.fixture(scope="module")
def server() -> Iterator[Understudy]:
    with Understudy() as started:
        yield started


@pytest.fixture(params=PROVIDERS)
def link(request, server):
    """Connect to a provider."""
    links: list[Link] = []

    def connect() -> Link:
        links.append(Link(server.port, request.param))
        return links[-1]

    yield connect
    for each in links:
        each.socket.close()


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])
@pytest.mark.parametrize("kind", names())
def test_the_next_answer_is_sound(kind, stream, link):
    fault = f"{kind};{GIVEN[kind]}" if kind in GIVEN else kind
    sound = link().send(stream=stream).answer()
    struck = link().send(fault, stream=stream)
    if ENDS.get(kind, (False, False))[not stream]:
        assert struck.over()
        struck = link()
    elif kind == SILENT:
        struck = link()
    else:
        struck.answer()
    struck.send(stream=stream)
    if kind == AFTERWARDS:  # this is the fault that strikes the next request, and no other
        assert struck.over()
        struck = link().send(stream=stream)
    assert struck.answer() == sound
    assert struck.send(stream=stream).answer() == sound
    assert struck.data == b""


@pytest.mark.parametrize("kind", [kind for kind in names() if kind not in ENDS and kind not in (SILENT, AFTERWARDS)])
def test_a_request_that_is_there_already_is_sound_too(kind, link):
    fault = f"{kind};{GIVEN[kind]}" if kind in GIVEN else kind
    sound = link().send(stream=True).answer()
    struck = link().send(fault, stream=True).send(stream=True)
    struck.answer()
    assert struck.answer() == sound
    assert struck.data == b""
