"""The shape most matchers have: a key whose value is a condition on one or several texts of the call.

A matcher file says where the texts are (`look`) and which extras its key knows: true and false for "any" and "none",
wildcards in a plain text, a closed set of names, secrecy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from understudy.kinds import nearest
from understudy.matching._conditions import NO_GROUPS, Condition, Groups, Problems, Test
from understudy.matching._excerpts import difference, listed, quoted, secret
from understudy.matching._nodes import Comparison, Node
from understudy.matching._operators import is_glob
from understudy.matching._text import TEXT_REF, build_text, named_schema
from understudy.matching._views import View, fold, viewer
from understudy.model.call import Call
from understudy.model.http import Request

S = TypeVar("S")
Look = Callable[[Call, Request], View]
Quick = Callable[[Node, Test], Test | None]

_TEXTS_SHOWN = 2


class TextCondition:
    """A text condition on what one key looks at.

    `exact` is the folded text when the condition is nothing but one text; `patterns` are its regular expressions when it is
    nothing but those, so that many rules can be indexed or tried at once.
    """

    __slots__ = ("_look", "_node", "_show", "exact", "key", "patterns", "test")

    def __init__(self, key: str, node: Node, look: Look, *, hidden: bool = False, quick: Quick | None = None) -> None:
        self.key = key
        self._node = node
        self._look = look
        self._show = secret if hidden else quoted
        self.exact: str | None = None
        self.patterns: tuple[str, ...] = ()
        if isinstance(node, Comparison):
            name = node.operator.name
            self.exact = fold(node.words[0]) if name == "equals" and len(node.words) == 1 else None
            self.patterns = node.words if name == "regex" else ()
        leaf = node.test

        def test(call: Call, request: Request) -> Groups | None:
            return leaf(look(call, request))

        self.test: Test = (quick and quick(node, test)) or test

    def distance(self, call: Call, request: Request) -> float:
        """How far off: 0 holds, 1 has nothing in common."""
        return self._node.distance(self._look(call, request))

    def miss(self, call: Call, request: Request) -> str:
        """Say what was wanted and what came."""
        view = self._look(call, request)
        show, near = self._show, ""
        if isinstance(self._node, Comparison) and show is quoted:
            near = nearness_shown(self._node.distance(view))
            if self.exact is not None and len(view.texts) == 1:
                start = difference(self._node.words[0].strip(), view.texts[0].strip())
                show = lambda text: quoted(text.strip(), start)  # noqa: E731 - a name of its own would say no more
        return f"{self.key}: expected {self._node.phrase(show)}, got {texts_shown(view.texts, show)}{near}"

    def describe(self) -> str:
        """Say what is wanted."""
        return f"{self.key}: {self._node.phrase(self._show)}"


class PresenceCondition:
    """Whether there is anything to look at."""

    __slots__ = ("_look", "_show", "_wanted", "key", "test")

    def __init__(self, key: str, wanted: bool, look: Look, *, hidden: bool = False) -> None:
        self.key = key
        self._wanted = wanted
        self._look = look
        self._show = secret if hidden else quoted

        def test(call: Call, request: Request) -> Groups | None:
            return NO_GROUPS if bool(look(call, request).texts) is wanted else None

        self.test: Test = test

    def distance(self, call: Call, request: Request) -> float:
        """0 or 1."""
        return 0.0 if self.test(call, request) is not None else 1.0

    def miss(self, call: Call, request: Request) -> str:
        """Say what was wanted and what came."""
        wanted = "any" if self._wanted else "none"
        return f"{self.key}: expected {wanted}, got {texts_shown(self._look(call, request).texts, self._show)}"

    def describe(self) -> str:
        """Say what is wanted."""
        return f"{self.key}: {'any' if self._wanted else 'none'}"


def nearness_shown(distance: float) -> str:
    """Show how near a text was, when it was at all."""
    return f" ({round(100 * (1 - distance))} % alike)" if distance < 1 else ""


def texts_shown(texts: Sequence[str], show: Callable[[str], str]) -> str:
    """Show what came: the last texts first, and how many more there are."""
    if not texts:
        return "nothing"
    shown = [show(text) for text in reversed(texts[-_TEXTS_SHOWN:])]
    rest = len(texts) - len(shown)
    return listed([*shown, f"{rest} more"] if rest else shown, "and")


def looking(read: Callable[[Call, Request], S], texts: Callable[[S], tuple[str, ...]]) -> Look:
    """Make the function that views a call's texts.

    Args:
        read: gives the source of the texts, the same object each time it is asked about the same call.
        texts: gives the texts of a source.
    """
    view = viewer(texts)
    return lambda call, request: view(read(call, request))


class TextMatcher:
    """A matcher for texts.

    Args:
        name: the key.
        summary: one sentence of help.
        look: gives the view of a call's texts.
        presence: whether true (any) and false (none) are accepted.
        wildcards: whether a plain text with * or ? is a glob.
        choices: the names a plain text may have; () = any.
        hidden: whether the texts are secrets.
        quick: given a condition and its test, a shorter test, or None where there is none.
    """

    def __init__(
        self,
        name: str,
        summary: str,
        look: Look,
        *,
        presence: bool = False,
        wildcards: bool = False,
        choices: tuple[str, ...] = (),
        hidden: bool = False,
        quick: Quick | None = None,
    ) -> None:
        self.name = name
        self.summary = summary
        self.look = look
        self._presence = presence
        self._wildcards = wildcards
        self._choices = choices
        self._hidden = hidden
        self._quick = quick

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the value."""
        if self._choices:
            return {"description": self.summary, **named_schema(self._choices)}
        forms: list[dict[str, Any]] = [{"$ref": TEXT_REF}]
        if self._presence:
            forms.append({"type": "boolean"})
        return {"description": self.summary, "anyOf": forms}

    def build(self, value: object, problems: Problems) -> list[Condition]:
        """Compile the value."""
        if self._presence and isinstance(value, bool):
            return [PresenceCondition(self.name, value, self.look, hidden=self._hidden)]
        node = self.node(value, problems)
        return [] if node is None else [TextCondition(self.name, node, self.look, hidden=self._hidden, quick=self._quick)]

    def node(self, value: object, problems: Problems) -> Node | None:
        """Compile the text condition."""
        if not isinstance(value, str):
            return build_text(value, problems)
        if self._wildcards and is_glob(value):
            return build_text({"glob": value}, problems)
        if self._choices and fold(value) not in self._choices:
            problems.add(f"expected one of {', '.join(self._choices)}, got {value!r}.{nearest(value, self._choices)}")
            return None
        return build_text(value, problems)
