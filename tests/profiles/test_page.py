"""The reference page of the profiles."""

from __future__ import annotations

from pathlib import Path

from understudy import profiles
from understudy.profiles.page import profiles_markdown


def test_every_number_of_every_profile_is_on_the_page():
    page = profiles_markdown()
    for name in profiles.names():
        told = profiles.provenance(name)
        section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        assert told.about in section
        for path, source in told.sources.items():
            assert f"| `{path}` {source.value} | {source.kind} |" in section
        for number, reference in enumerate(told.references.values(), 1):
            assert f"\n{number}. {reference.title}, <{reference.url}>, {reference.date}." in section


def test_the_page_in_the_docs_is_this_page():
    written = (Path(__file__).parents[2] / "docs/reference/profiles.md").read_text(encoding="utf-8")
    assert written.endswith(profiles_markdown().strip() + "\n"), "run `make docs`"
