"""What no file of the project may carry: a machine's paths, registry hosts, sleeps in tests, exemptions without a reason."""

from __future__ import annotations

import re
import tokenize
from pathlib import Path

import pytest

MACHINE = re.compile(r"/(?:work|root|home/[a-z]\w*|Users/[A-Za-z]\w*|tmp/bash_jobs)/")
# Spelled in pieces, so that this file does not name them.
REGISTRIES = re.compile(
    "|".join(re.escape(".".join(h)) for h in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com")))
)
EXEMPTION = re.compile(
    r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)?|type:\s*ignore(?:\[[^\]]*\])?|pragma: no cover)(?P<reason>.*)"
)


def text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def hits(sources: list[Path], pattern: re.Pattern[str], root: Path) -> list[str]:
    found = []
    for path in sources:
        body = text(path)
        if pattern.search(body):
            found += [
                f"{path.relative_to(root)}:{n}: {line.strip()[:120]}"
                for n, line in enumerate(body.splitlines(), 1)
                if pattern.search(line)
            ]
    return found


def test_no_machine_paths(sources, root):
    assert hits(sources, MACHINE, root) == []


def test_no_registry_hosts(sources, root):
    assert hits(sources, REGISTRIES, root) == []


def test_tests_do_not_sleep(sources, root):
    sleep = re.compile(r"\b(?:time|asyncio)\.sleep" + r"\(")
    assert hits([path for path in sources if path.suffix == ".py" and path.is_relative_to(root / "tests")], sleep, root) == []


def comments(path: Path) -> list[tuple[int, str]]:
    with tokenize.open(path) as file:
        return [
            (token.start[0], token.string)
            for token in tokenize.generate_tokens(file.readline)
            if token.type == tokenize.COMMENT
        ]


def unreasoned(comment: str) -> bool:
    """Whether a comment silences a tool and gives no reason."""
    found = EXEMPTION.search(comment)
    return bool(found) and not re.search(r"\w{2,}", found["reason"])


def test_exemptions_give_their_reason(sources, root):
    python = [path for path in sources if path.suffix == ".py"]
    assert [f"{path.relative_to(root)}:{line}: {c}" for path in python for line, c in comments(path) if unreasoned(c)] == []


@pytest.mark.parametrize(
    ("comment", "wrong"),
    [
        ("# noqa: S608", True),
        ("# noqa", True),
        ("# type: ignore[arg-type]", True),
        ("# noqa: S608  names come from the table", False),
        ("# type: ignore[arg-type]  # msgspec fills it", False),
        ("# why it is so", False),
    ],
)
def test_what_counts_as_a_reason(comment, wrong):
    assert unreasoned(comment) is wrong


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (MACHINE, "see {0}home{0}jo{0}x".format("/")),
        (REGISTRIES, "files{0}pythonhosted{0}org".format(".")),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern, line):
    assert pattern.search(line)
