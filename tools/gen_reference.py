"""Write docs/reference from the code, or say which page is no longer what the code says.

    python tools/gen_reference.py            write the pages
    python tools/gen_reference.py --check    exit 1 and name each page that differs

One function a page; a page is a pure function of the code, so that writing twice changes nothing.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "docs/reference"
NOTE = "<!-- Written by tools/gen_reference.py (`make docs`). Change the code it describes, not this page. -->\n\n"
PUBLIC = ("understudy", "understudy.testing")


def settings() -> str:
    """Every setting: flag, environment name, script key, default."""
    from understudy.config.settings import settings_markdown

    return settings_markdown()


def script() -> str:
    """Every key of a script."""
    from understudy.config.schema import script_markdown

    return script_markdown()


def faults() -> str:
    """Every kind of fault, its parameters, places and triggers."""
    from understudy.faults import faults_markdown

    return faults_markdown()


def profiles() -> str:
    """Every profile, its numbers and their sources."""
    from understudy.profiles.page import profiles_markdown

    return profiles_markdown()


def verdict() -> str:
    """Every check of the verdict: what it looks for, why it hurts, how to mend it."""
    from understudy.verdict import verdict_markdown

    return verdict_markdown()


def python() -> str:
    """The public names of the package with their signatures and docstrings."""
    parts = ["# Python interface\n\nEvery public name. Everything else may change without notice.\n"]
    seen: list[object] = []
    for module_name in PUBLIC:
        module = importlib.import_module(module_name)
        for name in module.__all__:
            if not name.startswith("__") and getattr(module, name) not in seen:
                seen.append(getattr(module, name))
                parts += described(seen[-1], f"{module_name}.{name}", 2)
    return "\n".join(parts)


def described(thing: object, name: str, level: int) -> Iterator[str]:
    """One heading, the signature, the docstring; then the public members of a class."""
    yield f"{'#' * level} `{name}`\n"
    if callable(thing):
        yield f"```text\n{signature(thing, name.rpartition('.')[2])}\n```\n"
    text = inspect.getdoc(thing)
    if not text:
        raise SystemExit(f"docstring of {name}: expected one, got none. Every public name is explained where it is defined.")
    yield f"{readable(text)}\n"
    if inspect.isclass(thing):
        inherited = {name: value for base in thing.__mro__[-2::-1] for name, value in vars(base).items()}
        for member, value in {**vars(thing), **inherited}.items():
            if not member.startswith("_") and (
                inspect.isfunction(value) or isinstance(value, property | cached_property | classmethod | staticmethod)
            ):
                inner = value if isinstance(value, property | cached_property) else getattr(thing, member)
                yield from described(inner, f"{name.rpartition('.')[2]}.{member}", level + 1)


def signature(thing: Callable[..., object], name: str) -> str:
    """The call as it is written, without `self`."""
    found = inspect.signature(thing)
    given = [p for p in found.parameters.values() if p.name != "self"]
    shown = str(found.replace(parameters=given))
    return name + shown.replace("'", "").replace(" -> None", "")


def readable(docstring: str) -> str:
    """A docstring as Markdown: `Args:` and the like become lists, an example becomes code."""
    parts = []
    for paragraph in docstring.split("\n\n"):
        heading, _, body = paragraph.partition("\n")
        if heading in ("Args:", "Raises:", "Returns:"):
            items = re.sub(r"\n\s+", " ", inspect.cleandoc(body)).splitlines()
            parts.append(f"{heading}\n\n" + "\n".join(re.sub(r"^(\w+):", r"- `\1`:", item) for item in items))
        elif heading == "Example:":
            parts.append(f"```python\n{re.sub(r'^(>>>|[.]{3}) ?', '', inspect.cleandoc(body), flags=re.MULTILINE)}\n```")
        else:
            parts.append(paragraph)
    return "\n\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings,
    "script.md": script,
    "faults.md": faults,
    "profiles.md": profiles,
    "verdict.md": verdict,
    "python.md": python,
}


def rendered() -> dict[Path, str]:
    """Every page and what it must say."""
    return {FOLDER / name: NOTE + page().strip() + "\n" for name, page in PAGES.items()}


def main(arguments: list[str]) -> int:
    """Write or check the pages."""
    parser = argparse.ArgumentParser(description="Write docs/reference from the code.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is not current")
    check = parser.parse_args(arguments).check
    stale = {path: text for path, text in rendered().items() if not path.exists() or path.read_text(encoding="utf-8") != text}
    for path, text in stale.items():
        if check:
            print(f"{path.relative_to(FOLDER.parents[1])}: differs from the code. Run `make docs`.", file=sys.stderr)
        else:
            FOLDER.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(FOLDER.parents[1])}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
