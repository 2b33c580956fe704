"""Templates in replies: Jinja2 in its immutable sandbox, compiled once, fed with plain values.

What a client sent is data to a template, never template text. `range` is bounded and output is cut at 1 MiB, so that a loop in
a script cannot hold the server. Jinja2 is imported when the first template is compiled, not before.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from understudy.model.call import Call
from understudy.model.reply import Failure

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

_LONGEST = 1 << 20
_RANGE = 1000


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)

    def bounded(*args: int) -> range:
        wanted = range(*args)
        if len(wanted) > _RANGE:
            raise jinja2.TemplateRuntimeError(f"range of {len(wanted)}: expected at most {_RANGE} items")
        return wanted

    environment.globals = {"range": bounded}
    del environment.filters["random"]  # answers are functions of what is asked
    return environment


def problem(source: str) -> str | None:
    """Return what is wrong with a template's syntax, None if nothing."""
    import jinja2

    try:
        _environment().from_string(source)
    except jinja2.TemplateSyntaxError as error:
        return f"template: {error.message} (line {error.lineno} of the template)"
    except RecursionError:
        return "template: nested too deep to be read"
    return None


class Template:
    """One compiled template."""

    def __init__(self, source: str) -> None:
        self._template = _environment().from_string(source)

    def render(self, call: Call, groups: Mapping[str, str]) -> str | Failure:
        """Render for a call.

        Names: `user`, `model`, `system`, `messages`, `match` (regex groups), `tools`, `tool_result`, `operation`.
        """
        names: dict[str, Any] = {
            "user": call.user,
            "model": call.model,
            "system": call.message_text("system") or call.message_text("developer"),
            "messages": [{"role": m.role, "content": m.text} for m in call.messages],
            "match": {**groups, **{int(key): value for key, value in groups.items() if key.isdecimal()}},
            "tools": [tool.name for tool in call.tools],
            "tool_result": call.message_text("tool"),
            "operation": call.operation,
        }
        parts: list[str] = []
        size = 0
        try:
            for part in self._template.generate(names):
                parts.append(part)
                size += len(part)
                if size > _LONGEST:
                    break
        except Exception as error:  # whatever a script's template does, the server answers
            return Failure(500, "server_error", f"template failed: {type(error).__name__}: {error}")
        return "".join(parts)[:_LONGEST]
