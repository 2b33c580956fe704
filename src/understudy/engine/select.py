"""Which reply answers a call: rules in order, then `responses`, then what a model would do, then the fallback.

Rules whose last user message is a plain text are found through an index, so five thousand of them cost what five do; the others
are tried in order, and only those that stand before the indexed hit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from understudy.engine.decision import Decision
from understudy.engine.pace import Pace
from understudy.engine.replies import Maker
from understudy.engine.state import State
from understudy.matching import When, fold, near_miss
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.model.reply import Failure, Reply

Fallback = Callable[[Call, Decision], "Chosen"]


class Ruling(Struct):
    """A rule made ready: its condition, its makers in sequence, what comes after the last, its own pace."""

    name: str
    when: When
    makers: tuple[Maker, ...]
    then: str
    place: str
    paces: tuple[Pace | None, ...] = (None,)


class Chosen(Struct):
    """A reply and who gave it."""

    rule: str
    reply: Reply
    pace: Pace | None = None


class Rulebook:
    """All rules and responses of one script."""

    def __init__(self, rules: Iterable[Ruling], responses: Mapping[str, Reply], fallback: Fallback) -> None:
        self.rules = tuple(rules)
        self._names = {rule.name: rule for rule in self.rules}
        self._index: dict[str, list[int]] = {}
        self._scan: list[tuple[int, Ruling]] = []
        for i, rule in enumerate(self.rules):
            if rule.when.exact_user is not None:
                self._index.setdefault(rule.when.exact_user, []).append(i)
            else:
                self._scan.append((i, rule))
        self._responses = {fold(prompt): Chosen("responses", reply) for prompt, reply in responses.items()}
        self._fallback = fallback
        self._uses_text = bool(self._index or self._responses)

    def choose(
        self, call: Call, request: Request, session: str, forced: str | None, decision: Decision, state: State
    ) -> Chosen:
        """Choose the reply of a call."""
        if forced is not None:
            return self._force(forced, call, session, decision, state)
        text = fold(call.user) if self._uses_text else ""
        hit = -1
        if self._index and text in self._index:
            hit = next((i for i in self._index[text] if self.rules[i].when.test_rest(call, request) is not None), -1)
        for i, rule in self._scan:
            if 0 <= hit < i:
                break
            groups = rule.when.test(call, request)
            if groups is not None:
                return self._play(rule, call, groups, session, decision, state)
        if hit >= 0:
            return self._play(self.rules[hit], call, {}, session, decision, state)
        response = self._responses.get(text)
        return self._fallback(call, decision) if response is None else response

    def _force(self, name: str, call: Call, session: str, decision: Decision, state: State) -> Chosen:
        rule = self._names.get(name)
        if rule is None:
            known = ", ".join(list(self._names)[:20]) or "none"
            message = f"X-Understudy-Rule {name!r}: no such rule. Known rules: {known}."
            return Chosen("", Reply(failure=Failure(400, "invalid_request", message)))
        return self._play(rule, call, {}, session, decision, state)

    def _play(
        self, rule: Ruling, call: Call, groups: Mapping[str, str], session: str, decision: Decision, state: State
    ) -> Chosen:
        makers = rule.makers
        step = 0
        if len(makers) > 1 or rule.then == "error":
            step = state.advance(session, rule.name)
            if step >= len(makers):
                if rule.then == "error":
                    message = (
                        f"rule {rule.name!r} ({rule.place}) has no more replies: it has {len(makers)}, this is call {step + 1}."
                    )
                    return Chosen(rule.name, Reply(failure=Failure(404, "no_match", message)))
                step = step % len(makers) if rule.then == "loop" else len(makers) - 1
        return Chosen(rule.name, makers[step](call, groups, decision), rule.paces[step])

    def miss(self, call: Call, request: Request) -> str:
        """Say why nothing matched: the nearest rules and the difference."""
        if not self.rules and not self._responses:
            return "no rule matched: the script has no rules."
        named: list[tuple[str, Any]] = [(f"{rule.name} ({rule.place})", rule.when) for rule in self.rules]
        return near_miss(named, call, request)
