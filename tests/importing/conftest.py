"""Files of other tools, imported and asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from understudy.config.source import parse
from understudy.engine.respond import Engine
from understudy.importing.draft import Draft
from understudy.importing.reading import read
from understudy.importing.source import Source
from understudy.importing.text import render
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Step, spelled_out


class Imported:
    """What became of files: a script that passed `check`, on an engine that was made of it."""

    def __init__(self, draft: Draft, text: str, engine: Engine, ask: Callable[..., Any]) -> None:
        self.draft = draft
        self.text = text
        self.script = parse(text, "script").data
        self.rules = self.script.get("rules", [])
        self._engine = engine
        self._ask = ask

    @property
    def warned(self) -> list[str]:
        """The remarks, without the folder."""
        return [f"{Path(r.where.file).name}:{r.where.line}: {r.message}" for r in self.draft.remarks]

    def ask(self, user: Any = "hi", model: str = "gpt-4o-mini", *, headers: dict[str, str] | None = None, **fields: Any) -> Any:
        """Ask for a chat completion; a list is a conversation."""
        messages = user if isinstance(user, list) else [{"role": "user", "content": user}]
        return self.send({"model": model, "messages": messages, **fields}, headers=headers)

    def send(self, body: Any, path: str = "/v1/chat/completions", **head: Any) -> Any:
        """Send a request."""
        return self._ask(body, path, to=self._engine, **head)

    def steps(self, user: str, **fields: Any) -> list[Step]:
        """The plan of an answer that breaks off."""
        found = self._engine.respond(build({"model": "m", "messages": [{"role": "user", "content": user}], **fields}))
        return [found] if isinstance(found, bytes) else list(spelled_out(found.steps))

    def say(self, user: Any = "hi", **fields: Any) -> Any:
        """The text of a chat completion; of a refused one its status."""
        answer = self.ask(user, **fields)
        return answer.json["choices"][0]["message"]["content"] if answer.status == 200 else answer.status


def build(body: Any) -> Request:
    """A request for a chat completion."""
    path = "/v1/chat/completions"
    return Request(RequestHead("POST", path, path, "", {"host": "test"}), json.dumps(body).encode(), 0.0)


@pytest.fixture
def put(tmp_path) -> Callable[[str, str], Path]:
    """Write a file below a folder of its own."""

    def write(name: str, text: str | bytes) -> Path:
        path = tmp_path / "foreign" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def bring(put, engine, ask) -> Callable[..., Imported]:
    """Import one file, or several by their names."""

    def brought(name: str | dict[str, str], text: str = "", format: str = "auto") -> Imported:  # noqa: A002  # as the flag is called
        files = {name: text} if isinstance(name, str) else name
        draft = read([put(file, said) for file, said in files.items()], format)
        script = render(draft, draft.rules(), "a test")
        return Imported(draft, script, engine(script), ask)

    return brought


@pytest.fixture
def source(put) -> Callable[[str, str], Source]:
    """A file to be read."""
    return lambda name, text: Source.load(put(name, text))
