"""The server as an object of a test."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from understudy.app import Service, Sources
from understudy.runtime.process import ThreadServer

Scripts = str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None


class Understudy:
    """A server in this process, on a free port of the loopback address unless told otherwise.

    Args:
        script: one script file or several, as `understudy serve` takes them.
        preset: the name of a preset.
        settings: any setting by its name with underscores, for example `token_mean=20`.

    Raises:
        ScriptError: when a script cannot be used.
        UsageError: for a wrong setting, or an address that cannot be listened on.

    Example:
        >>> with Understudy() as server:
        ...     client = openai.OpenAI(base_url=server.openai_url, api_key="any")
    """

    def __init__(self, script: Scripts = None, *, preset: str | None = None, **settings: object) -> None:
        given = [script] if isinstance(script, str | os.PathLike) else script or ()
        flags = {"port": 0, "watch": False, **{name.replace("_", "-"): value for name, value in settings.items()}}
        self._service = Service(Sources(tuple(Path(path) for path in given), preset, flags))
        self._thread: ThreadServer | None = None

    def start(self) -> Self:
        """Listen; returns when it does."""
        if self._thread is None:
            self._thread = ThreadServer(self._service.server)
        return self

    def stop(self) -> None:
        """Stop listening and drop what is in flight; a stopped server may be started again."""
        if self._thread is not None:
            self._thread.stop()
            self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port it listens on.

        Raises:
            RuntimeError: before `start`.
        """
        if self._thread is None:
            raise RuntimeError("the server is not running: use `with Understudy() as server:` or call start() first")
        return self._thread.port

    @property
    def url(self) -> str:
        """The root, for example http://127.0.0.1:43210."""
        settings = self._service.settings
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        return f"{'https' if settings.tls_cert else 'http'}://{host}:{self.port}"

    @property
    def openai_url(self) -> str:
        """The base URL for OpenAI clients."""
        return f"{self.url}/v1"

    def reset(self) -> None:
        """Forget sequences, counters and the journal."""
        self._service.engine.state.reset()
        self._service.journal.clear()
