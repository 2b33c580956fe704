"""The configuration of dwmkerr's mock-llm: `rules` of path, match and response, of which the last that fits answers.

Source: mock-llm's README, config.ts, server.ts, streaming.ts and template.ts, 0.1.29 (April 2026).
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from understudy.importing.answers import of_document
from understudy.importing.draft import Draft
from understudy.importing.formats import ForeignReader, FormatError
from understudy.importing.formats._jmespath import gives_list, hole, translated
from understudy.importing.holes import Holes, fill
from understudy.importing.order import Entry, key_of
from understudy.importing.pace import even
from understudy.importing.paths import Place, call_of, conditions, places
from understudy.importing.source import Source
from understudy.recorder.losses import told

_HOLE: Final = re.compile(r"\{\{(?:timestamp|jmes\s+\w+\s(?:(?!\{\{)[^}])+)\}\}")
_JMES: Final = re.compile(r"\{\{jmes\s+request\s([^}]+)\}\}")


def recognises(source: Source) -> bool:
    """Whether the file is of this format."""
    rules = source.data.get("rules") if isinstance(source.data, dict) else None
    return isinstance(rules, list) and any(
        isinstance(rule, dict) and isinstance(rule.get("path"), str) and isinstance(rule.get("response"), dict)
        for rule in rules
    )


def read(source: Source, draft: Draft) -> None:
    """Read a configuration.

    Raises:
        FormatError: saying what was expected where.
    """
    data = source.parsed
    if not isinstance(data, dict) or not isinstance(data.get("rules"), list):
        raise FormatError(f"{source.path}:1: expected a mapping with a list 'rules', got something else.")
    draft.leftovers(source, (), data, {"rules", "streaming"})
    streaming = data["streaming"] if isinstance(data.get("streaming"), dict) else {}
    with draft.attempt(source.where("streaming"), "streaming"):
        gap, size = streaming.get("chunkIntervalMs", 50), streaming.get("chunkSize", 50)
        draft.pace(source.where("streaming"), even(gap, size), everywhere=True)
    rules = [(number, rule) for number, rule in enumerate(data["rules"]) if isinstance(rule, dict)]
    meant = [_places(source, number, rule, draft) for number, rule in rules]
    entries: list[tuple[Entry, frozenset[Place]]] = []
    for (number, rule), mine in zip(reversed(rules), reversed(meant), strict=True):
        with draft.attempt(source.where("rules", number), "rule"):
            entry = _rule(source, number, rule, mine, meant, draft) if mine else None
            if entry is not None:
                entries.append((entry, mine))
    _count_apart([pair for pair in entries if pair[0].number is not None], draft)
    draft.entries([entry for entry, _ in entries])
    draft.settings.setdefault("reply", "error")


def _count_apart(sequenced: list[tuple[Entry, frozenset[Place]]], draft: Draft) -> None:
    """Number sequences of one path anew that differ in `match`, and name them: all have one count there."""
    numbers: dict[bytes, list[int]] = {}
    for entry, _ in sequenced:
        numbers.setdefault(key_of(entry), []).append(entry.number or 0)
    for entry, mine in sequenced:
        if any(mine & theirs and key_of(other) != key_of(entry) for other, theirs in sequenced):
            entry.number = sorted(set(numbers[key_of(entry)])).index(entry.number or 0)
            draft.remark(
                entry.where, "sequences of one path are counted together there; here each `match` has a count of its own."
            )


def _places(source: Source, number: int, rule: dict[str, Any], draft: Draft) -> frozenset[Place]:
    where = source.where("rules", number, "path")
    try:
        found = places(str(rule.get("path", "")))
    except ValueError as error:
        draft.remark(where, f"path {rule.get('path')!r}: {error}. The rule is left out.")
        return frozenset()
    if not found:
        draft.remark(where, f"path {rule.get('path')!r} is not served here. The rule is left out.")
    return found


def _rule(
    source: Source, number: int, rule: dict[str, Any], mine: frozenset[Place], meant: list[frozenset[Place]], draft: Draft
) -> Entry | None:
    place = ("rules", number)
    draft.leftovers(source, place, rule, {"path", "method", "match", "sequence", "response"})
    response = rule.get("response")
    if not isinstance(response, dict):
        draft.remark(source.where(*place), "expected a response, got none. The rule is left out.")
        return None
    operations = {operation for operation, _ in mine}
    if operations == {"models"}:
        _models(source, place, response, draft)
        return None
    asked = frozenset(meaning for meaning in mine if meaning[0] != "models")
    if str(rule.get("method") or "POST").upper() != "POST":
        draft.remark(source.where(*place, "method"), f"method {rule['method']!r}: rules answer POST. The rule is left out.")
        return None
    matched = translated(str(rule.get("match") or "@"))
    if matched is None:
        draft.remark(
            source.where(*place, "match"), f"match {rule['match']!r} cannot be said in conditions. The rule is left out."
        )
        return None
    if gives_list(str(rule.get("match") or "@")):
        draft.remark(
            source.where(*place, "match"),
            f"match {rule['match']!r} gives a list, which there holds when it is empty, too, but not here.",
        )
    reply = _reply(source, place, response, asked, draft)
    sequence = rule.get("sequence")
    when = conditions(asked, meant) | matched
    return None if reply is None else Entry(source.where(*place), when, reply, sequence if isinstance(sequence, int) else None)


def _reply(
    source: Source, place: tuple[Any, ...], response: dict[str, Any], asked: frozenset[Place], draft: Draft
) -> dict[str, Any] | None:
    where = source.where(*place, "response", "content")
    draft.leftovers(source, (*place, "response"), response, {"status", "content"})
    holes = Holes()
    content = response.get("content", "")
    try:
        document = holes.document(content if isinstance(content, str) else msgspec.json.encode(content).decode(), _HOLE)
    except ValueError as error:
        draft.remark(where, f"expected JSON, got something else: {error}. The rule is left out.")
        return None
    call = call_of(asked)
    call.model = _asked_model(document, holes)
    answered = of_document(document, call, _status(response), lambda path: draft.remark(where, told(path)))
    reply, lost = fill(answered, holes, _translated)
    for said in lost:
        draft.remark(where, f"{said} has no counterpart here. It is sent as it is written.")
    return reply


def _asked_model(document: Any, holes: Holes) -> str:
    """The model of an answer, where it is the one that was asked."""
    model = document.get("model") if isinstance(document, dict) else None
    marks = holes.numbers(model) if isinstance(model, str) else []
    is_asked = len(marks) == 1 and holes.mark_of(marks[0]) == model and _translated(holes.said[marks[0]]) == "{{ model }}"
    return str(model) if is_asked else ""


def _status(response: dict[str, Any]) -> int:
    status = response.get("status", 200)
    return status if isinstance(status, int) else 200


def _translated(said: str) -> str | None:
    query = _JMES.fullmatch(said)
    ours = None if query is None else hole(query[1])
    return None if ours is None else f"{{{{ {ours} }}}}"


def _models(source: Source, place: tuple[Any, ...], response: dict[str, Any], draft: Draft) -> None:
    """A list of models is no rule here, but the script's."""
    try:
        listed = Holes().document(str(response.get("content", "")), _HOLE)["data"]
        draft.models |= dict.fromkeys(str(item["id"]) for item in listed)
    except (ValueError, KeyError, TypeError):
        draft.remark(source.where(*place, "response"), "expected a list of models, got something else. It is left out.")


READER = ForeignReader("mock-llm", "the configuration of dwmkerr/mock-llm, YAML or JSON", 10, recognises, read)
