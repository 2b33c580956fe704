"""Every exception of the house, cut by who is at fault.

`RequestError`: the client's request (carries the provider-neutral failure to answer with).
`ScriptError`: the user's script (carries every problem with its place).  `UsageError`: a flag, a setting, the environment.
Anything else that escapes is a bug of ours and is answered with 500 and a stack trace in the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from understudy.model.reply import Failure


class UnderstudyError(Exception):
    """Base of all errors that are somebody else's fault."""


class RequestError(UnderstudyError):
    """A request that must be refused; `failure` says how, in no provider's words."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message or failure.kind)
        self.failure = failure


class Interrupted(BaseException):
    """No error: whoever has a long work done has stopped it, to have it done in another way. Nobody else is to catch it."""


class TakesLong(Interrupted):
    """No error either: the answer itself takes long. It is to be asked for again, aside, where it can pause."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a script: `file:line: message ($.path)`."""

    file: str
    line: int
    message: str
    path: str = "$"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" + (f" ({self.path})" if self.path != "$" else "")


class ScriptError(UnderstudyError):
    """A script that cannot be used, with every problem found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class UsageError(UnderstudyError):
    """A wrong flag, setting or environment variable; the text says what was expected."""
