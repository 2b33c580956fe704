"""The verdict on the client under test: exchanges in, findings out.

One public file for each check: what it looks for, why that hurts, how to mend it, in the constant `CHECK`. Pure: no clock, no
journal, no server; knows exchanges, and reads from their bodies what it needs of a conversation, whatever the provider.
"""

from understudy.verdict._assertion import Judged, assert_resilient
from understudy.verdict._attempts import Attempt, Logical
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._finding import Finding, Severity, Verdict
from understudy.verdict._history import History
from understudy.verdict._judge import check_named, checks, judge, judging
from understudy.verdict._page import verdict_markdown
from understudy.verdict._rendering import FORMATS, render

__all__ = [
    "FORMATS",
    "Attempt",
    "Check",
    "Finding",
    "History",
    "Judged",
    "Limits",
    "Logical",
    "Seen",
    "Severity",
    "Verdict",
    "assert_resilient",
    "check_named",
    "checks",
    "judge",
    "judging",
    "render",
    "verdict_markdown",
]
