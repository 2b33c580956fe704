"""The answers of one VidaiMock provider: each way through its template becomes a rule.

In: the template, what it answers, a draft. Out: entries in the draft, and a remark with the template's line for each part that
cannot be said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from understudy.importing.answers import of_document
from understudy.importing.draft import Draft
from understudy.importing.formats._tera import ways
from understudy.importing.formats._tera_filters import shown
from understudy.importing.formats._tera_names import names_of
from understudy.importing.formats._tera_values import TeraError
from understudy.importing.formats._tera_way import Choices, Hole, Way
from understudy.importing.holes import fill, has_holes, read
from understudy.importing.order import Entry
from understudy.importing.source import Source, Where
from understudy.model.call import Call
from understudy.recorder.losses import told

_REQUIRED: Final = {
    "openai": ("model", "messages"),
    "anthropic": ("model", "messages", "max_tokens"),
    "openai_responses": ("model",),
}
_NAMELESS: Final = "names the tool after the request: tools are called without a script here (the setting `tools`)."


class Answers(Struct):
    """A template and what it answers: calls that fit `when`, with a status; `rank` tells which provider is asked first.

    Of the `calls`, which tell in whose words the template speaks, the first counts that can be made sense of.
    """

    draft: Draft
    source: Source
    template: str
    before: int
    when: dict[str, Any]
    calls: Sequence[Call]
    status: int = 200
    rank: int = 0

    def take(self, mapping: Mapping[str, str], name: str | None = None) -> None:
        """Take all answers in; `mapping` gives names to parts of a request, `name` is the provider's own."""
        lost: set[Choices] = set()
        entries: list[Entry] = []
        try:
            for way in ways(self.template, names_of(mapping, name), _REQUIRED.get(self.calls[0].dialect, ())):
                entry = self._entry(way, lost)
                if entry is None:
                    lost |= {way.choices[:at] for at in range(1, len(way.choices) + 1)}
                else:
                    entries.append(entry)
        except TeraError as error:
            self.draft.remark(self._where(error.line), f"template {error}. It is left out.")
        self.draft.entries(entries)

    def _where(self, line: int) -> Where:
        return self.source.line(self.before + line)

    def _entry(self, way: Way, lost: set[Choices]) -> Entry | None:
        for said, line in way.unsaid:
            self.draft.remark(self._where(line), f"branch '{said}' cannot be said in conditions. It is taken not to hold.")
        if way.problem is not None:
            self.draft.remark(self._where(way.problem.line), f"template {way.problem}. Its answer is left out.")
            return None
        where = self._where(1)
        try:
            document = read(way.text)
        except ValueError as error:
            self.draft.remark(where, f"template: expected JSON, got something else: {error}. Its answer is left out.")
            return None
        asked = dict(self.when)
        for wanted in way.conditions(lost):
            asked = _both(asked, wanted)
        reply, missing = self._read(document)
        for path in missing:
            self.draft.remark_once(where, told(path))
        named = [number for call in reply.get("tool_calls", ()) for number in way.holes.numbers(str(call.get("name")))]
        if named:
            hole = way.filled[named[0]]
            self.draft.remark(self._where(hole.line), f"{hole.told} {_NAMELESS} It is left out.")
            return None
        return Entry(where, asked, self._filled(reply, way), rank=self.rank)

    def _read(self, document: Any) -> tuple[dict[str, Any], list[str]]:
        """Say what a document answers, as one of the calls it may answer understands it, and what of it no reply can say."""
        found: list[tuple[dict[str, Any], list[str]]] = []
        for call in self.calls:
            missing: list[str] = []
            found.append((of_document(document, call, self.status, missing.append), missing))
        reply, missing = next((one for one in found if "raw" not in one[0]), found[0])
        makes_model = isinstance(document, dict) and has_holes(document.get("model"))
        return reply, [path for path in missing if path != "model" or not makes_model]

    def _filled(self, reply: dict[str, Any], way: Way) -> dict[str, Any]:
        """Fill the holes, and name those for which there is nothing, or but a constant."""
        holes: dict[str, Hole] = {hole.told: hole for hole in way.filled}

        def used(hole: Hole, value: Any) -> Any:
            if hole.is_drawn and value is not None:
                shows = f"{shown(hole.plain)!r}" if hole.plain is not None else "a constant"
                self.draft.remark(
                    self._where(hole.line), f"{hole.told} is new in each answer there. Here it is {shows} in all."
                )
            return value

        filled, lost = fill(
            reply,
            way.holes,
            lambda said: used(holes[said], holes[said].template),
            lambda said: used(holes[said], holes[said].plain),
        )
        for said in lost:
            self.draft.remark(self._where(holes[said].line), f"{said} has no counterpart here. It is sent as it is written.")
        return filled


def _both(mine: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Ask for two things at once."""
    found = dict(mine)
    for key, wanted in other.items():
        had = found.get(key)
        if key not in found or had == wanted:
            found[key] = wanted
        elif isinstance(had, dict) and isinstance(wanted, dict) and key in ("json", "header"):
            found[key] = _both(had, wanted)
        else:
            found[key] = {"all": [had, wanted]}
    return found
