"""The script that is being made of foreign files, and what could not be said in it.

In: rules as plain data, exchanges, settings, remarks, in the order of the files. Out: all of it, checked: a rule that no script
may hold is left out with a remark, and so is every part that has no counterpart. Knows no format and no YAML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from understudy.config.overlay import Overlay, Wish, apply
from understudy.errors import ScriptError
from understudy.importing import words
from understudy.importing.answers import BOUND, KEPT, UNSENT, in_one_mode, of_take, thinks
from understudy.importing.logic import apart
from understudy.importing.naming import named
from understudy.importing.order import Entry, in_order, told
from understudy.importing.pace import shown
from understudy.importing.pairs import Pairs
from understudy.importing.source import FormatError, Source, Where
from understudy.importing.turns import by_turn
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.recorder.asked import Asked
from understudy.recorder.losses import told as lost_told
from understudy.recorder.reply import hear
from understudy.recorder.rules import Collection, is_bound
from understudy.recorder.secrets import Secrets
from understudy.recorder.take import Reader, Take
from understudy.sources import checks

_OPENAI = {"operation": "chat", "dialect": "openai"}
_PORTS = 65536


class Remark(Struct, frozen=True):
    """What was not taken over as it is, and where it stands."""

    where: Where
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class Draft:
    """What was read so far.

    `settings` and `sections` (timing, faults) are keys of the script; `models` are listed by name; `refusal` is the rule behind
    all others that answers what none of them does, in place of the setting `reply`.
    """

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {}
        self.sections: dict[str, Any] = {}
        self.models: dict[str, None] = {}
        self.refusal: dict[str, Any] | None = None
        self._remarks: dict[Remark, None] = {}
        self._once: set[str] = set()
        self.pairs = Pairs()
        self._seen: set[Path] = set()
        self._entries: list[Entry] = []
        self._rules: list[dict[str, Any]] = []
        self._secrets = Secrets()
        self._reader = Reader()
        self._collection = Collection(self._secrets)

    def first_sight(self, path: Path) -> bool:
        """Whether a file was not read so far: what a folder holds may also be named by another file."""
        seen = path.resolve()
        if seen in self._seen:
            return False
        self._seen.add(seen)
        return True

    def remark(self, where: Where, message: str) -> None:
        """Note what is not taken over, once for each place."""
        self._remarks[Remark(where, message)] = None

    def remark_once(self, where: Where, message: str) -> None:
        """Note what many parts have in common, at the first of them."""
        if message not in self._once:
            self._once.add(message)
            self.remark(where, message)

    @property
    def remarks(self) -> list[Remark]:
        """All that was noted, by file, line and text."""
        return sorted(self._remarks, key=lambda remark: (remark.where.file, remark.where.line, remark.message))

    @contextmanager
    def attempt(self, where: Where, what: str) -> Iterator[None]:
        """Read something that may be made otherwise than its tool wants it; then it is left out with a remark."""
        try:
            yield
        except FormatError:
            raise
        except (TypeError, ValueError, KeyError, AttributeError, IndexError) as error:
            self.remark(where, f"{what}: expected another form, got what cannot be read ({_said(error)}). It is left out.")

    def leftovers(self, source: Source, place: tuple[Any, ...], value: Mapping[str, Any], known: Iterable[str]) -> None:
        """Note the members of a mapping that nobody reads; names that mark comments are none."""
        for name in value.keys() - set(known):
            if not name.startswith(("_", "$", "//")) and name not in ("comment", "description"):
                hint = words.meant(name, known)
                self.remark(source.where(*place, name), f"{name!r} has no counterpart here. It is left out.{hint}")

    def entries(self, entries: list[Entry]) -> None:
        """Take foreign rules in, first match first."""
        self._entries += entries
        for entry in entries:
            self.pace(entry.where, entry.reply.get("timing", {}))

    def settle(self) -> None:
        """Make rules of all foreign ones, once every file is read: sequences and turns go through all files."""
        entries = by_turn(sorted(self._entries, key=lambda entry: entry.rank))
        self._entries = []
        for where, message in told(entries):
            self.remark(where, message)
        for entry, rule in in_order(entries):
            self.rule(entry.where, rule)
        if self.refusal is not None and self.settings.get("reply") == "error":
            del self.settings["reply"]
            self._rules.append(self.refusal)

    def pace(self, where: Where, timing: dict[str, Any], *, everywhere: bool = False) -> None:
        """Note how streams are paced: in other tools that is nothing to an answer which is not streamed.

        Args:
            where: what says so.
            timing: as a script says it.
            everywhere: whether it is that of the script.
        """
        if timing.keys() & {"ttft", "itl"}:
            timing = {**(timing if everywhere else {}), "whole": False}
        elif not everywhere:
            return
        if timing:
            self.section(where, "timing", {**self.sections.get("timing", {}), **timing})

    def section(self, where: Where, name: Literal["timing", "faults"], value: Any) -> None:
        """Take a key of the script in, if a script may hold it."""
        try:
            apply(Overlay(), Wish("PUT", name, value))
        except ScriptError as error:
            self.remark(where, f"{name}: {error.problems[0].message} It is left out.")
        else:
            self.sections[name] = value

    def listen(self, where: Where, port: Any, host: Any) -> None:
        """Listen where the other tool does."""
        good = {"port": type(port) is int and 0 < port < _PORTS, "host": isinstance(host, str)}
        for name, value in (("port", port), ("host", host)):
            if value and good[name]:
                self.settings[name] = value
            elif value:
                self.remark(
                    where, f"{name} {value!r}: expected {'a port' if name == 'port' else 'an address'}. It is left out."
                )

    def rule(self, where: Where, rule: dict[str, Any]) -> None:
        """Take a rule in, if a script may hold it."""
        if (bound := in_one_mode(rule)) is not rule:
            self.remark(where, BOUND)
            rule = bound
        try:
            apply(Overlay(), Wish("POST", "rules", rule), checks())
        except ScriptError as error:
            for mistake in error.problems:
                place = "" if mistake.path == "$" else f" ({mistake.path})"
                self.remark(where, f"left out: {mistake.message}{place}")
        except RecursionError:
            self.remark(where, "left out: nested too deep")
        else:
            self._rules.append(rule)
            self._thought(where, rule.get("when", {}), rule.get("replies", [rule.get("reply")]))

    def understood(self, where: Where, request: Request) -> Call | None:
        """Decode a request that went by; None, and a remark, when no rule could answer it."""
        head = request.head
        self._secrets.notice(head)
        self._secrets.notice_body(request.body)
        call = self._reader.read(request)
        if call is None:
            self.remark(where, f"{head.method} {self._secrets.hide(head.path)}: no rule can answer it. It is left out.")
        return call

    def exchange(self, where: Where, take: Take, latency: float | None = None) -> None:
        """Take an exchange in that went by once, in so many milliseconds."""
        call = take.call = self.understood(where, take.request)
        if call is None:
            return
        asked = Asked(take.request, call)
        if asked.earlier:
            self._reader.recall(asked.earlier, call)
        heard = hear(take)
        if heard is not None and heard.identifier:
            self._reader.remember(heard.identifier, call, heard.text)
        for path in heard.lost if heard is not None else ():
            self.remark_once(where, lost_told(path))
        reply = of_take(take)
        if is_bound(asked, reply):
            self.remark_once(where, KEPT)
        self._thought(where, {"dialect": call.dialect}, [reply])
        self.add(asked, reply | ({"timing": {"latency": shown(latency)}} if latency else {}))

    def _thought(self, where: Where, when: dict[str, Any], replies: list[Any]) -> None:
        """Note, once, that most clients do not get what a model thought."""
        if not apart(when, _OPENAI) and any(map(thinks, replies)):
            self.remark_once(where, UNSENT)

    def add(self, asked: Asked, reply: dict[str, Any]) -> None:
        """Take an answer in; equal requests are one rule, whose replies come one after another."""
        self._collection.add(asked, reply)

    def rules(self) -> list[dict[str, Any]]:
        """Write all rules: those of exchanges first, for they fit one request each; names are given once."""
        self.settle()
        recorded = self._collection.rules()
        words.sharpen(self._rules)
        return named([*recorded, *self._rules])


def _said(error: Exception) -> str:
    return f"no {error}" if isinstance(error, KeyError) else str(error)
