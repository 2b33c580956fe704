"""The part of a regular expression that every text it is found in must hold.

Looking for a fixed part costs a fraction of running the expression, and most texts have none of it. Careful rather than clever:
only plain ASCII characters outside of groups count, an expression with an alternative or a flag beyond (?i) has no such part.
"""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[A-Za-z0-9 '\",:;!%&=@#/_<>~`-]")
_OPTIONAL = "*?{"  # what may make the character before it absent
_SHORTEST = 3


def required_text(pattern: str) -> str:
    """Find the longest fixed part of a pattern, folded as texts are for comparing; "" when there is none worth looking for."""
    pattern = pattern.removeprefix("(?i)")
    if "|" in pattern or "(?" in pattern.replace("(?P<", "").replace("(?:", "") or "\\Q" in pattern:
        return ""
    runs, run, depth, at = [], "", 0, 0
    while at < len(pattern):
        char = pattern[at]
        if depth == 0 and _PLAIN.match(char):
            run += char
            at += 1
            continue
        if char in _OPTIONAL:
            run = run[:-1]
        runs.append(run)
        run = ""
        if char == "\\":
            at += 2
            # \x41, \pL, \x{41}: what follows belongs to the escape
            if pattern[at - 1 : at] in ("x", "p", "P"):
                return ""
            continue
        if char == "[":
            at = _behind_class(pattern, at)
            continue
        if char == "{":
            at = max(pattern.find("}", at), at) + 1
            continue
        depth += {"(": 1, ")": -1}.get(char, 0)
        at += 1
    longest = max([*runs, run], key=len).strip().casefold()
    return longest if len(longest) >= _SHORTEST else ""


def _behind_class(pattern: str, at: int) -> int:
    """The offset behind a character class."""
    at += 1
    if pattern[at : at + 1] == "^":
        at += 1
    at += 1  # a bracket in the first place is a character
    while at < len(pattern) and pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at + 1
