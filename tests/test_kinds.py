"""One registry for everything that comes as one file each."""

from __future__ import annotations

import importlib
import sys

import pytest

from understudy.kinds import Registry, hint, nearest


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Make a package of these modules."""
    made = []

    def make(**modules):
        name = f"kinds_{tmp_path.name.replace('-', '_')}_{len(made)}"
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        for module, source in modules.items():
            (folder / f"{module}.py").write_text(source)
        monkeypatch.syspath_prepend(tmp_path)
        importlib.invalidate_caches()
        made.append(name)
        return importlib.import_module(name)

    yield make
    for name in [loaded for loaded in sys.modules if loaded.split(".")[0] in made]:
        del sys.modules[name]


def kind(name):
    return f"class Kind:\n    name = {name!r}\nKIND = Kind\n"


def test_public_modules_contribute_in_name_order(package):
    found = Registry("kind", package(b=kind("two"), a=kind("one"), _hidden="raise SystemExit"), "KIND")
    assert found.names() == ["one", "two"]
    assert [each.name for each in found] == ["one", "two"]
    assert found.get("two").name == "two"


def test_a_module_without_its_constant_is_named(package):
    with pytest.raises(TypeError, match=r"broken\.py: a kind module must define KIND"):
        Registry("kind", package(broken="x = 1\n"), "KIND")


def test_a_name_defined_twice_is_named(package):
    with pytest.raises(TypeError, match=r"b\.py: kind 'one' is defined twice"):
        Registry("kind", package(a=kind("one"), b=kind("one")), "KIND")


def test_a_module_that_cannot_be_imported_is_not_hidden(package):
    with pytest.raises(ZeroDivisionError):
        Registry("kind", package(a="1 / 0\n"), "KIND")


def test_an_unknown_name_is_answered_with_the_nearest(package):
    with pytest.raises(KeyError) as caught:
        Registry("kind", package(a=kind("status")), "KIND").get("statsu")
    assert caught.value.args == ("unknown kind 'statsu'. Did you mean 'status'?",)


def test_a_sentence_on_an_unknown_name_ends_with_the_nearest_or_with_all():
    assert hint("statsu", ["stall", "status"]) == ". Did you mean 'status'?"
    assert hint("zzz", ["stall", "status"]) == ": expected one of stall, status."
    assert hint(5, ["status"]) == ": expected 'status'."
    assert hint("stal", ["stall"], cutoff=0.95) == ": expected 'stall'."


def test_nothing_near_is_nothing_said():
    assert nearest("zzz", ["status"]) == ""
