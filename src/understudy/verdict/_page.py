"""The reference page of the checks, made of their own words."""

from __future__ import annotations

from msgspec import structs

from understudy.verdict._check import Limits
from understudy.verdict._judge import checks

_HEAD = """# Verdict

What [the verdict](../howto/verdict.md) looks for. An *error* loses answers, money or secrets; a *warning* makes an incident
worse; a *note* tells something and fails no build.

| check | severity | what is looked for |
|---|---|---|
"""

_LIMITS = """
## Limits

Numbers above which something is a fault. Each is a query parameter of `GET /_understudy/verdict`, a flag of
`understudy report` (with `-` for `_`), and a member of `understudy.verdict.Limits`. Times are in seconds.

| limit | default |
|---|---|
"""


def verdict_markdown() -> str:
    """Write the page."""
    listed = list(checks())
    rows = [f"| [`{check.name}`](#{check.name}) | {check.severity} | {check.help} |" for check in listed]
    limits = [f"| `{field.name}` | {field.default:g} |" for field in structs.fields(Limits)]
    parts = [
        f"## {check.name}\n\n{check.title}. {check.help}\n\n- Why it hurts: {check.why}\n- How to mend it: {check.fix}"
        for check in listed
    ]
    return _HEAD + "\n".join(rows) + "\n" + _LIMITS + "\n".join(limits) + "\n\n" + "\n\n".join(parts) + "\n"
