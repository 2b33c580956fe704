"""Fixtures of CopilotKit's aimock (formerly llmock): JSON files with `fixtures`, and the configuration file that names them.

Source: aimock's types.ts, fixture-loader.ts and config-loader.ts, 1.43 (September 2026).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from understudy.config.source import TextError, inside
from understudy.importing.draft import Draft
from understudy.importing.formats import ForeignReader, FormatError
from understudy.importing.formats._aimock_faults import broken, chaos
from understudy.importing.formats._aimock_match import conditions
from understudy.importing.formats._aimock_reply import CHUNK, content, timed
from understudy.importing.order import Entry
from understudy.importing.pace import even
from understudy.importing.source import Source

_CAMEL: Final = ("userMessage", "systemMessage", "inputText", "toolCallId", "toolName", "hasToolResult", "sequenceIndex")
_SERVICES: Final = ("mcp", "a2a", "agui", "vector", "services")
_ABOUT: Final = {
    "match",
    "response",
    "latency",
    "chunkSize",
    "truncateAfterChunks",
    "disconnectAfterMs",
    "streamingProfile",
    "recordedTimings",
    "replaySpeed",
    "chaos",
    "metadata",
}
_REFUSED: Final = ("chat", "completion", "image", "speech", "transcription", "translation")
_CONFIGURED: Final = {"llm", "port", "host", "strict", "metrics", *_SERVICES}


def recognises(source: Source) -> bool:
    """Whether the file is of this format."""
    data = source.data
    if not isinstance(data, dict):
        return False
    if isinstance(data.get("llm"), dict):
        return True
    fixtures = data.get("fixtures")
    if not isinstance(fixtures, list):
        return False
    if source.path.suffix.lower() == ".json":
        return True
    return any(name in (item.get("match") or {}) for item in fixtures if isinstance(item, dict) for name in _CAMEL)


def read(source: Source, draft: Draft) -> None:
    """Read fixtures, or a configuration and the fixtures that it names.

    Raises:
        FormatError: saying what was expected where.
    """
    data = source.parsed
    if isinstance(data, dict) and isinstance(data.get("llm"), dict):
        _configuration(source, data, draft)
    elif isinstance(data, dict) and isinstance(data.get("fixtures"), list):
        draft.leftovers(source, (), data, {"fixtures"})
        _fixtures(source, data["fixtures"], draft)
    else:
        raise FormatError(f"{source.path}:1: expected an object with a list 'fixtures', got something else.")
    draft.settings.setdefault("reply", "error")


def _configuration(source: Source, data: dict[str, Any], draft: Draft) -> None:
    llm = data["llm"]
    draft.leftovers(source, (), data, _CONFIGURED)
    draft.leftovers(source, ("llm",), llm, {"fixtures", "latency", "chunkSize", "logLevel", "chaos"})
    for name in _SERVICES:
        if name in data:
            draft.remark(source.where(name), f"{name!r} is no LLM API. It is left out.")
    draft.listen(source.where("port"), data.get("port"), data.get("host"))
    if llm.get("latency"):
        draft.pace(source.where("llm"), even(llm["latency"], llm.get("chunkSize") or CHUNK), everywhere=True)
    if isinstance(llm.get("chaos"), dict):
        at = source.where("llm", "chaos")
        if faults := chaos(llm["chaos"], lambda _, message: draft.remark(at, message)):
            draft.section(at, "faults", faults)
    if data.get("strict"):
        draft.refusal = _unmatched(503, {})
    if isinstance(llm.get("fixtures"), str):
        _named(source, llm["fixtures"], draft)


def _named(source: Source, name: str, draft: Draft) -> None:
    """Read the fixtures that a configuration names: a file, or a folder with its folders."""
    where = source.where("llm", "fixtures")
    try:
        path = inside(_base(source.path.parent, name), name)
        files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
        for file in files:
            if draft.first_sight(file):
                _fixtures_of(Source.load(file), draft)
    except (TextError, FormatError) as error:
        draft.remark(where, f"fixtures {name!r}: {error}")


def _base(folder: Path, name: str) -> Path:
    """The folder that a name is meant from: aimock's is where it is started, which is often not where its configuration is."""
    here = Path()
    return here if not (folder / name).exists() and (here / name).exists() else folder


def _fixtures_of(source: Source, draft: Draft) -> None:
    if not isinstance(source.data, dict) or not isinstance(source.data.get("fixtures"), list):
        raise FormatError(f"{source.path}: expected an object with a list 'fixtures', got something else.")
    _fixtures(source, source.data["fixtures"], draft)


def _fixtures(source: Source, fixtures: list[Any], draft: Draft) -> None:
    found: list[Entry] = []
    for number, fixture in enumerate(fixtures):
        if not isinstance(fixture, dict) or not isinstance(fixture.get("response"), dict):
            draft.remark(source.where("fixtures", number), "expected a fixture with a response. It is left out.")
            continue
        with draft.attempt(source.where("fixtures", number), "fixture"):
            found += _fixture(source, number, fixture, draft)
    if draft.refusal is None and any(_embeds(entry.when) for entry in found):
        draft.refusal = _unmatched(404, {"operation": {"equals": list(_REFUSED)}})
    draft.entries(found)


def _embeds(when: dict[str, Any]) -> bool:
    return when.get("operation") == "embedding"


def _unmatched(status: int, when: dict[str, Any]) -> dict[str, Any]:
    """The rule for what no fixture fits. An input of an embedding has a vector all the same, unless fixtures are strict."""
    error = {"status": status, "message": "No fixture matched", "type": "invalid_request_error", "code": "no_fixture_match"}
    return {"name": "no fixture", **({"when": when} if when else {}), "reply": {"error": error}}


def _fixture(source: Source, number: int, fixture: dict[str, Any], draft: Draft) -> list[Entry]:
    place = ("fixtures", number)
    match = fixture["match"] if isinstance(fixture.get("match"), dict) else {}

    def warn(part: str, name: str, message: str) -> None:
        draft.remark(source.where(*place, part, *([name] if name else [])), message)

    draft.leftovers(source, place, fixture, _ABOUT)
    when = conditions(match, lambda name, message: warn("match", name, message))
    if when is None:
        return []
    reply, operation = content(fixture["response"], lambda name, message: warn("response", name, message))
    if reply is None:
        return []
    if operation is not None:
        when.setdefault("operation", operation if isinstance(operation, str) else {"equals": operation})
    elif "error" not in reply and "user" not in when:
        when.setdefault("operation", "chat")
    reply = timed(reply, fixture)
    faults = broken(fixture, lambda name, message: warn("chaos", name, message))
    if faults:
        reply["fault"] = faults[0] if len(faults) == 1 else faults
    turn, sequence = match.get("turnIndex"), match.get("sequenceIndex")
    at, reached = (value if type(value) is int else None for value in (sequence, turn))
    return [Entry(source.where(*place), when, reply, at, turn=reached)]


READER = ForeignReader("aimock", "fixtures of aimock (llmock), JSON", 20, recognises, read)
