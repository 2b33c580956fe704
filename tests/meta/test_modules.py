"""The manners of modules: size, name, head docstring, a test module each."""

from __future__ import annotations

import ast
from pathlib import Path

SOFT, HARD = 250, 500
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base", "core", "stuff"}


def lines(root: Path, path: str) -> int:
    return len((root / "src/understudy" / path).read_text(encoding="utf-8").splitlines())


def test_no_module_passes_the_hard_limit(root, modules):
    assert {path: lines(root, path) for path in modules if lines(root, path) > HARD} == {}


def test_modules_over_the_soft_limit_are_listed_and_the_list_only_shrinks(root, modules, exceptions):
    listed = exceptions["size"]["over_soft_limit"]
    long = {path: lines(root, path) for path in modules if lines(root, path) > SOFT}
    grown = [f'"{path}" = {n}' for path, n in long.items() if n > listed.get(path, SOFT)]
    assert not grown, f"over the soft limit of {SOFT} lines, or over what exceptions.toml allows; split them:\n" + "\n".join(
        grown
    )
    short = sorted(set(listed) - set(long))
    assert not short, "no longer over the limit; take them off exceptions.toml:\n" + "\n".join(short)


def test_no_module_is_a_drawer(modules):
    names = {path: {part.removesuffix(".py").strip("_") for part in path.split("/")} for path in modules}
    assert {path: found & DRAWERS for path, found in names.items() if found & DRAWERS} == {}, "name it by what it holds"


def test_every_module_says_what_it_owns(modules):
    silent = [path for path, tree in modules.items() if tree.body and not ast.get_docstring(tree)]
    assert silent == []


def has_code(tree: ast.Module) -> bool:
    """Whether there is something to test: a function with a body (a port has none)."""

    def does_something(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        return any(not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)) for line in node.body)

    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and does_something(node) for node in ast.walk(tree))


def homes(path: str) -> list[str]:
    """Where the tests of a module may live, as patterns below tests/.

    A module has tests of its own. Two kinds are private to their folder and may be tested through it: modules whose name
    starts with `_`, and those of a package inside a room, which is one module that was split.
    """
    *folders, file = path.removesuffix(".py").split("/")
    where = "".join(f"{folder}/" for folder in folders)
    if file == "__init__":
        file = folders[-1] if folders else "understudy"
    elif file.startswith("_"):
        return [f"{where}test_*.py"]
    found = [f"{where}test_{file}.py", f"{where}test_{file}_*.py", f"{where}{file}/**/*"]
    if len(folders) > 1:
        room, package = folders[:2]
        found += [f"{room}/test_{package}.py", f"{room}/test_{package}_*.py", f"{room}/{package}/**/*"]
    return found


def test_every_module_has_a_test_module(root, modules, exceptions):
    listed = exceptions["pairs"]["untested"]
    tested = {path for path in modules if any(any((root / "tests").glob(home)) for home in homes(path))}
    alone = sorted({path for path, tree in modules.items() if has_code(tree)} - tested - set(listed))
    assert not alone, "without a test module; tests mirror src:\n" + "\n".join(alone)
    needless = sorted(set(listed) & tested | set(listed) - set(modules))
    assert not needless, "no longer without one, or gone; take them off exceptions.toml:\n" + "\n".join(needless)


def test_homes_mirror_the_package():
    assert homes("wire/http1.py") == ["wire/test_http1.py", "wire/test_http1_*.py", "wire/http1/**/*"]
    assert homes("dialects/_layout.py") == ["dialects/test_*.py"]
    assert homes("matching/__init__.py")[0] == "matching/test_matching.py"
    assert "config/test_settings.py" in homes("config/settings/table.py")
    assert homes("app.py")[0] == "test_app.py"


def test_who_reads_json_minds_all_that_can_be_wrong_with_it(modules):
    """msgspec's own error does not tell of bytes that are no UTF-8, nor of nesting too deep: `NOT_JSON` does."""
    caught = {
        f"{path}:{node.lineno}": said
        for path, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler | ast.Call) and (said := _caught(node))
    }
    assert any("NOT_JSON" in said for said in caught.values())
    assert {place: said for place, said in caught.items() if "msgspec.DecodeError" in said} == {}


def _caught(node: ast.ExceptHandler | ast.Call) -> str:
    """What an `except` or a `suppress` catches."""
    if isinstance(node, ast.ExceptHandler):
        return ast.unparse(node.type) if node.type is not None else ""
    return ast.unparse(node) if ast.unparse(node.func) == "suppress" else ""
