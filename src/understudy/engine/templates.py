"""Templates in replies: compiled once, fed with plain values.

What a client sent is data to a template, never template text. Jinja2 is imported when the first template is compiled, not
before.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from understudy.kinds import nearest
from understudy.model.call import Call
from understudy.model.reply import Failure

if TYPE_CHECKING:
    from understudy.engine.sandbox import Sandbox

NAMES: Final = frozenset({"user", "model", "system", "messages", "match", "tools", "tool_result", "operation", "range"})
"""What a template may use."""


@lru_cache(maxsize=1)
def _environment() -> Sandbox:
    from understudy.engine.sandbox import Sandbox

    return Sandbox()


def problem(source: str) -> str | None:
    """Return what is wrong with a template, as far as that can be told before it is used; None if nothing."""
    import jinja2
    from jinja2 import meta

    environment = _environment()
    try:
        parsed = environment.parse(source)
        environment.compile(parsed)
    except jinja2.TemplateSyntaxError as error:
        return f"template: {error.message} (line {error.lineno} of the template)"
    except RecursionError:
        return "template: nested too deep to be read"
    if any(True for _ in meta.find_referenced_templates(parsed)):
        return "template: expected one template, got one that builds on others, of which there are none."
    unknown = sorted(meta.find_undeclared_variables(parsed) - NAMES)
    if unknown:
        return f"template: unknown name {unknown[0]!r}: expected one of {', '.join(sorted(NAMES))}.{nearest(unknown[0], NAMES)}"
    return None


class Template:
    """One compiled template."""

    def __init__(self, source: str) -> None:
        self._template = _environment().from_string(source)

    def render(self, call: Call, groups: Mapping[str, str]) -> str | Failure:
        """Render for a call.

        Names: `user`, `model`, `system`, `messages`, `match` (regex groups), `tools`, `tool_result`, `operation`.
        """
        from understudy.engine.sandbox import LONGEST, names

        known: dict[str, Any] = {
            "user": call.user,
            "model": call.model,
            "system": call.system,
            "messages": [{"role": m.role, "content": m.text} for m in call.messages],
            "match": {**groups, **{int(key): value for key, value in groups.items() if key.isdecimal()}},
            "tools": [tool.name for tool in call.tools],
            "tool_result": call.message_text("tool"),
            "operation": call.operation,
        }
        parts: list[str] = []
        size = 0
        try:
            for part in self._template.generate(names(known)):
                parts.append(part)
                size += len(part)
                if size > LONGEST:
                    break
        except Exception as error:  # whatever a script's template does, the server answers
            return Failure(500, "server_error", f"template failed: {type(error).__name__}: {error}")
        return "".join(parts)[:LONGEST]
