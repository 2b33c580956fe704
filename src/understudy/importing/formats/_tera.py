"""Tera templates of whole answers, as VidaiMock has them: the ways through their branches, and what each of them says.

In: the text of a template, and what names stand for. Out: for each way what it asks, and its text with holes for what a request
fills in. Loops are written out where their rounds are known; within a text, branches and loops stay what they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from understudy.importing.formats._tera_asked import Conditions, condition
from understudy.importing.formats._tera_filters import shown
from understudy.importing.formats._tera_said import block, said
from understudy.importing.formats._tera_spelling import UntoldError, told
from understudy.importing.formats._tera_values import GLOBAL, TeraError, folded, is_drawn, parsed, path, value_of
from understudy.importing.formats._tera_way import Choice, Hole, Way
from understudy.importing.holes import Holes, spelled, turns

if TYPE_CHECKING:
    from jinja2 import nodes

_WAYS: Final = 32
_ROUNDS: Final = 20_000
_LENGTH: Final = 4 << 20


def ways(template: str, names: Mapping[str, Any], required: Collection[str] = ()) -> Iterator[Way]:
    """Follow every way through a template, those on which a branch holds first.

    Args:
        template: its text.
        names: what names stand for, as `names_of` says.
        required: members that no request comes without.

    Raises:
        TeraError: for what is no template, and for too many ways.
    """
    body = parsed(template)
    choices: list[Choice] = []
    for _ in range(_WAYS):
        walk = _Walk(dict(names), choices, required)
        yield walk.way(body)
        choices = walk.choices
        while choices and not choices[-1].held:
            choices.pop()
        if not choices:
            return
        choices[-1].held = False
    raise TeraError(f"has more than {_WAYS} ways through its branches; the others are left out")


class _Walk:
    """One walk through a template: chooses as said, then that every further branch holds."""

    def __init__(self, names: dict[str, Any], choices: list[Choice], required: Collection[str]) -> None:
        self._names = names
        self._required = required
        self._global: dict[str, Any] = {}
        self.choices = choices
        self._seen: dict[str, bool] = {}
        self._unsaid: dict[str, int] = {}
        self._holes = Holes()
        self._filled: list[Hole] = []
        self._parts: list[str] = []
        self._inside = False
        self._rounds = self._length = 0

    def way(self, body: Sequence[nodes.Node]) -> Way:
        """Walk."""
        problem = None
        try:
            self._body(body)
        except TeraError as error:
            problem = error
        except RecursionError:
            problem = TeraError("is nested too deep")
        choices, asked = tuple((one.key, one.held) for one in self.choices), [one.asked for one in self.choices]
        text, unsaid = "".join(self._parts), list(self._unsaid.items())
        return Way(choices, asked, unsaid, text, self._holes, self._filled, problem)

    def _body(self, body: Sequence[nodes.Node]) -> None:
        from jinja2 import nodes

        for node in body:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    self._print(part)
            elif isinstance(node, nodes.If):
                self._branch(node)
            elif isinstance(node, nodes.For):
                self._loop(node)
            elif isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
                self._set(node.target.name, folded(node.node, self._names))
            else:
                raise TeraError(f"has a '{type(node).__name__.lower()}', which has no counterpart here", node.lineno)

    def _set(self, name: str, value: nodes.Expr) -> None:
        if name.startswith(GLOBAL):
            name = name.removeprefix(GLOBAL)
            self._global[name] = value
        self._names[name] = value

    def _say(self, text: str) -> None:
        self._length += len(text)
        if self._length > _LENGTH:
            raise TeraError(f"says more than {_LENGTH >> 20} MB")
        self._parts.append(text)
        self._inside = self._inside is not turns(text)

    def _print(self, node: Any) -> None:
        from jinja2 import nodes

        if isinstance(node, nodes.TemplateData):
            self._say(node.data)
            return
        if isinstance(node, nodes.Name) and isinstance(self._names.get(node.name), list):
            self._body(self._names[node.name])
            return
        found = folded(node, self._names)
        if isinstance(found, nodes.Const):
            self._say(shown(found.value))
            return
        try:
            template: str | None = f"{{{{ {said(found, self._names)} }}}}"
        except UntoldError:
            template = None
        plain = value_of(folded(found, {}, drawn=True)) if is_drawn(found) else None
        self._hole(
            Hole(
                f"{{{{ {told(found)} }}}}",
                node.lineno,
                template if plain is None else spelled(shown(plain)),
                plain,
                is_drawn(found),
            )
        )

    def _hole(self, hole: Hole) -> None:
        self._filled.append(hole)
        self._say(self._holes.mark(hole.told, bare=not self._inside))

    def _block(self, node: nodes.If | nodes.For) -> bool:
        """Leave a part of a text what it is, if our templates say it."""
        if not self._inside:
            return False
        try:
            template = block([node], self._names)
        except UntoldError:
            return False
        word = "for" if hasattr(node, "iter") else "if"
        self._hole(
            Hole(
                f"{{% {word} {told(getattr(node, 'iter', None) or getattr(node, 'test', None))} %}}",
                node.lineno,
                template,
                None,
                is_drawn(node),
            )
        )
        return True

    def _branch(self, node: nodes.If) -> None:
        if self._known(node.test) is None and self._block(node):
            return
        for test, body in [(node.test, node.body), *((one.test, one.body) for one in node.elif_)]:
            if self._holds(test, node.lineno):
                self._body(body)
                return
        self._body(node.else_)

    def _loop(self, node: nodes.For) -> None:
        from jinja2 import nodes

        found = folded(node.iter, self._names)
        if not isinstance(found, nodes.Const) or (isinstance(node.iter, nodes.Call) and len(found.value) > 1):
            if self._block(node):
                return
            if not isinstance(found, nodes.Const):
                raise TeraError(f"loops over '{told(found)}' in a way that our templates do not say", node.lineno)
        items = list(found.value.items() if isinstance(found.value, dict) else found.value)
        for place, item in enumerate(items):
            self._round(node, item, place, len(items))
        self._body([] if items else node.else_)

    def _round(self, node: nodes.For, item: Any, place: int, count: int) -> None:
        from jinja2 import nodes

        self._rounds += 1
        if self._rounds > _ROUNDS:
            raise TeraError(f"has loops of more than {_ROUNDS} rounds", node.lineno)
        outer, above, self._global = dict(self._names), self._global, {}
        targets = node.target.items if isinstance(node.target, nodes.Tuple) else [node.target]
        values = item if len(targets) > 1 else [item]
        self._names |= {getattr(name, "name", ""): nodes.Const(value) for name, value in zip(targets, values, strict=False)}
        about = {"index": place + 1, "index0": place, "first": place == 0, "last": place == count - 1}
        self._names["loop"] = nodes.Const(about)
        self._body(node.body)
        self._names = outer | self._global
        self._global = above | self._global

    def _known(self, node: Any) -> bool | None:
        """Whether a test holds, None when that is still to be chosen."""
        from jinja2 import nodes

        node = folded(node, self._names)
        if isinstance(node, nodes.Const):
            return bool(node.value)
        if isinstance(node, nodes.Not):
            inner = self._known(node.node)
            return None if inner is None else not inner
        if isinstance(node, nodes.And | nodes.Or):
            settles = isinstance(node, nodes.Or)
            sides = [self._known(node.left), self._known(node.right)]
            return settles if settles in sides else None if None in sides else not settles
        steps = path(node.node if isinstance(node, nodes.Test) and node.name == "defined" else node)
        if steps is not None and len(steps) == 2 and steps[0] == "json" and steps[1] in self._required:
            return True
        asked = condition(node)
        return None if asked is None else self._seen.get(_key(asked))

    def _holds(self, node: Any, line: int) -> bool:
        """Choose whether a test holds."""
        from jinja2 import nodes

        node = folded(node, self._names)
        known = self._known(node)
        if known is not None:
            return known
        if isinstance(node, nodes.Not):
            return not self._holds(node.node, line)
        if isinstance(node, nodes.And):
            return self._holds(node.left, line) and self._holds(node.right, line)
        if isinstance(node, nodes.Or):
            return self._holds(node.left, line) or self._holds(node.right, line)
        asked = condition(node)
        if asked is None:
            self._unsaid[told(node)] = line
            return False
        key = _key(asked)
        if len(self._seen) == len(self.choices):
            self.choices.append(Choice(key, asked))
        held = self._seen[key] = self.choices[len(self._seen)].held
        return held


def _key(asked: Conditions) -> str:
    return msgspec.json.encode(asked, order="sorted").decode()
