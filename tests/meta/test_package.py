"""What is built and shipped: the wheel, the source archive, one version everywhere, a command list that fits the docs."""

from __future__ import annotations

import re
import tarfile
import zipfile
from pathlib import Path

import pytest

import understudy

pytest.importorskip("hatchling", reason="hatchling builds the archives that are looked into")


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory) -> zipfile.ZipFile:
    from hatchling.builders.wheel import WheelBuilder

    (path,) = WheelBuilder(str(root)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    return zipfile.ZipFile(path)


@pytest.fixture(scope="module")
def archive(root, tmp_path_factory) -> set[str]:
    from hatchling.builders.sdist import SdistBuilder

    (path,) = SdistBuilder(str(root)).build(directory=str(tmp_path_factory.mktemp("sdist")), versions=["standard"])
    with tarfile.open(path) as file:
        return {name.partition("/")[2] for name in file.getnames()}


def shipped(root: Path) -> set[str]:
    """Every file of the package."""
    package = root / "src/understudy"
    return {
        f"understudy/{path.relative_to(package).as_posix()}"
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_carries_the_package_and_nothing_else(wheel, root):
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == shipped(root)
    assert "understudy/py.typed" in names


def test_the_wheel_installs_the_command_and_the_licences(wheel, project):
    info = f"understudy-{project['project']['version']}.dist-info/"
    assert "understudy = understudy.cli:main" in wheel.read(info + "entry_points.txt").decode()
    licences = {name.removeprefix(info + "licenses/") for name in wheel.namelist() if name.startswith(info + "licenses/")}
    assert licences == set(project["project"]["license-files"])


def test_the_source_archive_can_run_the_checks(archive):
    wanted = {
        "Makefile",
        "pyproject.toml",
        "requirements-dev.lock",
        "CHANGELOG.md",
        "tests/meta/test_package.py",
        ".ci/run",
        "docs/README.md",
    }
    assert wanted - archive == set()
    assert [name for name in archive if "__pycache__" in name or name.startswith(".venv")] == []


def test_one_version_everywhere(root, project):
    version = project["project"]["version"]
    assert understudy.__version__ == version
    newest = re.search(r"^## \[(\S+)\]", (root / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest, "CHANGELOG.md: expected a heading such as '## [0.1.0]', got none"
    assert newest[1] in {version, "Unreleased"}


def test_the_lock_has_every_tool_the_project_asks_for(root, project):
    lock = {
        re.split(r"[=@ ]", line)[0].lower().replace("_", "-")
        for line in (root / "requirements-dev.lock").read_text().splitlines()
        if line[:1] != "#"
    }
    asked = project["dependency-groups"]["dev"] + project["project"]["dependencies"]
    direct = {re.split(r"[<>=; ]", name)[0].lower() for name in asked}
    assert direct - lock == set(), "renew the lock file: make lock"


def test_every_make_command_is_explained(root):
    make = (root / "Makefile").read_text()
    commands = set(re.findall(r"^([a-z]+):.*## ", make, re.MULTILINE)) - {"help"}
    text = (root / "CONTRIBUTING.md").read_text()
    assert {name for name in commands if f"make {name}" not in text} == set()
    mentioned = set(re.findall(r"`make ([a-z]+)", text))
    assert mentioned - commands == {"help"} & mentioned
