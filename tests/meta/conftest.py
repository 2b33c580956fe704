"""The repository as data: what the checks of this folder look at, and the lists of exceptions that may only shrink."""

from __future__ import annotations

import ast
import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = (".ci", "bench", "docs", "src", "tests", "tools")
MADE = {"__pycache__", "results", "node_modules", "build"}


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def project() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.fixture(scope="session")
def exceptions() -> dict[str, Any]:
    """tests/meta/exceptions.toml: what is allowed to break a rule, for now."""
    return tomllib.loads((ROOT / "tests/meta/exceptions.toml").read_text())


@pytest.fixture(scope="session")
def sources() -> list[Path]:
    """Every file of the project, as the source archive would carry it."""
    top = [path for path in ROOT.iterdir() if path.is_file() and (path.suffix in {".md", ".toml", ".lock"} or not path.suffix)]
    below = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    deep = [path for path in below if not MADE & set(path.relative_to(ROOT).parts)]
    return sorted(top + deep)


@pytest.fixture(scope="session")
def modules() -> dict[str, ast.Module]:
    """Every module of the package, parsed, by its path below src/understudy."""
    package = ROOT / "src/understudy"
    return {
        path.relative_to(package).as_posix(): ast.parse(path.read_text(encoding="utf-8"), str(path))
        for path in sorted(package.rglob("*.py"))
    }


@pytest.fixture(scope="session")
def tool():
    """Load a program of tools/ as a module."""

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"understudy_tools_{name}", ROOT / "tools" / f"{name}.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module

    return load
