"""What was asked of a running server: wishes that stand above scripts, flags and the environment.

In: one wish after the other, each for one section, in the words of a script. Out: a new `Overlay`, or every mistake in the
wish; nothing is half taken. `amend` lays an overlay over a script. Keeps nothing and reads no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, NoReturn

from msgspec import Struct
from msgspec.structs import replace

from understudy.config.grammar.document import DOCUMENT
from understudy.config.grammar.readers import INVALID, ByType, ListOf
from understudy.config.grammar.report import Checks, Report
from understudy.config.grammar.rule import RULE
from understudy.config.merge import merge_timing
from understudy.config.script import Rule, Script
from understudy.config.settings import TABLE
from understudy.config.source import Document, Place, path_of
from understudy.config.values import describe
from understudy.errors import Problem, ScriptError
from understudy.kinds import nearest

Section = Literal["settings", "timing", "timeline", "rules", "faults", "limits"]
Verb = Literal["PUT", "PATCH", "POST", "DELETE"]

_RULES: Final = ByType("a rule (a mapping) or a list of rules", mapping=RULE, sequence=ListOf(RULE, "a list of rules", 1))


class Wish(Struct, frozen=True):
    """One change: PUT replaces a section, PATCH its keys (null takes one back), POST adds rules, DELETE takes back.

    `data` is plain data as a script would hold it; `name` is the one rule that DELETE takes back, None takes all.
    """

    verb: Verb
    section: Section
    data: Any = None
    name: str | None = None

    @property
    def title(self) -> str:
        """How messages call it."""
        return f"{self.verb} {self.section}"


class Overlay(Struct, frozen=True):
    """All wishes in force.

    `written` has each section as it was asked for, `read` what it means; `settings` and `rules` apart. `rules` are in the
    order they are tried, `rules_written` the same as they were asked for. `posted` counts the rules that ever came.
    """

    written: Mapping[str, Any] = {}
    read: Mapping[str, Any] = {}
    settings: Mapping[str, Any] = {}
    rules: tuple[Rule, ...] = ()
    rules_written: tuple[Mapping[str, Any], ...] = ()
    posted: int = 0


class Misfit(Problem):
    """A mistake in a wish: `PUT timing: $.itl: message`."""

    def __str__(self) -> str:
        return f"{self.file}: {self.path}: {self.message}"


def apply(overlay: Overlay, wish: Wish, checks: Checks | None = None) -> Overlay:
    """Take a wish into an overlay.

    Args:
        overlay: what was asked so far; stays as it is.
        wish: what is asked now.
        checks: what other rooms look at.

    Raises:
        ScriptError: with every mistake; none of the wish is taken then.
    """
    if wish.verb == "DELETE":
        return _take_back(overlay, wish)
    report = Report(Document(wish.title, wish.data, {}, []), checks or Checks())
    if wish.section == "rules":
        return _post(overlay, wish, report)
    if wish.section == "settings":
        return _patch(overlay, wish, report)
    key = DOCUMENT.keys.get(wish.section)
    if key is None:
        _refuse(wish, (), "this version does not have it yet.")
    value = key.reader.read(wish.data, (), report)
    _refuse_mistakes(report)
    if value is INVALID or value is None:
        _refuse(wish, (), f"expected {key.reader.expected}, got {describe(wish.data)}.")
    return replace(overlay, written={**overlay.written, wish.section: wish.data}, read={**overlay.read, wish.section: value})


def amend(script: Script, overlay: Overlay) -> Script:
    """Lay an overlay over a script.

    Its rules are tried first, in place of those of the same name; its timing wins key by key, `overrides` as a whole; its other
    sections replace the script's. Its settings are not the script's: `resolve` takes them, for they win over flags too.
    """
    read: dict[str, Any] = {**overlay.read}
    if "timing" in read:
        replaced = {"overrides": ()} if "overrides" in overlay.written["timing"] else {}
        read["timing"] = merge_timing([read["timing"], replace(script.timing, **replaced)])
    names = {rule.name for rule in overlay.rules}
    rules = (*overlay.rules, *(rule for rule in script.rules if rule.name not in names))
    return replace(script, rules=rules, **read)


def _post(overlay: Overlay, wish: Wish, report: Report) -> Overlay:
    """Put rules in front of those there are; one of the same name goes."""
    found = _RULES.read(wish.data, (), report)
    written = wish.data if isinstance(wish.data, list) else [wish.data]
    rules: list[Rule] = []
    for index, rule in enumerate((found,) if isinstance(found, Rule) else found if isinstance(found, tuple) else ()):
        number = overlay.posted + index + 1
        name = rule.name or f"posted rule {number}"
        if name in {other.name for other in rules}:
            report.add((index, "name"), f"rule name {name!r} is given twice. Give each rule a name of its own.")
        rules.append(replace(rule, name=name, line=number))
    _refuse_mistakes(report)
    names = {rule.name for rule in rules}
    kept = [index for index, rule in enumerate(overlay.rules) if rule.name not in names]
    return replace(
        overlay,
        rules=(*rules, *(overlay.rules[index] for index in kept)),
        rules_written=(
            *({"name": rule.name, **data} for rule, data in zip(rules, written, strict=True)),
            *(overlay.rules_written[index] for index in kept),
        ),
        posted=overlay.posted + len(rules),
    )


def _patch(overlay: Overlay, wish: Wish, report: Report) -> Overlay:
    """Change settings by name; null takes one back."""
    reader = DOCUMENT.keys["settings"].reader
    data = wish.data
    given = {name: value for name, value in data.items() if not _is_null(name, value)} if isinstance(data, dict) else data
    if reader.read(given, (), report) is None:
        _refuse(wish, (), f"expected {reader.expected}, got {describe(data)}.")
    if isinstance(data, dict):
        for name in data:
            _check_setting(name, report)
    _refuse_mistakes(report)
    kept = {name: value for name, value in overlay.settings.items() if name not in data}
    return replace(overlay, settings={**kept, **given})


def _is_null(name: str, value: object) -> bool:
    return value is None and name in TABLE


def _check_setting(name: str, report: Report) -> None:
    entry = TABLE.get(name)
    if entry is not None and entry.setting.fixed:
        report.add((name,), f"setting {name!r} needs a restart: it is read when the server starts. Use {entry.flag} then.")


def _take_back(overlay: Overlay, wish: Wish) -> Overlay:
    """Drop a section, or one rule."""
    if wish.section == "settings":
        return replace(overlay, settings={})
    if wish.section == "rules":
        return _take_rules_back(overlay, wish)
    return replace(
        overlay,
        written={section: data for section, data in overlay.written.items() if section != wish.section},
        read={section: value for section, value in overlay.read.items() if section != wish.section},
    )


def _take_rules_back(overlay: Overlay, wish: Wish) -> Overlay:
    if wish.name is None:
        return replace(overlay, rules=(), rules_written=())
    names = [rule.name for rule in overlay.rules]
    if wish.name not in names:
        _refuse(wish, (), f"rule {wish.name!r}: expected one that was posted, got none.{nearest(wish.name, names)}")
    at = names.index(wish.name)
    return replace(overlay, rules=_without(overlay.rules, at), rules_written=_without(overlay.rules_written, at))


def _without(things: tuple[Any, ...], at: int) -> tuple[Any, ...]:
    return things[:at] + things[at + 1 :]


def _refuse(wish: Wish, at: Place, message: str) -> NoReturn:
    raise ScriptError([Misfit(wish.title, 0, message, path_of(at))])


def _refuse_mistakes(report: Report) -> None:
    problems: Iterable[Problem] = report.problems
    if report.problems:
        raise ScriptError([Misfit(problem.file, 0, problem.message, problem.path) for problem in problems])
