"""What a verdict says. Values only; they travel as JSON from the server to `understudy report`."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "note"]
"""An error loses answers, money or secrets; a warning makes an incident worse; a note fails no build."""


class Finding(Struct, frozen=True):
    """One fault of the client.

    Attributes:
        id: the name of the check.
        severity: how bad it is.
        title: the fault in a few words.
        seen: what was seen, with numbers.
        why: why it hurts.
        fix: how to mend it.
        evidence: the x-request-ids of the exchanges, the first of very many.
        count: how often it was seen.
    """

    id: str
    severity: Severity
    title: str
    seen: str
    why: str
    fix: str
    evidence: tuple[str, ...] = ()
    count: int = 1


class Verdict(Struct, frozen=True):
    """The whole verdict.

    Attributes:
        passed: whether there is no finding but notes.
        sentence: the verdict in one sentence.
        exchanges: how many were judged.
        requests: how many logical requests they were attempts of.
        findings: worst first.
        measures: numbers of the whole: attempts for each request, seconds to fail over and to recover, tokens for nobody.
        checks: the checks that were made, each with what it looks for.
    """

    passed: bool
    sentence: str
    exchanges: int
    requests: int
    findings: tuple[Finding, ...]
    measures: dict[str, float]
    checks: dict[str, str]
