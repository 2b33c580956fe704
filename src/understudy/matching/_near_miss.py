"""The text that explains why no rule answered: the nearest rules and responses, and what is different.

Asks every rule for its distance (cheap), and only the nearest for their reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import nsmallest

from understudy.matching._prompts import Prompts
from understudy.matching._when import When
from understudy.model.call import Call
from understudy.model.http import Request


def near_miss(
    rules: Iterable[tuple[str, When]],
    call: Call,
    request: Request,
    limit: int = 3,
    place: Callable[[str], str] | None = None,
    responses: Prompts | None = None,
    place_of_response: Callable[[str], str] | None = None,
) -> str:
    """Name the nearest rules and responses, nearest first, and what keeps each from matching.

    Args:
        rules: name and conditions of each rule, in the order they are tried.
        call: the call no rule matched.
        request: its request.
        limit: how many of both to name.
        place: says where a rule is written ("weather.yaml:12"), asked for the rules that are named.
        responses: the prompts of the script's responses, which are tried after the rules.
        place_of_response: says where a response is written, by its prompt.

    Returns:
        A sentence, then a block of indented lines for each rule. A rule that matches (it may have been passed over for
        other reasons) is named with that fact.
    """
    near = responses.nearest(call.user, limit) if responses is not None else []
    known = [(name, when, False) for name, when in rules]
    known += [(prompt, When.build({"user": prompt}), True) for prompt in near]
    if not known:
        return "no rule matched: there are no rules" + ("." if responses is None else ", and no response is like it.")
    distances = [(when.distance(call, request), at) for at, (_, when, _) in enumerate(known)]
    lines = ["no rule matched. Nearest:"]
    for distance, at in nsmallest(limit, distances):
        name, when, is_response = known[at]
        say = place_of_response if is_response else place
        where = f" ({say(name)})" if say else ""
        title = "response" if is_response else f"rule {name!r}"
        lines.append(f"  {title}{where}:" + ("" if distance else " its conditions hold"))
        lines += [f"    {reason}" for reason in when.explain(call, request)[1]]
    return "\n".join(lines)
