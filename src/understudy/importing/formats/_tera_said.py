"""What a Tera template says of a request, as a template of ours: expressions, and branches and loops within a text.

In: Jinja's syntax tree of a template that Tera shares with it. Out: the text of a template in which names stand for what ours
see: the messages with role and content, the names of tools, model, user. Whatever else is asked for is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from understudy.importing.formats._tera_filters import shown
from understudy.importing.formats._tera_spelling import ARGUMENTS, SIGNS, UntoldError, literal, written
from understudy.importing.formats._tera_values import Names, argument, folded, path, value_of
from understudy.importing.holes import spelled

if TYPE_CHECKING:
    from jinja2 import nodes

_KINDS: Final = {"messages": "message", "contents": "message", "tools": "tool"}
_OURS: Final = {"messages": "messages", "contents": "messages", "tools": "tools"}
_USER: Final = ("prompt", "input", "message")
_SAME: Final = ("lower", "upper", "trim", "length", "title", "capitalize", "wordcount", "abs", "round", "int", "float")
_NOTHING: Final = ("safe", "escape", "as_str", "str", "json_encode", "default")
_LOOP: Final = ("first", "last", "index", "index0")
_PARTS: Final[dict[tuple[Any, ...], str]] = {("role",): ".role", ("content",): ".content"}


def said(node: nodes.Expr, names: Names) -> str:
    """Write an expression.

    Raises:
        UntoldError: when our templates see nothing like it.
    """
    return _Writer(names, {}).expression(node)


def block(body: Sequence[nodes.Node], names: Names) -> str:
    """Write a part of a template that stands within a JSON string.

    Raises:
        UntoldError: when our templates see nothing like it.
    """
    return _Writer(names, {}).text(body)


class _Writer:
    """Writes below loops whose variables stand for a message or a tool; `kinds` says for which."""

    def __init__(self, names: Names, kinds: Mapping[str, str]) -> None:
        self._names = names
        self._kinds = kinds

    def text(self, body: Sequence[nodes.Node]) -> str:
        """Write nodes."""
        return "".join(map(self._node, body))

    def _node(self, node: nodes.Node) -> str:
        from jinja2 import nodes

        if isinstance(node, nodes.Output):
            return "".join(map(self._printed, node.nodes))
        if isinstance(node, nodes.If):
            branches = [(node.test, node.body), *((one.test, one.body) for one in node.elif_)]
            tried = [f"{self.expression(test)} %}}{self.text(body)}" for test, body in branches]
            rest = f"{{% else %}}{self.text(node.else_)}" if node.else_ else ""
            return "{% if " + "{% elif ".join(tried) + rest + "{% endif %}"
        if isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
            items, kind = self._items(node.iter)
            inner = _Writer({**self._names, node.target.name: None, "loop": None}, {**self._kinds, node.target.name: kind})
            rest = f"{{% else %}}{self.text(node.else_)}" if node.else_ else ""
            return f"{{% for {node.target.name} in {items} %}}{inner.text(node.body)}{rest}{{% endfor %}}"
        raise UntoldError(type(node).__name__)

    def _printed(self, node: Any) -> str:
        from jinja2 import nodes

        if isinstance(node, nodes.TemplateData):
            try:
                return spelled(json.loads(f'"{node.data}"', strict=False))
            except ValueError:
                raise UntoldError("a part of a text") from None
        whole = folded(node, self._names, drawn=True)
        if isinstance(whole, nodes.Const):
            return spelled(shown(whole.value))
        return f"{{{{ {self.expression(node)} }}}}"

    def _items(self, node: Any) -> tuple[str, str]:
        from jinja2 import nodes

        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "range":
            steps = folded(node, self._names)
            count = len(value_of(steps) or ())
            if not 0 < count <= 1000:  # what our templates allow
                raise UntoldError("a range")
            first, last = value_of(steps)[0], value_of(steps)[-1]
            step = (last - first) // (count - 1) if count > 1 else 1
            given = [first, last + step] if first or step != 1 else [last + 1]
            return f"range({', '.join(map(str, given if step == 1 else [*given, step]))})", "value"
        if isinstance(node, nodes.Filter) and node.node is not None:
            return self._some(node, *self._items(node.node))
        steps_to = path(folded(node, self._names)) or ()
        if len(steps_to) == 2 and steps_to[0] == "json" and steps_to[1] in _KINDS:
            return _OURS[steps_to[1]], _KINDS[steps_to[1]]
        raise UntoldError("what is looped over")

    def _some(self, node: nodes.Filter, items: str, kind: str) -> tuple[str, str]:
        if node.name == "reverse":
            return f"{items} | reverse | list", kind
        if node.name == "slice":
            ends = [value_of(argument(node, name, named=True)) for name in ("start", "end")]
            if items in _OURS.values():
                return f"{items}[{':'.join('' if end is None else str(end) for end in ends)}]", kind
        if node.name == "filter" and kind == "message" and value_of(argument(node, "attribute")) == "role":
            return (
                f'{items} | selectattr("role", "equalto", {self.expression(argument(node, "value", named=True))}) | list',
                kind,
            )
        if node.name == "default":
            return items, kind
        raise UntoldError(f"the filter {node.name}")

    def expression(self, node: Any) -> str:
        """Write an expression."""
        from jinja2 import nodes

        node = folded(node, self._names, drawn=True)
        if isinstance(node, nodes.Const):
            return literal(node.value)
        if isinstance(node, nodes.And | nodes.Or):
            word = "and" if isinstance(node, nodes.And) else "or"
            return f"({self.expression(node.left)} {word} {self.expression(node.right)})"
        if isinstance(node, nodes.Not):
            return f"not ({self.expression(node.node)})"
        if isinstance(node, nodes.BinExpr):
            return f"({self.expression(node.left)} {node.operator} {self.expression(node.right)})"
        if isinstance(node, nodes.Concat):
            return f"({' ~ '.join(map(self.expression, node.nodes))})"
        if isinstance(node, nodes.Compare) and len(node.ops) == 1:
            return f"({self.expression(node.expr)} {SIGNS[node.ops[0].op]} {self.expression(node.ops[0].expr)})"
        if isinstance(node, nodes.Test) and isinstance(node.node, nodes.Expr):
            return self._tested(node, node.node)
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "has_tool_result":
            return '(tool_result != "")'
        return self._place(path(node)) or self._filtered(node)

    def _place(self, steps: tuple[Any, ...] | None) -> str | None:
        if steps is None or len(steps) == 1:
            return None if steps is None or steps[0] not in self._kinds else self._below(str(steps[0]), ())
        root, first, rest = steps[0], steps[1], steps[2:]
        if root in self._kinds:
            return self._below(str(root), steps[1:])
        if root == "loop" and self._kinds and steps[1:] in [(name,) for name in _LOOP]:
            return f"loop.{first}"
        if root != "json":
            return None
        if first in _KINDS:
            if not rest or not isinstance(rest[0], int):
                return None if rest else _OURS[first]
            return self._below(f"{_OURS[first]}[{rest[0]}]", rest[1:], _KINDS[first])
        return {"model": "model", "system": "system"}.get(first, "user" if first in _USER else None) if not rest else None

    def _below(self, text: str, steps: tuple[Any, ...], kind: str | None = None) -> str | None:
        kind = kind or self._kinds.get(text)
        if kind == "message":
            if steps[:1] in (("content",), ("parts",)) and (len(steps) == 1 or steps[2:] == ("text",)):
                return f"{text}.content"
            return _PARTS.get(steps) and f"{text}{_PARTS[steps]}"
        if kind == "tool":
            last = steps[-1:] == ("name",) and all(
                isinstance(s, int) or s in ("function", "functionDeclarations") for s in steps[:-1]
            )
            return text if last else None
        return text if kind == "value" and not steps else None

    def _filtered(self, node: nodes.Expr) -> str:
        from jinja2 import nodes

        if not isinstance(node, nodes.Filter) or node.node is None:
            raise UntoldError("an expression")
        if node.name in ("filter", "slice", "reverse"):
            try:
                return f"({self._items(node)[0]})"
            except UntoldError:
                if node.name == "filter":
                    raise
        inner = self.expression(node.node)
        if node.name in _SAME:
            return f"({inner} | {node.name})"
        if node.name in _NOTHING:
            return inner
        names = ARGUMENTS.get(node.name, ())
        found = {name: argument(node, name, named=len(names) > 1) for name in names}
        given = {name: self.expression(one) for name, one in found.items() if one is not None}
        return written(node.name, inner, given)

    def _tested(self, node: nodes.Test, about: nodes.Expr) -> str:
        inner = self.expression(about)
        if node.name == "defined":
            return f"({inner} | length > 0)" if inner == "tools" else "true"
        if node.name in ("odd", "even", "string", "number", "iterable"):
            return f"({inner} is {node.name})"
        other = self.expression(argument(node, "value"))
        forms = {
            "containing": f"({other} in {inner})",
            "starting_with": f"({inner}).startswith({other})",
            "ending_with": f"({inner}).endswith({other})",
            "divisibleby": f"({inner} is divisibleby {other})",
        }
        if node.name not in forms:
            raise UntoldError(f"the test {node.name}")
        return forms[node.name]
