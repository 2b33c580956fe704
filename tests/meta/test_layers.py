"""The rooms import down only, and only `runtime` touches sockets, real time and the event loop.

import-linter checks the layers over the whole graph in `make check`; here the declared layers themselves are checked for
completeness, each import is checked in the file it stands in, and the foot-guns are checked that a contract cannot name.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pkgutil import iter_modules

import pytest

from understudy import dialects

DIALECTS = {info.name for info in iter_modules(dialects.__path__) if not info.name.startswith("_")}
WORLD = {"asyncio", "socket", "ssl", "selectors", "uvloop", "time", "random", "secrets"}


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every absolute import of a module, in functions too, without those only type checkers see."""
    hidden: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            hidden.update(inner for statement in node.body for inner in ast.walk(statement))
    for node in ast.walk(tree):
        if node in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: expected an absolute import, got a relative one"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@pytest.fixture(scope="module")
def levels(project) -> dict[str, int]:
    """Room -> height, lowest 0; rooms on one line share it."""
    layers = next(c for c in project["tool"]["importlinter"]["contracts"] if c["type"] == "layers")["layers"]
    return {room.strip(): height for height, line in enumerate(reversed(layers)) for room in line.split("|")}


def room(path: str) -> str:
    return path.partition("/")[0].removesuffix(".py")


def test_every_room_has_a_place_in_the_layers(modules, levels):
    rooms = {room(path) for path in modules} - {"__init__", "__main__"}
    assert rooms - set(levels) == set(), "add the room to [tool.importlinter] in pyproject.toml"
    assert set(levels) - rooms == set(), "a layer names a room that does not exist"


def test_rooms_import_down_only(modules, levels):
    wrong = []
    for path, tree in modules.items():
        here = room(path)
        for line, name in imports(tree):
            parts = name.split(".")
            there = parts[1] if parts[0] == "understudy" and len(parts) > 1 else ""
            if there in levels and here in levels and there != here and levels[there] >= levels[here]:
                wrong.append(f"src/understudy/{path}:{line}: {here} imports {there}")
    assert wrong == []


def test_sockets_time_and_chance_come_in_through_ports(modules):
    wrong = []
    for path, tree in modules.items():
        if room(path) == "runtime":
            continue
        for line, name in imports(tree):
            top = name.split(".")[0]
            if top in WORLD:
                wrong.append(f"src/understudy/{path}:{line}: imports {top}")
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import a.b", ["a.b"]),
        ("from a import b, c", ["a.b", "a.c"]),
        ("def f():\n    import late", ["late"]),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import hidden", ["typing.TYPE_CHECKING"]),
    ],
)
def test_imports_are_found_wherever_they_stand(source, found):
    assert [name for _, name in imports(ast.parse(source))] == found


def test_no_room_but_theirs_knows_a_dialect(modules):
    """What a provider has of its own, its endpoints declare."""
    wrong = [
        f"src/understudy/{path}:{line}: {name}"
        for path, tree in modules.items()
        if room(path) != "dialects"
        for line, name in imports(tree)
        if name.startswith("understudy.dialects.") and name.split(".")[2] in DIALECTS
    ]
    assert DIALECTS
    assert wrong == []
