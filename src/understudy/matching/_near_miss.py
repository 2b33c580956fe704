"""The text that explains why no rule answered: the nearest rules and what is different.

Asks every rule for its distance (cheap), and only the nearest for their reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import nsmallest

from understudy.matching._when import When
from understudy.model.call import Call
from understudy.model.http import Request


def near_miss(
    rules: Iterable[tuple[str, When]],
    call: Call,
    request: Request,
    limit: int = 3,
    place: Callable[[str], str] | None = None,
) -> str:
    """Name the nearest rules, nearest first, and what keeps each from matching.

    Args:
        rules: name and conditions of each rule, in the order they are tried.
        call: the call no rule matched.
        request: its request.
        limit: how many rules to name.
        place: says where a rule is written ("weather.yaml:12"), asked for the rules that are named.

    Returns:
        A sentence, then a block of indented lines for each rule. A rule that matches (it may have been passed over for
        other reasons) is named with that fact.
    """
    distances = [(when.distance(call, request), at, name, when) for at, (name, when) in enumerate(rules)]
    if not distances:
        return "no rule matched: there are no rules."
    lines = ["no rule matched. Nearest:"]
    for distance, _, name, when in nsmallest(limit, distances, key=lambda entry: entry[:2]):
        where = f" ({place(name)})" if place else ""
        lines.append(f"  rule {name!r}{where}:" + ("" if distance else " its conditions hold"))
        lines += [f"    {reason}" for reason in when.explain(call, request)[1]]
    return "\n".join(lines)
