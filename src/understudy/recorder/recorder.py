"""The recorder: takes go in, a script comes out.

In: exchanges that went by, a file to write. Out: that file, written anew as rules come in, whole or not at all, and never over
what somebody else wrote there. With an engine it answers what the script says already. Says nothing itself: whoever starts it
is told what is worth telling.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

from understudy.engine.respond import Engine
from understudy.errors import UsageError
from understudy.matching import fold
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.model.plan import Plan
from understudy.recorder.asked import Asked
from understudy.recorder.crowd import fits
from understudy.recorder.losses import told as lost_told
from understudy.recorder.page import extended, rendered, rules_in
from understudy.recorder.reply import hear, replies_of, reply_of, verbatim
from understudy.recorder.rules import Collection, Rule
from understudy.recorder.secrets import Secrets
from understudy.recorder.take import Reader, Take
from understudy.recorder.unpacking import unpacked

EVERY: Final = 50
"""Exchanges between two looks at a long script; a short one is written after each."""

_PROBE: Final = [{"name": "probe", "reply": "probe"}]


class Recorder:
    """Writes what goes by.

    Args:
        out: the script.
        origin: where the answers come from, for its first line.
        exact: write every answer byte by byte.
        base: the text of the script that is added to; None begins a new one.
        names: the names of its rules.
        tell: is told what was recorded, one sentence each.

    `count` is how many exchanges were recorded, `passed` counts those that no rule can answer by method and path. `out` is the
    script that is written: another than the one asked for once somebody else has changed that and it cannot be added to.

    Raises:
        UsageError: when rules cannot be added to the script.
    """

    def __init__(
        self,
        out: Path,
        origin: str,
        *,
        exact: bool = False,
        base: str | None = None,
        names: tuple[str, ...] = (),
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.out = out
        self._wanted = out
        self._origin = origin
        self._exact = exact
        self._base = base
        self._text = base  # what the file held when it was last read or written
        self._names = names
        self._written: list[Rule] = []  # what stands there behind the base
        self._before: list[tuple[str, Callable[[Asked], bool]]] = []  # what may be in the way of new ones
        self._tell = tell
        self._secrets = Secrets()
        self._reader = Reader()
        self._rules = Collection(self._secrets)
        self.passed: Counter[str] = Counter()
        self.count = 0
        self._lost: set[str] = set()
        if base is not None and extended(base, _PROBE) is None:
            raise self._full()

    def record(self, take: Take) -> None:
        """Take an exchange in."""
        take = unpacked(take)
        head = take.request.head
        self._secrets.notice(head)
        self._secrets.notice_body(take.request.body)
        status = take.status or "---"
        call = take.call = self._reader.read(take.request)
        if call is None:
            self.passed[f"{head.method} {self._secrets.hide(head.path)}"] += 1
            self._tell(f"passed on   {status} {head.method} {self._secrets.hide(head.path)} (no rule can answer it)")
            return
        asked = Asked(take.request, call)
        earlier = asked.earlier
        if earlier:
            self._reader.recall(earlier, call)
        heard = hear(take)
        if heard is not None and heard.identifier:
            self._reader.remember(heard.identifier, call, heard.text)
        reply = verbatim(take) if self._exact and take.status else reply_of(take, heard)
        several = [] if self._exact else replies_of(take)
        for text, vector in several:
            self._rules.add(Asked(take.request, call.about(text)), vector)
            reply = vector
        if not several:
            self._rules.add(asked, reply)
        self.count += 1
        for path in () if heard is None or self._exact else heard.lost:
            if path not in self._lost:
                self._lost.add(path)
                self._tell(f"not kept: {lost_told(path)}")
        how = " byte by byte" if "raw" in reply else ""
        end = f" (the upstream broke off: {take.broken})" if take.broken else ""
        self._tell(f"recorded{how}   {status} {head.method} {self._secrets.hide(head.path)}{end}")
        if self.count <= EVERY or self.count % EVERY == 0:
            try:
                self.write()
            except UsageError as error:  # there may be room again at the end
                self._tell(f"not written: {error}")

    def lose(self, problem: str) -> None:
        """Note an exchange that did not go by whole."""
        self._tell(f"not recorded: {self._secrets.hide(problem)}")

    def write(self) -> None:
        """Write the script, in place of what this recorder wrote before.

        Raises:
            UsageError: when the file cannot be written.
        """
        try:
            self._heed()
            rules = self._rules.rules(self._names)
            text = rendered(rules, self._origin) if self._base is None else extended(self._base, rules)
            if text is None:
                raise self._full()
            beside = self.out.with_name(f".{self.out.name}.part")
            beside.write_text(text, encoding="utf-8", newline="")
            beside.replace(self.out)
        except OSError as error:
            raise UsageError(f"--out {str(self.out)!r}: {error.strerror}. Check the path.") from None
        self._text, self._written = text, rules
        for place, asked in self._rules.added() if self._before else ():
            first = next((name for name, test in self._before if test(asked)), None)
            if first is not None:
                self._tell(f"in the way: rule {first} stands before the new rule {rules[place]['name']!r} and fits it, too.")
        self._rules.keep()

    def _heed(self) -> None:
        """See to what somebody else wrote: it is added to where that was asked for and can be done, else left alone."""
        try:
            data = self.out.read_bytes()
        except FileNotFoundError:
            return
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = None
        if text is not None and text == self._text:
            return
        if self._base is not None and text is not None and extended(text, _PROBE) is not None:
            self._adopt(text)
            self._tell(f"changed by somebody else: {self.out}. What is new is added to it as it stands.")
            return
        left, self.out = self.out, self._free()
        self._base, self._before = None, []
        self._tell(f"changed by somebody else: {left}. It stays so; what is recorded is written to {self.out}.")

    def _adopt(self, text: str) -> None:
        """Add to what somebody else wrote; rules that do not end it as they were written are theirs from here on."""
        own = (self._text or "").removeprefix(self._base or "")
        base = text.removesuffix(own)
        if not own or extended(base, self._written) != text:
            base = text
            self._rules.leave()
        rules = rules_in(base)
        self._base, self._text = base, text
        self._before = [_test(rule, number) for number, rule in enumerate(rules, start=1)]
        self._names = (*self._names, *(rule["name"] for rule in rules if isinstance(rule.get("name"), str)))

    def _free(self) -> Path:
        """A file beside the script that is not there yet: talk.new.yaml, talk.new2.yaml, ..."""
        names = (f"{self._wanted.stem}.new{number or ''}{self._wanted.suffix}" for number in (0, *range(2, 1000)))
        return next(path for path in map(self._wanted.with_name, names) if not path.exists())

    def _full(self) -> UsageError:
        message = "expected a script whose last key is `rules`, a list in block style. Move `rules` to its end."
        return UsageError(f"--out {str(self.out)!r}: {message}")


def _test(rule: Rule, number: int) -> tuple[str, Callable[[Asked], bool]]:
    """What a rule of a script is called, and whom it is for."""
    return repr(rule.get("name", number)), fits(rule.get("when") or {})


def known_to(engine: Engine, responses: tuple[str, ...]) -> Callable[[Request], bytes | Plan | None]:
    """Make what answers requests that a script has an answer for, and leaves all others."""
    prompts = frozenset(map(fold, responses))
    reader = Reader()

    def answer(request: Request) -> bytes | Plan | None:
        call = engine.read(request)
        if call is None or reader.read(request) is None:
            return None
        texts = call.inputs if call.operation == "embedding" else ()
        asked = [call.about(text) for text in texts if isinstance(text, str)] or [call]
        return engine.respond(request) if all(is_told(one, request) for one in asked) else None

    def is_told(call: Call, request: Request) -> bool:
        rules = engine.world.rules.rules
        return fold(call.user) in prompts or any(rule.when.test(call, request) is not None for rule in rules)

    return answer
