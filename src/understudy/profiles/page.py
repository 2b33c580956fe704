"""The reference page of the profiles, made of their data: what each is, its numbers, and the source of every one."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.profiles import Provenance, load, names, provenance

_HEAD = """# Profiles

`timing: {profile: NAME}` gives answers the pace of a known model or machine. [How to use profiles, and how to make your
own](../howto/profiles.md).

Every number has a source. *Measured* numbers stand in the publication they name; *derived* ones follow from such numbers by
the formula given; a *judgement* is our best guess and rests on what is named. Where a publication has no date of its own, the
day it was read is given. Hosted services change from month to month and from region to region: a profile called `...-like` is
the pace of such a service, not a promise about it. For the numbers of a service you use, measure it and run
`understudy fit`.

| profile | what it is |
|---|---|
"""


def profiles_markdown() -> str:
    """Write the reference page."""
    rows = "".join(
        f"| [`{name}`](#{_anchor(name)}) | {provenance(name).about.partition('. ')[0].rstrip('.')} |\n" for name in names()
    )
    return _HEAD + rows + "".join("\n" + "\n".join(_section(name)) + "\n" for name in names())


def _section(name: str) -> Iterator[str]:
    told = provenance(name)
    yield f"## {name}\n\n{told.about}\n"
    yield "```yaml\ntiming:"
    for key, value in load(name).items():
        yield f"  {key}: {_flow(value)}"
    yield "```\n\n| number | | source |\n|---|---|---|"
    for path, source in told.sources.items():
        numbers = " ".join(f"[{_number(told, key)}]" for key in source.references)
        yield f"| `{path}` {source.value} | {source.kind} | {_cell(source.how)} {numbers} |"
    yield ""
    for key, reference in told.references.items():
        title = reference.title.rstrip(".")
        yield f"{_number(told, key)}. {title}, <{reference.url}>, {reference.date}. {reference.measured.rstrip('.')}."


def _number(told: Provenance, key: str) -> int:
    return list(told.references).index(key) + 1


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    return str(value)


def _anchor(name: str) -> str:
    return name.replace(".", "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
