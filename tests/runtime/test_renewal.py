"""Renewing: looks by hand, no waiting; then a real server whose script is rewritten under load."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from understudy.app import Service
from understudy.observe.logs import configure
from understudy.runtime.process import ThreadServer
from understudy.runtime.renewal import Renewal, after
from understudy.sources import Sources

NEVER = 3600.0
PATIENCE = 20.0


class Thing:
    """Something to renew, in the state of a test."""

    def __init__(self) -> None:
        self.news: list[Any] = []
        self.adopted: list[Any] = []
        self.errors: list[BaseException] = []
        self.gate = threading.Event()
        self.gate.set()
        self.builds = 0

    def changed(self) -> bool:
        if self.news and isinstance(self.news[0], LookupError):
            raise self.news.pop(0)
        return bool(self.news)

    def build(self) -> Any:
        self.builds += 1
        news = self.news.pop(0)
        assert self.gate.wait(PATIENCE)
        if isinstance(news, Exception):
            raise news
        return news

    def adopt(self, made: Any) -> None:
        if made == "poison":
            raise ValueError("cannot adopt")
        self.adopted.append(made)

    def renewal(self, period: float = NEVER) -> Renewal[Any]:
        return Renewal(period, self.changed, self.build, self.adopt, self.errors.append)


async def turn() -> None:
    """Let the loop turn once."""
    passed = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(passed.set_result, None)
    await passed


async def settled(renewal: Renewal[Any]) -> None:
    """Let what is being built come to its end."""
    while renewal._building:
        await turn()


def play(scene: Callable[[Thing], Any]) -> Thing:
    thing = Thing()
    asyncio.run(scene(thing))
    return thing


def test_what_is_new_is_built_and_adopted():
    async def scene(thing):
        renewal = thing.renewal()
        thing.news.append("one")
        renewal.look()
        assert thing.adopted == []
        await settled(renewal)
        renewal.look()
        assert not renewal._building

    assert play(scene).adopted == ["one"]


def test_looks_by_itself_every_period():
    async def scene(thing):
        thing.renewal(period=0.0)
        thing.news += ["one", "two"]
        while len(thing.adopted) < 2:
            await turn()

    assert play(scene).adopted == ["one", "two"]


def test_what_cannot_be_used_is_not_adopted():
    async def scene(thing):
        renewal = thing.renewal()
        thing.news += [None, "two"]
        for _ in range(2):
            renewal.look()
            await settled(renewal)

    assert play(scene).adopted == ["two"]


@pytest.mark.parametrize("trouble", [LookupError("look"), OSError("build"), "poison"], ids=["look", "build", "adopt"])
def test_errors_are_reported_and_do_not_end_it(trouble):
    async def scene(thing):
        renewal = thing.renewal()
        thing.news += [trouble, "two"]
        for _ in range(2):
            renewal.look()
            await settled(renewal)

    thing = play(scene)
    assert len(thing.errors) == 1
    assert thing.adopted == ["two"]


def test_one_thing_is_built_at_a_time():
    async def scene(thing):
        renewal = thing.renewal()
        thing.gate.clear()
        thing.news += ["one", "two"]
        for _ in range(5):
            renewal.look()
        thing.gate.set()
        await settled(renewal)

    thing = play(scene)
    assert (thing.builds, thing.adopted) == (1, ["one"])


def test_stopped_while_building_adopts_nothing_and_looks_no_more():
    async def scene(thing):
        renewal = thing.renewal()
        thing.gate.clear()
        thing.news += ["one", "two"]
        renewal.look()
        renewal.stop()
        thing.gate.set()
        await settled(renewal)
        renewal.look()

    thing = play(scene)
    assert (thing.builds, thing.adopted) == (1, [])


class Stage:
    """A real server of real files, renewed by looks that the test asks for."""

    def __init__(self, scripts: tuple[Path, ...], preset: str | None = None) -> None:
        self.out = io.StringIO()
        self.service = Service(Sources(scripts, preset, {"port": 0}), configure("info", "json", self.out))
        self.service.engine.sinks = ()
        self.thread = ThreadServer(self.service.server)
        self.renewal: Renewal[Any] = self.thread.call(self._begin)
        self.ticks = 0

    def _begin(self) -> Renewal[Any]:
        service = self.service
        return Renewal(NEVER, service.watcher.changed, service.renew, service.adopt, service.report)

    def look(self) -> None:
        """Look twice (a change must have settled) and wait for what is built of it."""
        for _ in range(2):
            self.thread.call(self.renewal.look)
        while self.thread.call(lambda: self.renewal._building):
            pass

    def write(self, path: Path, text: str) -> None:
        """Write a file as an editor does; the clock of the file system may be too coarse to show it."""
        fresh = path.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        self.ticks += 1
        os.utime(fresh, ns=(self.ticks, self.ticks))
        fresh.replace(path)

    def ask(self, text: str = "ping", connection: http.client.HTTPConnection | None = None) -> str:
        own = connection or http.client.HTTPConnection("127.0.0.1", self.thread.port, timeout=PATIENCE)
        body = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": text}]})
        own.request("POST", "/v1/chat/completions", body)
        answer = own.getresponse()
        said = answer.read()
        if connection is None:
            own.close()
        assert answer.status == 200, said
        return str(json.loads(said)["choices"][0]["message"]["content"])

    def problems(self) -> list[str]:
        lines = [json.loads(line) for line in self.out.getvalue().splitlines()]
        return [line["problem"] for line in lines if line["event"] in ("script refused", "settings refused")]

    def close(self) -> None:
        self.thread.stop()
        self.service.log = None


@pytest.fixture
def stage() -> Iterator[Callable[..., Stage]]:
    stages: list[Stage] = []

    def make(*scripts: Path, preset: str | None = None) -> Stage:
        stages.append(Stage(scripts, preset))
        return stages[-1]

    yield make
    for made in stages:
        made.close()


@pytest.fixture
def path(tmp_path) -> Path:
    script = tmp_path / "script.yaml"
    script.write_text(says("first"), encoding="utf-8")
    return script


def says(text: str) -> str:
    return f"rules:\n  - when: {{user: ping}}\n    reply: {text}\n"


def test_a_hundred_rewrites_under_load_fail_no_request(stage, path):
    world = stage(path)
    done = threading.Event()
    seen: set[str] = set()
    failures: list[BaseException] = []

    def load() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", world.thread.port, timeout=PATIENCE)
        try:
            while not done.is_set():
                seen.add(world.ask(connection=connection))
        except BaseException as error:
            failures.append(error)
        connection.close()

    clients = [threading.Thread(target=load) for _ in range(2)]
    for client in clients:
        client.start()
    answers = []
    for i in range(100):
        broken = i % 5 == 4
        world.write(path, "rules: [{rply: x}]" if broken else says(f"version-{i}"))
        world.look()
        answers.append(world.ask())
    done.set()
    for client in clients:
        client.join(PATIENCE)
    assert failures == []
    assert answers == [f"version-{i - 1 if i % 5 == 4 else i}" for i in range(100)]
    assert seen <= {"first", *answers}
    assert len(world.problems()) == 20


def test_a_broken_script_is_refused_with_its_place_and_recovers_when_mended(stage, path):
    world = stage(path)
    world.write(path, "rules:\n  - when: {usr: ping}\n    reply: broken\n")
    world.look()
    assert world.ask() == "first"
    (problem,) = world.problems()
    assert problem.startswith(f"{path}:2: ")
    assert "Did you mean 'user'?" in problem
    world.write(path, says("mended"))
    world.look()
    assert world.ask() == "mended"


def test_a_deleted_script_stays_in_force_until_it_is_there_again(stage, path):
    world = stage(path)
    path.unlink()
    world.look()
    assert world.ask() == "first"
    assert world.problems() == [f"{path}:1: no such file. Check the path."]
    world.write(path, says("again"))
    world.look()
    assert world.ask() == "again"


def test_what_a_script_extends_is_watched_too(stage, path, tmp_path):
    shared = tmp_path / "shared.yaml"
    shared.write_text(says("shared"), encoding="utf-8")
    path.write_text("extends: [./shared.yaml]\n", encoding="utf-8")
    world = stage(path)
    assert world.ask() == "shared"
    world.write(shared, says("renewed"))
    world.look()
    assert world.ask() == "renewed"


def test_a_file_that_only_a_refused_script_names_is_watched(stage, path, tmp_path):
    world = stage(path)
    shared = tmp_path / "later.yaml"
    shared.write_text("rules: 5\n", encoding="utf-8")
    world.write(path, "extends: [./later.yaml]\n")
    world.look()
    assert world.ask() == "first"
    world.write(shared, says("later"))
    world.look()
    assert world.ask() == "later"


def test_a_file_missing_from_what_is_extended_may_come_later(stage, path, tmp_path):
    world = stage(path)
    world.write(path, "extends: [./later.yaml]\n")
    world.look()
    assert world.ask() == "first"
    world.write(tmp_path / "later.yaml", says("later"))
    world.look()
    assert world.ask() == "later"


def test_settings_that_are_refused_recover_too(stage, path, tmp_path):
    world = stage(path)
    shared = tmp_path / "shared.yaml"
    shared.write_text("settings: {stream-tokens-min: 5, stream-tokens-max: 2}\n" + says("shared"), encoding="utf-8")
    world.write(path, "extends: [./shared.yaml]\n")
    world.look()
    assert world.ask() == "first"
    assert len(world.problems()) == 1
    world.write(shared, says("mended"))
    world.look()
    assert world.ask() == "mended"


def test_a_half_written_script_is_left_alone(stage, path):
    world = stage(path)
    for part in ("rules:\n  - when: {us", "rules:\n  - when: {user: pi", says("whole")):
        world.write(path, part)
        world.thread.call(world.renewal.look)
    assert world.problems() == []
    world.look()
    assert world.ask() == "whole"


def test_the_script_a_preset_loads_by_itself_may_come_later(stage, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    world = stage(preset="mockllm")
    before = world.ask()
    world.write(tmp_path / "responses.yml", "responses:\n  ping: from the file\n")
    world.look()
    assert world.ask() == "from the file" != before
    (tmp_path / "responses.yml").unlink()
    world.look()
    assert world.ask() == "from the file"  # as with a script that was named, the last good one serves


def test_work_for_later_is_done_on_another_thread_and_its_errors_are_heard():
    def broken() -> None:
        done.append(threading.get_ident())
        raise ValueError("broken")

    async def main() -> None:
        heard = asyncio.get_running_loop().create_future()
        after(0.0, broken, heard.set_result)
        error = await asyncio.wait_for(heard, PATIENCE)
        assert isinstance(error, ValueError)

    done: list[int] = []
    asyncio.run(main())
    assert done != [threading.get_ident()]
    assert len(done) == 1
