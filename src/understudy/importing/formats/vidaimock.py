"""VidaiMock: provider files (YAML) with their Tera templates, and `mock-server.toml`.

Source: VidaiMock's README, provider.rs and config.rs, 0.3 (August 2026).
"""

from __future__ import annotations

import tomllib
from typing import Any, Final

from understudy.config.source import TextError, inside
from understudy.importing.answers import CHAT
from understudy.importing.draft import Draft
from understudy.importing.formats import ForeignReader, FormatError
from understudy.importing.formats._vidaimock_answers import Answers
from understudy.importing.pace import shown, spread
from understudy.importing.paths import Place, call_of, conditions, places
from understudy.importing.source import Source
from understudy.model.call import Call

_ABOUT: Final = {
    "name",
    "matcher",
    "priority",
    "request_mapping",
    "response_template",
    "response_body",
    "status_code",
    "error_template",
    "stream",
}
_ANY: Final = [CHAT, *(Call("chat", dialect) for dialect in ("openai_responses", "anthropic", "gemini", "cohere", "ollama"))]


def recognises(source: Source) -> bool:
    """Whether the file is of this format."""
    if source.path.suffix.lower() == ".toml":
        return bool(_settings(source).keys() & {"latency", "chaos", "endpoints", "config_dir"})
    data = source.data
    return isinstance(data, dict) and "matcher" in data and ("response_template" in data or "response_body" in data)


def read(source: Source, draft: Draft) -> None:
    """Read one file of it.

    Raises:
        FormatError: saying what was expected where.
    """
    if source.path.suffix.lower() == ".toml":
        _configuration(source, draft)
    elif source.path.suffix.lower() in (".j2", ".tera", ".jinja", ".jinja2"):
        Answers(draft, source, source.text, 0, {"operation": "chat"}, _ANY).take({})
    elif not recognises(source):
        raise FormatError(f"{source.path}:1: expected a provider with a matcher and a response, got something else.")
    else:
        _provider(source, source.data, draft)
    draft.settings.setdefault("reply", "echo")


def _settings(source: Source) -> dict[str, Any]:
    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError:
        return {}


def _configuration(source: Source, draft: Draft) -> None:
    try:
        data = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        raise FormatError(f"{source.path}:1: expected TOML, got something else: {error}.") from None
    for name in data.keys() - {"host", "port", "workers", "log_level", "config_dir", "latency", "chaos", "isolated"}:
        draft.remark(source.line(_line(source, name)), f"{name!r} has no counterpart here. It is left out.")
    draft.listen(source.line(_line(source, "port")), data.get("port"), data.get("host"))
    draft.settings["reply"] = "error" if data.get("isolated") else "echo"
    latency, chaos = data.get("latency") or {}, data.get("chaos") or {}
    timing: dict[str, Any] = {}
    if latency.get("base_ms"):
        timing["latency"] = spread(latency["base_ms"], min(1.0, (latency.get("jitter_pct") or 0) / 100))
    if chaos.get("enabled") and chaos.get("trickle_ms"):
        timing["itl"] = shown(chaos["trickle_ms"])
    draft.pace(source.line(_line(source, "latency")), timing, everywhere=True)
    if chaos.get("enabled"):
        kinds: dict[str, dict[str, Any]] = {
            "drop_pct": {"kind": "server_error"},
            "malformed_pct": {"kind": "truncated-json"},
            "disconnect_pct": {"kind": "close", "at": {"event": 2}},
        }
        faults = [kind | {"probability": min(1.0, chaos[name] / 100)} for name, kind in kinds.items() if chaos.get(name)]
        if faults:
            draft.section(source.line(_line(source, "chaos")), "faults", faults)


def _line(source: Source, name: str) -> int:
    lines = source.text.split("\n")
    return next((number for number, line in enumerate(lines, 1) if line.strip(" [").startswith(name)), 1)


def _provider(source: Source, data: dict[str, Any], draft: Draft) -> None:
    draft.leftovers(source, (), data, _ABOUT)
    try:
        meant = places(str(data["matcher"]))
    except ValueError as error:
        draft.remark(source.where("matcher"), f"matcher {data['matcher']!r}: {error}. The provider is left out.")
        return
    if not meant:
        draft.remark(source.where("matcher"), f"matcher {data['matcher']!r} is not served here. The provider is left out.")
        return
    for name in ("stream", "error_template"):
        if data.get(name):
            draft.remark(source.where(name), f"{name!r}: events and errors are the provider's own here. It is left out.")
    status = str(data.get("status_code") or "200").strip()
    if not status.isdecimal():
        draft.remark(
            source.where("status_code"), "a computed status has no counterpart here: requests are checked as the API does."
        )
    names = {str(name): str(said) for name, said in (data.get("request_mapping") or {}).items()}
    template = _template(source, data, draft)
    if template is not None:
        others: frozenset[Place] = frozenset((operation, "another") for operation, _ in meant)
        answers = Answers(
            draft,
            *template,
            conditions(meant, [others]),
            [call_of(meant)],
            int(status) if status.isdecimal() else 200,
            -(data["priority"] if type(data.get("priority")) is int else 0),
        )
        answers.take(names, str(data.get("name")))


def _template(source: Source, data: dict[str, Any], draft: Draft) -> tuple[Source, str, int] | None:
    """The template: where it stands, its text, and the lines before it."""
    if data.get("response_body"):
        return source, str(data["response_body"]), source.where("response_body").line - 1
    name = str(data.get("response_template"))
    folder = source.path.parent.parent / "templates"
    try:
        path = inside(folder, name.removeprefix("config/templates/"))
        found = Source.load(path)
    except TextError as error:
        draft.remark(source.where("response_template"), f"template {name!r}: {error.message} The provider is left out.")
        return None
    return found, found.text, 0


READER = ForeignReader("vidaimock", "providers and mock-server.toml of VidaiMock, YAML, Tera and TOML", 40, recognises, read)
