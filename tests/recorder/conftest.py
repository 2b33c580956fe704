"""Recording against a server of our own: upstream, recorder and replay, all on free ports of the loopback address."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from understudy import Understudy
from understudy.config.source import parse
from understudy.engine.respond import Engine
from understudy.engine.state import MemoryState
from understudy.model.call import Call
from understudy.model.http import Request, RequestHead
from understudy.recorder.asked import Asked
from understudy.recorder.proxy import Proxy
from understudy.recorder.recorder import Recorder, known_to
from understudy.recorder.scribe import Scribe
from understudy.recorder.secrets import Secrets
from understudy.recorder.take import Reader, Take
from understudy.recorder.upstream import Upstream
from understudy.runtime.clock import RealClock
from understudy.runtime.courier import Courier
from understudy.runtime.process import ThreadServer
from understudy.runtime.server import Server
from understudy.sources import Sources, make_world, read

PATIENCE = 20


class Got(NamedTuple):
    status: int
    fields: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def events(self) -> list[Any]:
        """The JSON events of a stream."""
        lines = [line.removeprefix(b"data: ") for line in self.body.split(b"\n") if line.startswith(b"data: ")]
        return [json.loads(line) for line in lines if line != b"[DONE]"]

    @property
    def text(self) -> str:
        """What a chat said."""
        if self.body.startswith(b"{"):
            return self.json["choices"][0]["message"]["content"]
        return "".join(self.deltas)

    @property
    def deltas(self) -> list[str]:
        """The pieces of a streamed chat."""
        found = [choice["delta"].get("content") for event in self.events for choice in event["choices"]]
        return [piece for piece in found if piece]


def send(port: int, path: str, body: Any = None, *, method: str = "POST", **headers: str) -> Got:
    """Send a request and read all of the answer."""
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, data, {"content-type": "application/json", **fields})
        answer = connection.getresponse()
        return Got(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def chat(*messages: Any, **more: Any) -> dict[str, Any]:
    """The body of a chat; a text is what a user says."""
    said = [{"role": "user", "content": m} if isinstance(m, str) else m for m in messages]
    return {"model": "gpt-4o-mini", "messages": said, **more}


class Recording(NamedTuple):
    port: int
    out: Path
    recorder: Recorder
    thread: ThreadServer
    told: list[str]
    scribe: Scribe

    @property
    def rules(self) -> list[dict[str, Any]]:
        """The rules as they are written now; waits for what the server and the scribe are doing."""
        self.thread.call(int)
        self.scribe.settle()
        data = parse(self.out.read_text(encoding="utf-8"), "out.yaml")
        assert not data.problems
        return data.data["rules"]


class Odd:
    """A server that does to each connection what it is told to, once it has read a request."""

    def __init__(self, act: Callable[[socket.socket], None]) -> None:
        self._act = act
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self.requests: list[bytes] = []
        self.gone = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._door.accept()
                line.settimeout(PATIENCE)
                with line, suppress(OSError):
                    self.requests.append(self._read(line))
                    self._act(line)
                self.gone.set()

    @staticmethod
    def _read(line: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            data += line.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = next((int(f.split(b":")[1]) for f in head.lower().split(b"\r\n") if f.startswith(b"content-length:")), 0)
        while len(body) < length:
            body += line.recv(65536)
        return head + b"\r\n\r\n" + body

    def close(self) -> None:
        self._door.close()


@pytest.fixture(name="send")
def _send() -> Callable[..., Got]:
    return send


@pytest.fixture(name="chat")
def _chat() -> Callable[..., dict[str, Any]]:
    return chat


@pytest.fixture
def script(tmp_path) -> Callable[[str], Path]:
    """Write a script."""

    def put(text: str) -> Path:
        path = tmp_path / "upstream.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return put


@pytest.fixture
def recording(tmp_path) -> Callable[..., Any]:
    """Record a port of the loopback address."""

    @contextmanager
    def start(
        port: int, *, path: str = "", missing_only: bool = False, patience: float = 600.0, **options: Any
    ) -> Iterator[Recording]:
        out, told, known = tmp_path / "out.yaml", [], None
        if missing_only:
            settings, found = read(Sources((out,)))
            known = known_to(Engine(make_world(settings, found), MemoryState(), RealClock()), tuple(found.responses))
            options |= {"base": out.read_text(encoding="utf-8"), "names": tuple(rule.name for rule in found.rules)}
        upstream = Upstream.of(f"http://127.0.0.1:{port}{path}")
        recorder = Recorder(out, upstream.url, tell=told.append, **options)
        recorder.write()
        scribe = Scribe(recorder)
        proxy = Proxy(upstream, Courier(upstream.address, RealClock(), patience), scribe.record, scribe.lose, known)
        with ThreadServer(lambda: Server(proxy, port=0)) as thread:
            yield Recording(thread.port, out, recorder, thread, told, scribe)
        scribe.finish()

    return start


@pytest.fixture
def replay(tmp_path) -> Callable[..., Understudy]:
    """A server that says what was recorded, and nothing else."""
    return lambda **settings: Understudy(tmp_path / "out.yaml", reply="error", tools="never", **settings)


@pytest.fixture
def request_of() -> Callable[..., Request]:
    def made(body: Any, path: str = "/v1/chat/completions", **headers: str) -> Request:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Request(RequestHead("POST", path, path, "", {"host": "test", **headers}), data, 0.0)

    return made


@pytest.fixture
def asked(request_of) -> Callable[..., Asked]:
    """A request as it is told apart from others."""

    def made(body: Any, path: str = "/v1/chat/completions") -> Asked:
        request = request_of(body, path)
        call = Reader().read(request)
        assert isinstance(call, Call)
        return Asked(request, call)

    return made


@pytest.fixture
def take(request_of) -> Callable[..., Take]:
    """An exchange: what was asked, what was answered when."""

    def made(
        body: Any, *chunks: tuple[float, bytes], path: str = "/v1/chat/completions", status: int = 200, **fields: str
    ) -> Take:
        request = request_of(body, path)
        named = {name.replace("_", "-"): value for name, value in fields.items()}
        return Take(request, status, named, list(chunks), Reader().read(request))

    return made


@pytest.fixture
def secrets() -> Secrets:
    return Secrets()


@pytest.fixture
def odd() -> Iterator[Callable[..., Odd]]:
    made: list[Odd] = []

    def make(act: Callable[[socket.socket], None] | bytes) -> Odd:
        made.append(Odd((lambda line: line.sendall(act)) if isinstance(act, bytes) else act))
        return made[-1]

    yield make
    for server in made:
        server.close()
