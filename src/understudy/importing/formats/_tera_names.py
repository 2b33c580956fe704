"""What the names in a Tera template stand for, as VidaiMock's `request_mapping` and its context give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from understudy.importing.formats._tera_values import Names, folded, parsed, path

if TYPE_CHECKING:
    from jinja2 import nodes


def names_of(mapping: Mapping[str, str], model: str | None) -> dict[str, Any]:
    """Say what names stand for, as `request_mapping` gives them.

    `model` is the name of the provider, as VidaiMock has it; a template without one may mean the model asked for, and what
    was said.
    """
    from jinja2 import nodes

    request = nodes.Name("json", "load")
    names: dict[str, Any] = {"model": nodes.Getattr(request, "model", "load") if model is None else nodes.Const(model)}
    if model is None:
        last = nodes.Filter(nodes.Getattr(request, "messages", "load"), "last", [], [], None, None)
        names |= dict.fromkeys(("prompt", "user_message", "input"), nodes.Getattr(last, "content", "load"))
    before = dict(names)
    for name, template in mapping.items():
        names[name] = _value(parsed(template), before)
    return names


def _value(body: list[nodes.Node], names: Names) -> Any:
    """What a template of a single value stands for: an expression, or its nodes."""
    from jinja2 import nodes

    parts: list[Any] = body[0].nodes if len(body) == 1 and isinstance(body[0], nodes.Output) else []
    if not body or (len(parts) == 1 and isinstance(parts[0], nodes.TemplateData)):
        return nodes.Const(parts[0].data if parts else "")
    if len(parts) == 1:
        return folded(parts[0], names)
    return _last(body) or body


def _last(body: list[nodes.Node]) -> nodes.Expr | None:
    """What a loop prints that says something in its last round alone."""
    from jinja2 import nodes

    loop = body[0] if len(body) == 1 else None
    branch = loop.body[0] if isinstance(loop, nodes.For) and len(loop.body) == 1 else None
    if not isinstance(loop, nodes.For) or not isinstance(loop.target, nodes.Name) or not isinstance(branch, nodes.If):
        return None
    printed: Any = branch.body[0] if len(branch.body) == 1 and not branch.elif_ and not branch.else_ else None
    if path(branch.test) != ("loop", "last") or not isinstance(printed, nodes.Output) or len(printed.nodes) != 1:
        return None
    last = nodes.Filter(loop.iter, "last", [], [], None, None)
    return folded(printed.nodes[0], {loop.target.name: last})
