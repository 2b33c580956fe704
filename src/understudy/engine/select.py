"""Which reply answers a call: rules in order, then `responses`, then what a model would do, then the fallback.

Rules whose last user message is a plain text are found through an index, so five thousand of them cost what five do; the others
are tried in order, and only those that stand before the indexed hit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from itertools import islice
from urllib.parse import unquote

from msgspec import Struct

from understudy.engine.decision import Decision
from understudy.engine.faultbook import Labelled
from understudy.engine.pace import Pace
from understudy.engine.replies import Maker
from understudy.engine.state import State
from understudy.kinds import nearest
from understudy.matching import NO_GROUPS, Prompts, RegexUnion, When, fold, near_miss
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.model.reply import Failure, Reply

_MANY = 4  # patterns from which looking for all at once pays
_LISTED = 20  # rules that a message names

Fallback = Callable[[Call, Decision], "Chosen"]


class Ruling(Struct):
    """A rule made ready: its condition, its makers in sequence, what comes after the last, its own pace.

    `only` is what the rule chooses when that is the same for every call; `is_vector` says that it replies an embedding, and
    `may_embed` that it may answer one, be it by an error.
    """

    name: str
    when: When
    makers: tuple[Maker, ...]
    then: str
    place: str
    paces: tuple[Pace | None, ...] = (None,)
    only: Chosen | None = None
    faults: tuple[tuple[Labelled, ...], ...] = ()
    is_vector: bool = False
    may_embed: bool = True


class Chosen(Struct, gc=False):
    """A reply and who gave it."""

    rule: str
    reply: Reply
    pace: Pace | None = None
    faults: tuple[Labelled, ...] = ()


class Sieve:
    """Rules that are tried one by one, without those whose regular expressions are not found in the text.

    Many expressions are looked for at once, in time that hardly grows with their number.
    """

    def __init__(self, rules: list[tuple[int, Ruling]]) -> None:
        self._rules = rules
        patterns: list[str] = []
        self._owners: list[int] = []
        for i, rule in rules:
            patterns += rule.when.user_patterns
            self._owners += [i] * len(rule.when.user_patterns)
        self._union = RegexUnion(patterns)

    def candidates(self, call: Call) -> Iterable[tuple[int, Ruling]]:
        """The rules worth trying, in order."""
        found = {self._owners[at] for at in self._union.matching(call.user)}
        return ((i, rule) for i, rule in self._rules if i in found or not rule.when.user_patterns)


class Rulebook:
    """All rules and responses of one script; `place_of` says where a response is written, by its prompt."""

    def __init__(
        self,
        rules: Iterable[Ruling],
        responses: Mapping[str, Reply],
        fallback: Fallback,
        place_of: Callable[[str], str] | None = None,
    ) -> None:
        self.rules = tuple(rules)
        self._names = {rule.name: rule for rule in self.rules}
        self._index: dict[str, list[int]] = {}
        self._scan: list[tuple[int, Ruling]] = []
        for i, rule in enumerate(self.rules):
            if rule.when.exact_user is not None:
                self._index.setdefault(rule.when.exact_user, []).append(i)
            else:
                self._scan.append((i, rule))
        self._none = len(self.rules)
        patterns = sum(len(rule.when.user_patterns) for _, rule in self._scan)
        self._sieve = Sieve(self._scan) if patterns >= _MANY else None
        self._responses = {fold(prompt): Chosen("responses", reply) for prompt, reply in responses.items()}
        self._prompts = Prompts(responses)
        self._place_of = place_of
        self._fallback = fallback

    def choose(
        self, call: Call, request: Request, session: str, forced: str | None, decision: Decision, state: State
    ) -> Chosen:
        """Choose the reply of a call."""
        if forced is not None:
            return self._force(forced, call, session, decision, state)
        hit, groups = self._none, NO_GROUPS
        if self._index:
            call.folded = folded = call.user.strip().casefold()
            for i in self._index.get(folded, ()):
                found = self.rules[i].when.test_rest(call, request)
                if found is not None:
                    hit, groups = i, found
                    break
        for i, rule in self._scan if self._sieve is None else self._sieve.candidates(call):
            if i > hit:
                break
            found = rule.when.test(call, request)
            if found is not None:
                hit, groups = i, found
                break
        if hit < self._none:
            rule = self.rules[hit]
            return rule.only or self._play(rule, call, groups, session, decision, state)
        response = self._responses.get(call.folded_user) if self._responses else None
        return self._fallback(call, decision) if response is None else response

    def _force(self, name: str, call: Call, session: str, decision: Decision, state: State) -> Chosen:
        rule = self.named(name)
        if rule is None:
            hint = nearest(name, Prompts(self._names).nearest(name, _LISTED))  # of thousands, what is alike at all
            message = f"X-Understudy-Rule {name!r}: no such rule. Known rules: {_listed(self._names)}.{hint}"
            return Chosen("", Reply(failure=Failure(400, "invalid_request", message)))
        return self._play(rule, call, {}, session, decision, state)

    def named(self, name: str) -> Ruling | None:
        """Find a rule by its name as a header spells it: as it is, percent-encoded, or in UTF-8 that was read as latin-1."""
        found = self._names.get(name) or self._names.get(unquote(name))
        if found is None and not name.isascii():
            with suppress(UnicodeError):
                found = self._names.get(name.encode("latin-1").decode())
        return found

    def _play(
        self, rule: Ruling, call: Call, groups: Mapping[str, str], session: str, decision: Decision, state: State
    ) -> Chosen:
        makers = rule.makers
        step = 0
        if (len(makers) > 1 or rule.then == "error") and (rule.may_embed or call.operation != "embedding"):
            step = state.advance(session, rule.name)
            if step >= len(makers):
                if rule.then == "error":
                    message = (
                        f"rule {rule.name!r} ({rule.place}) has no more replies: it has {len(makers)}, this is call {step + 1}."
                    )
                    return Chosen(rule.name, Reply(failure=Failure(404, "no_match", message)))
                step = step % len(makers) if rule.then == "loop" else len(makers) - 1
        return Chosen(
            rule.name, makers[step](call, groups, decision), rule.paces[step], rule.faults[step] if rule.faults else ()
        )

    def speaks_of(self, call: Call, request: Request) -> bool:
        """Say whether a rule is about the operation of a call: its conditions on `operation`, and on header fields, hold.

        A rule that replies an embedding is about embeddings.
        """
        embeds = call.operation == "embedding"
        return any((named or embeds) and when.test(call, request) is not None for named, when in self._operations)

    @cached_property
    def _operations(self) -> list[tuple[bool, When]]:
        """What rules say of operations: whether they name one, and those conditions that `speaks_of` asks."""
        named = [(rule.when.names("operation"), rule) for rule in self.rules]
        return [(is_named, rule.when.only("operation", "header")) for is_named, rule in named if is_named or rule.is_vector]

    def miss(self, call: Call, request: Request) -> str:
        """Say why nothing matched: the nearest rules and responses, and the difference."""
        if not self.rules and not self._responses:
            return "no rule matched: the script has no rules."
        named = [(rule.name, rule.when) for rule in self.rules]
        prompts = self._prompts if self._responses else None
        return near_miss(named, call, request, 3, self._place, prompts, self._place_of)

    def _place(self, name: str) -> str:
        return self._names[name].place


def _listed(names: Collection[str]) -> str:
    """Name the first rules, and say how many more there are."""
    shown = ", ".join(islice(names, _LISTED)) or "none"
    return shown + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
