"""GET, POST and DELETE rules: what answers which call."""

from __future__ import annotations

from typing import Any

from understudy.config.script import Rule
from understudy.control import Ask, Control, Route, Sight, refused
from understudy.control._wishes import amend, overlay, take_back
from understudy.engine.faultbook import counts_of
from understudy.kinds import nearest


def _show(_ask: Ask, sight: Sight) -> object:
    """List the rules in the order they are tried; posted ones as they were written."""
    script, made = sight.changes.script, overlay(sight)
    posted = [
        {"name": rule.name, "from": "posted", "rule": data} for rule, data in zip(made.rules, made.rules_written, strict=True)
    ]
    return {"rules": [*posted, *(_scripted(rule) for rule in script.rules[len(posted) :])]}


def _scripted(rule: Rule) -> dict[str, Any]:
    return {"name": rule.name, "from": f"{rule.source_file}:{rule.line}", "replies": len(rule.replies)}


def _post(ask: Ask, sight: Sight) -> object:
    before = overlay(sight).posted
    amend(ask, sight, "POST", "rules")
    made = overlay(sight)
    posted = [rule.name for rule in made.rules[: made.posted - before]]
    _begin_anew(sight, posted)
    return {"posted": posted}


def _drop_all(_ask: Ask, sight: Sight) -> object:
    dropped = [rule.name for rule in overlay(sight).rules]
    take_back(sight, "rules")
    _begin_anew(sight, dropped)
    return {"dropped": dropped}


def _drop(ask: Ask, sight: Sight) -> object:
    name = ask.params["name"]
    posted = [rule.name for rule in overlay(sight).rules]
    if name not in posted:
        raise refused(_absent(name, posted, sight.changes.script.rules), 404, "not_found")
    take_back(sight, "rules", name)
    _begin_anew(sight, [name])
    return {"dropped": [name]}


def _begin_anew(sight: Sight, names: list[str]) -> None:
    """Have rules of these names begin their sequences, and their faults to count, as if nothing had been asked."""
    faults = [counts_of(f"rule {name}") for name in names]
    sight.state.forget(lambda session, key: key in names or any(are_meant(session, key) for are_meant in faults))


def _absent(name: str, posted: list[str], rules: tuple[Rule, ...]) -> str:
    for rule in rules:
        if rule.name == name:
            place = f"{rule.source_file}:{rule.line}"
            return f"rule {name!r}: expected one that was posted, got one of the script ({place}). Change it there."
    return f"rule {name!r}: expected one that was posted, got none of that name.{nearest(name, posted)}"


CONTROL = Control(
    "rules",
    "What answers which call.",
    (
        Route("GET", "rules", "List the rules in the order they are tried.", _show),
        Route(
            "POST",
            "rules",
            "Put a rule, or a list of them, before all others; one of the same name is replaced.",
            _post,
        ),
        Route("DELETE", "rules", "Drop all posted rules; those of the script stay.", _drop_all),
        Route("DELETE", "rules/{name}", "Drop one posted rule.", _drop),
    ),
)
