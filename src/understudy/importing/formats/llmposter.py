"""Fixtures of llmposter: YAML files with `fixtures`.

Source: llmposter's docs/fixtures.md, failure-simulation.md and scenarios.md, 0.4.6 to 0.5.0 (2026).
"""

from __future__ import annotations

from typing import Any, Final

from understudy.importing.draft import Draft
from understudy.importing.formats import ForeignReader, FormatError
from understudy.importing.formats._llmposter_match import conditions
from understudy.importing.formats._llmposter_reply import reply_of
from understudy.importing.order import Entry
from understudy.importing.source import Source

_ABOUT: Final = frozenset(
    {
        "match",
        "response",
        "error",
        "refusal",
        "streaming",
        "failure",
        "provider",
        "priority",
        "catch_all",
        "scenario",
    }
)


def recognises(source: Source) -> bool:
    """Whether the file is of this format."""
    data = source.data
    return isinstance(data, dict) and isinstance(data.get("fixtures"), list)


def read(source: Source, draft: Draft) -> None:
    """Read fixtures.

    Raises:
        FormatError: saying what was expected where.
    """
    if not isinstance(source.parsed, dict) or not recognises(source):
        raise FormatError(f"{source.path}:1: expected a mapping with a list 'fixtures', got something else.")
    draft.leftovers(source, (), source.data, {"fixtures"})
    fixtures = [(number, item) for number, item in enumerate(source.data["fixtures"]) if isinstance(item, dict)]
    fixtures.sort(key=lambda pair: (pair[1].get("catch_all") is True, -_number(pair[1].get("priority"))))
    places = _chains([item for _, item in fixtures])
    entries = []
    for (number, item), place in zip(fixtures, places, strict=True):
        with draft.attempt(source.where("fixtures", number), "fixture"):
            entry = _fixture(source, number, item, draft)
            if entry is not None:
                entry.number = place
                entries.append(entry)
    _warn_of_states(source, fixtures, entries, draft)
    draft.entries(entries)
    draft.settings.setdefault("reply", "error")


def _fixture(source: Source, number: int, item: dict[str, Any], draft: Draft) -> Entry | None:
    place = ("fixtures", number)

    def warn(path: tuple[Any, ...], message: str) -> None:
        draft.remark(source.where(*place, *path), message)

    draft.leftovers(source, place, item, _ABOUT)
    match = item.get("match") if isinstance(item.get("match"), dict) else {}
    when = conditions(match or {}, item.get("provider"), warn)
    reply = reply_of(item, warn)
    if when is not None and reply is not None and "user" not in when:
        when["operation"] = "embedding" if "embedding" in reply else {"equals": ["chat", "completion"]}
    return None if when is None or reply is None else Entry(source.where(*place), when, reply)


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _chains(fixtures: list[dict[str, Any]]) -> list[int | None]:
    """Number the fixtures of each scenario that go from one state to the next, beginning with none."""
    found: list[int | None] = [None] * len(fixtures)
    scenarios = [item.get("scenario") if isinstance(item.get("scenario"), dict) else None for item in fixtures]
    for name in {str(scenario.get("name")) for scenario in scenarios if scenario}:
        state, place = "", 0
        seen: set[str] = set()
        while state not in seen:
            seen.add(state)
            step = next(
                (i for i, s in enumerate(scenarios) if s and str(s.get("name")) == name and s.get("required_state") == state),
                -1,
            )
            if step < 0:
                break
            found[step] = place
            state, place = str((scenarios[step] or {}).get("set_state") or state), place + 1
    return found


def _warn_of_states(source: Source, fixtures: list[tuple[int, dict[str, Any]]], entries: list[Entry], draft: Draft) -> None:
    """Name the states that no sequence says: those that are left from elsewhere, and chains whose conditions differ."""
    for number, item in fixtures:
        if not isinstance(item.get("scenario"), dict):
            continue
        where = source.where("fixtures", number, "scenario")
        own = next((entry for entry in entries if entry.where == source.where("fixtures", number)), None)
        if own is None:
            continue
        kin = [entry for entry in entries if entry.number is not None and entry.when == own.when]
        is_chained = own.number is not None and (len(kin) > 1 or own.number == 0)
        needs = item["scenario"].get("required_state")
        if (needs is not None and not is_chained) or (own.number and len(kin) == 1):
            own.number = None
            draft.remark(where, "states are said by conditions here. The fixture answers whenever the rest of it matches.")


READER = ForeignReader("llmposter", "fixtures of llmposter, YAML", 30, recognises, read)
