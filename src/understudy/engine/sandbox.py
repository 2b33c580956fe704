"""Jinja2's immutable sandbox, in which no mistake holds the server: a template has so many steps and makes so much text.

Jinja2 has no such limits, so they are worked into a template when it is compiled: what a loop goes over, what is called and
what is added up passes by a count. Importing this imports Jinja2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from typing import Any, Final, cast

import jinja2
from jinja2 import nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST: Final = 1 << 20
"""Characters of a text, items of a list, and the largest number that may be a width or a count."""

STEPS: Final = 200_000
"""Turns of loops and calls, all of a template's together."""

RANGE: Final = 1000
"""Items of a range."""

_LEFT = "\0left"  # the name of what is left, which no template can spell
_PASSED: dict[str, Callable[[Context], Any]] = {  # what a filter may ask to be given before all else
    "context": lambda context: context,
    "eval_context": lambda context: context.eval_ctx,
    "environment": lambda context: context.environment,
}
_SIZED = (str, bytes, list, tuple)
_AT_ONCE = frozenset(("count", "d", "default", "first", "last", "length"))  # filters that cost the same whatever the length
_WALKING = {  # and those that go through a text as through a list
    *("map", "reject", "rejectattr", "select", "selectattr"),
    *("batch", "groupby", "join", "list", "max", "min", "slice", "sort", "sum", "unique"),
}
_WRAPPED = 100_000  # characters that wrapping a long word may copy for a step
_WIDTH = re.compile(r"[%:][^\s%{}]*?(\d{7,})")  # of a format


class TooMuchError(jinja2.TemplateRuntimeError):
    """A template wants more than an answer may take."""


class Left:
    """The steps that are left of one rendering."""

    def __init__(self) -> None:
        self.steps = STEPS

    def spend(self, steps: int = 1) -> None:
        """Take steps.

        Raises:
            TooMuchError: when there are not as many left.
        """
        self.steps -= steps
        if self.steps < 0:
            raise TooMuchError(f"expected at most {STEPS} turns of loops and calls")


class Sandbox(ImmutableSandboxedEnvironment):
    """Where templates run."""

    intercepted_binops = frozenset(("+", "*", "**", "%"))

    def __init__(self) -> None:
        super().__init__(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
        self.globals = {"range": _range}
        del self.filters["random"]  # answers are functions of what is asked
        del self.filters["urlize"]  # takes the square of a text's length
        self.filters = {name: found if name in _AT_ONCE else _bounded(name, found) for name, found in self.filters.items()}
        self.filters |= {"\0turns": _turns, "\0joined": _joined}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Parse a template, and let what its loops go over and what it joins be counted."""
        parsed = super()._parse(source, name, filename)
        for loop in parsed.find_all(nodes.For):
            loop.iter = _filtered(cast("nodes.Expr", loop.iter), "\0turns")
        for joint in list(parsed.find_all(nodes.Concat)):
            joint.nodes = [_filtered(nodes.List(list(joint.nodes)), "\0joined")]
        return parsed

    def call(self, context: Context, called: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a function, a method or a macro."""
        _left(context).spend()
        _check(getattr(getattr(called, "__wrapped__", called), "__self__", None), args, kwargs)  # the sandbox wraps `format`
        return super().call(context, called, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute, unless the result would be too long."""
        if operator == "*":
            for one, times in ((left, right), (right, left)):
                if isinstance(one, _SIZED) and isinstance(times, int):
                    _fits(len(one) * times)
        elif operator == "+" and isinstance(left, _SIZED) and isinstance(right, _SIZED):
            _fits(len(left) + len(right))
        elif operator == "**" and isinstance(left, int) and isinstance(right, int):
            _fits(left.bit_length() * right)
        elif operator == "%" and isinstance(left, str):
            _check(left, right if isinstance(right, tuple) else (right,), {})
        return super().call_binop(context, operator, left, right)


def names(found: Mapping[str, Any]) -> dict[str, Any]:
    """Complete what a template may use for one rendering."""
    return {**found, _LEFT: Left()}


def _left(context: Context) -> Left:
    return cast("Left", context.resolve(_LEFT))


def _range(*args: int) -> range:
    wanted = range(*args)
    if len(wanted) > RANGE:
        raise TooMuchError(f"range of {len(wanted)}: expected at most {RANGE} items")
    return wanted


def _filtered(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


@jinja2.pass_context
def _turns(context: Context, items: Iterable[Any]) -> Iterator[Any]:
    left = _left(context)
    for item in items:
        left.spend()
        yield item


def _joined(items: list[Any]) -> str:
    texts = list(map(str, items))
    _fits(sum(map(len, texts)))
    return "".join(texts)


def _bounded(name: str, wanted: Callable[..., Any]) -> Callable[..., Any]:
    """Make a filter that refuses to make what is too long, and takes a step for each item it goes through."""
    passed = getattr(wanted, "jinja_pass_arg", None)

    @jinja2.pass_context
    def bounded(context: Context, *args: Any, **kwargs: Any) -> Any:
        _check(None, args, kwargs)
        if args and (name in _WALKING or isinstance(args[0], list | tuple | dict)):
            args = (_walked(context, args[0]), *args[1:])
        if name == "wordwrap":
            _left(context).spend(max(map(len, str(args[0]).split()), default=0) ** 2 // _WRAPPED)
        if passed is not None:
            args = (_PASSED[passed.name](context), *args)
        return wanted(*args, **kwargs)

    return bounded


def _walked(context: Context, items: Any) -> Any:
    """Take a step for each item; for those of what is made one by one, when it is."""
    if isinstance(items, Sized):
        _left(context).spend(len(items))
    elif isinstance(items, Iterator):
        return _turns(context, items)
    return items


def _check(own: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    """Refuse numbers that can only be the width of something too long, and texts that spell one."""
    given = (*args, *kwargs.values())
    texts = [one for one in (own, *given) if isinstance(one, str)]
    for one in given:
        if isinstance(one, int) and one > LONGEST:
            _fits(one)
    for text in texts:
        if (found := _WIDTH.search(text)) is not None:
            _fits(int(found[1]))
    match texts:
        case [text, old, new, *_]:  # which may be a replacement
            _fits(len(text) + text.count(old) * len(new))
    for one in given:
        if isinstance(one, list | tuple):
            _fits(sum(len(item) for item in one if isinstance(item, str)) + max(map(len, texts), default=0) * len(one))


def _fits(size: int) -> None:
    if size > LONGEST:
        raise TooMuchError(f"something of size {size}: expected at most {LONGEST}")
