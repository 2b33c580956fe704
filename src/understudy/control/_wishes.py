"""From the body of a request to a change: read as scripts are read, so that mistakes are told in the words of `check`.

Bodies are JSON, or YAML where the content type says so. Knows no section; what a section may say is in the grammar.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from understudy.config.overlay import Misfit, Overlay
from understudy.config.source import parse
from understudy.control import Ask, Sight
from understudy.errors import ScriptError

if TYPE_CHECKING:
    from understudy.config.overlay import Section, Verb

NOTHING = Overlay()

Answer = Callable[[Ask, Sight], object]


def overlay(sight: Sight) -> Overlay:
    """What was changed so far."""
    return sight.changes.overlay or NOTHING


def amend(ask: Ask, sight: Sight, verb: Verb, section: Section) -> None:
    """Change a section as the body says.

    Raises:
        ScriptError: with every mistake of the body.
        UsageError: when settings do not go together.
    """
    title = f"{verb} {section}"
    data = _data(ask, title)
    if isinstance(data, dict) and section in data:
        message = f"expected what a script has under '{section}', got a script. Send the value of that key itself."
        raise ScriptError([Misfit(title, 0, message, f"$.{section}")])
    sight.changes.amend(verb, section, data)


def take_back(sight: Sight, section: Section, name: str | None = None) -> None:
    """Undo the changes of a section, or one rule of them."""
    sight.changes.amend("DELETE", section, name=name)


def section(
    name: Section, show: Answer, after: Callable[[Sight], object] | None = None, verb: Verb = "PUT"
) -> tuple[Answer, Answer]:
    """What changes a section as the body says, and what takes its changes back: both show it then.

    Args:
        name: of the section.
        show: answers with what is in force.
        after: what else is to be done about a change.
        verb: how the body is taken.
    """

    def changed(ask: Ask, sight: Sight) -> object:
        if after is not None:
            after(sight)
        return show(ask, sight)

    def change(ask: Ask, sight: Sight) -> object:
        amend(ask, sight, verb, name)
        return changed(ask, sight)

    def drop(ask: Ask, sight: Sight) -> object:
        take_back(sight, name)
        return changed(ask, sight)

    return change, drop


def _data(ask: Ask, title: str) -> Any:
    """Parse a body."""
    request = ask.request
    try:
        text = request.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"expected UTF-8 text, got the byte 0x{request.body[error.start]:02x}."
        raise ScriptError([Misfit(title, 0, message)]) from None
    is_yaml = "yaml" in request.head.headers.get("content-type", "").lower()
    if not text.strip():
        raise ScriptError([Misfit(title, 0, f"expected {'YAML' if is_yaml else 'JSON'}, got nothing.")])
    document = parse(text, "body.yaml" if is_yaml else "body.json")
    if document.problems:
        raise ScriptError([Misfit(title, 0, f"line {problem.line}: {problem.message}") for problem in document.problems])
    return document.data
