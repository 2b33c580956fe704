"""The documentation holds: examples run, links lead somewhere, reference pages are what the code says."""

from __future__ import annotations

import argparse
import importlib
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
import yaml

from understudy.cli import COMMANDS
from understudy.dialects.openai import styles
from understudy.dialects.openai.ignored import IGNORABLE
from understudy.model.exchange import Context, Exchange
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Delivery
from understudy.model.reply import FailureKind
from understudy.observe._lines import json_line
from understudy.observe.logs import Log, RequestLog

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"(?<!\!)\[[^\]]+\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def runnable(path: Path) -> bool:
    return bool(re.search(r"^```(console|\w+ run\b)", path.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("path", [path for path in PAGES if runnable(path)], ids=name)
def test_examples_do_what_the_page_says(path):
    done = subprocess.run(
        [sys.executable, "tools/run_docs.py", name(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode == 77:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def links(path: Path) -> list[str]:
    found = LINK.findall(FENCED.sub("", path.read_text(encoding="utf-8")))
    return [link for link in found if not link.startswith(("http:", "https:", "mailto:"))]


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_links_lead_somewhere(path):
    broken = []
    for link in links(path):
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_page_can_be_reached_from_the_contents():
    contents = ROOT / "docs/README.md"
    reached = {(contents.parent / link.partition("#")[0]).resolve() for link in links(contents)}
    assert {name(path) for path in (ROOT / "docs").rglob("*.md") if path not in reached} == {"docs/README.md"}


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_shown_code_is_well_formed(path, tool):
    for block in tool("run_docs").blocks(path.read_text(encoding="utf-8")):
        where = f"{name(path)}:{block.line}"
        if block.language == "python":
            compile(block.text, where, "exec")
        elif block.language == "yaml":
            yaml.safe_load(block.text)
        elif block.language == "json":
            json.loads(block.text)


def test_reference_pages_are_what_the_code_says(tool):
    generator = tool("gen_reference")
    stale = [
        name(path)
        for path, text in generator.rendered().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run `make docs`"


def test_every_key_and_kind_of_shapes_is_in_the_reference():
    page = (ROOT / "docs/reference/shapes.md").read_text(encoding="utf-8")
    described = set(re.findall(r"`([a-z_]+)`", " ".join(re.findall(r"^\| (.+?) \|", page, re.MULTILINE))))
    assert described == {*styles._KEYS, *styles._CHAT_KEYS, *IGNORABLE, *get_args(FailureKind)}


def test_every_hole_of_the_reference_is_filled(engine, ask, chat):
    page = (ROOT / "docs/reference/shapes.md").read_text(encoding="utf-8")
    documents = {place: {} for place in ("body", "first", "delta", "last", "errors")}
    for holes, places in re.findall(r"^\| (`\$.+?) \| (.+?) \|", page, re.MULTILINE):
        for place in re.findall(r"`(\w+)`", places):
            documents[place] |= {hole: f"${hole}" for hole in re.findall(r"`\$(\w+)`", holes)}
    assert len(documents["body"]) == len(documents["errors"]) + 4 == 9
    errors = {"default": documents.pop("errors")}
    to = engine(json.dumps({"version": 1, "shapes": {"openai": {"chat": documents, "errors": errors}}}))
    for body in (chat(), chat(stream=True), chat("[429]")):
        assert b"$" not in ask(body, to=to).body


def test_every_event_and_field_of_the_log_is_in_the_reference():
    page = (ROOT / "docs/reference/logs.md").read_text(encoding="utf-8")
    logged = "".join((ROOT / "src/understudy" / path).read_text(encoding="utf-8") for path in ("app.py", "cli/serve.py"))
    said = re.findall(r'(?:_say|log\.write)\(\s*"\w+"(?: if \S+ else "\w+")?, "([a-z ]+)"', logged)
    events = {*said, "error answered", "request", "log lines left out"}
    assert set(re.findall(r"^\| `([a-z ]+)` \| (?:info|warning|error)", page, re.MULTILINE)) == events
    stream = io.StringIO()
    request = Request(RequestHead("POST", "/", "/", "", {}), b"", 0.0)
    delivery = Delivery("done", 1, events=1, first_due=0.0, first_at=0.0, paused=1.0)
    exchange = Exchange(0.0, request, Context(), delivery=delivery, would_limit="all")
    RequestLog(Log("info", json_line, stream), verbose=True).record(exchange)
    described = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (.+?) \|", page.partition("## request")[2], re.MULTILINE)))
    assert described == [name for name in json.loads(stream.getvalue()) if name not in ("time", "level", "event")]


@pytest.fixture(scope="module")
def flags() -> dict[str, set[str]]:
    """The flags of each command."""
    found = {}
    for command in COMMANDS:
        parser = argparse.ArgumentParser(prog=command, allow_abbrev=False)
        importlib.import_module(f"understudy.cli.{command}").declare(parser)
        found[command] = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", parser.format_help()))
    return found


def test_flags_named_in_the_docs_exist(flags):
    unknown = []
    for path in PAGES:
        for command, rest in re.findall(r"understudy (\w+)\b([^\n`|]*)", path.read_text(encoding="utf-8")):
            if command in flags:
                given = re.findall(r"(?<!\S)\[?(--?[a-z][a-z-]*)", rest)
                unknown += [f"{name(path)}: understudy {command} {flag}" for flag in given if flag not in flags[command]]
    assert unknown == []


def test_environment_names_in_the_docs_exist():
    named = re.compile(r"\b(?:UNDERSTUDY|MOCK_OPENAI)_[A-Z_]*[A-Z]\b")
    table = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    known = {
        f"UNDERSTUDY_{setting.upper().replace('-', '_')}" for setting in re.findall(r"^\| `([a-z-]+)`", table, re.MULTILINE)
    }
    known |= set(named.findall(table))
    unknown = [
        f"{name(path)}: {found}"
        for path in PAGES
        for found in named.findall(path.read_text(encoding="utf-8"))
        if found not in known
    ]
    assert unknown == []


def test_every_command_and_its_own_flags_are_in_the_reference(flags):
    page = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    settings = set(re.findall(r"--[a-z][a-z-]+", (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")))
    assert re.findall(r"^## understudy (\w+)$", page, re.MULTILINE) == list(COMMANDS)
    own = set.union(*flags.values()) - flags["serve"] | {"--preset"}
    assert {flag for flag in own - settings - {"--help", "--version"} if flag.startswith("--") and flag not in page} == set()


def test_every_format_is_in_the_reference():
    from understudy.fitting.reading import FORMATS
    from understudy.importing.reading import formats

    page = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    told = [re.findall("`([a-z-]+)`", names) for names in re.findall(r"`--format` is (`auto`[^;]*);", page)]
    assert told == [["auto", *FORMATS], ["auto", *formats()]]


def test_every_public_name_is_in_the_reference():
    import understudy

    text = (ROOT / "docs/reference/python.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^## `understudy\.(\w+)`", text, re.MULTILINE))
    assert documented == {public for public in understudy.__all__ if not public.startswith("__")}
