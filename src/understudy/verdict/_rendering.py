"""A verdict as people and CI servers read it: text, Markdown, JUnit XML, JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import msgspec

from understudy.verdict._finding import Finding, Verdict


def render(verdict: Verdict, form: str) -> str:
    """Write a verdict in one of `FORMATS`; ends with a line break."""
    return FORMATS[form](verdict).rstrip("\n") + "\n"


def _text(verdict: Verdict) -> str:
    lines = [f"verdict: {'passed' if verdict.passed else 'failed'}; {verdict.sentence}"]
    for finding in verdict.findings:
        lines += ["", f"{finding.severity}: {finding.title} [{finding.id}]"]
        lines += [f"    seen      {finding.seen}", f"    it hurts  {finding.why}", f"    mend it   {finding.fix}"]
        lines += [f"    see       {', '.join(finding.evidence)}"] if finding.evidence else []
    if verdict.measures:
        lines += ["", *(f"{name.replace('_', ' ')}: {value:g}" for name, value in verdict.measures.items())]
    return "\n".join(lines)


def _markdown(verdict: Verdict) -> str:
    lines = [f"# Verdict: {'passed' if verdict.passed else 'failed'}", "", _cell(verdict.sentence)]
    if verdict.findings:
        lines += ["", "| severity | finding | seen | why it hurts | how to mend it |", "|---|---|---|---|---|"]
        lines += [
            f"| {each.severity} | **{each.title}** (`{each.id}`) | {_cell(each.seen)} | {each.why} | {each.fix} |"
            for each in verdict.findings
        ]
    if verdict.measures:
        lines += ["", "| measure | value |", "|---|---|"]
        lines += [f"| {name.replace('_', ' ')} | {value:g} |" for name, value in verdict.measures.items()]
    for finding in verdict.findings:
        lines += ["", f"Evidence of `{finding.id}`: {', '.join(f'`{each}`' for each in finding.evidence)}"]
    return "\n".join(lines)


def _cell(text: str) -> str:
    """Make a text that came from outside harmless in a table."""
    for mark in ("\\", "|", "<", "`", "[", "*", "_"):
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


def _junit(verdict: Verdict) -> str:
    by_name = {finding.id: finding for finding in verdict.findings}
    unseen = "" if verdict.exchanges else verdict.sentence  # a build that judged nothing must not look like one that is well
    failures = sum(finding.severity != "note" for finding in verdict.findings)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    tests = len(verdict.checks)
    counts = f'tests="{tests}" failures="{failures}" errors="0" skipped="{tests if unseen else 0}"'
    lines.append(f'<testsuite name="understudy.verdict" {counts}>')
    for name in verdict.checks:
        lines += _case(name, by_name.get(name), unseen)
    return "\n".join([*lines, "</testsuite>"])


def _case(name: str, finding: Finding | None, unseen: str) -> Iterator[str]:
    head = f'  <testcase classname="understudy.verdict" name={quoteattr(name)}'
    if unseen:
        yield f"{head}><skipped message={quoteattr(unseen)}/></testcase>"
        return
    if finding is None:
        yield head + "/>"
        return
    told = f"{finding.seen}\n{finding.why}\n{finding.fix}\n{', '.join(finding.evidence)}"
    told = "".join(c if c.isprintable() or c == "\n" else "?" for c in told)  # XML has no way to write most control characters
    yield head + ">"
    if finding.severity == "note":
        yield f"    <system-out>{escape(told)}</system-out>"
    else:
        yield f"    <failure type={quoteattr(finding.severity)} message={quoteattr(finding.title)}>{escape(told)}</failure>"
    yield "  </testcase>"


def _json(verdict: Verdict) -> str:
    return msgspec.json.format(msgspec.json.encode(verdict), indent=2).decode()


FORMATS: Final[dict[str, Callable[[Verdict], str]]] = {"text": _text, "json": _json, "junit": _junit, "markdown": _markdown}
"""Form: what writes it."""
