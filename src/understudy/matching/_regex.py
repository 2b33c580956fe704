"""Regular expressions that cannot run away: RE2, linear in the length of the text, on UTF-8 bytes.

Compiles patterns with messages that say why something is not supported, and tries many patterns at once. RE2 is imported
when the first pattern appears. Knows nothing of calls.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from understudy.matching._conditions import NO_GROUPS, Groups

_LINEAR = "Patterns run on RE2, whose time is linear in the text, and that rules it out."
_HALF = "the pattern holds half a character (a lone surrogate)."

# What RE2 says about syntax that other engines have, and what to tell the user instead.
_REASONS: tuple[tuple[str, str], ...] = (
    (
        r"perl operator: \(\?<?[=!]",
        f"look-ahead and look-behind are not supported. {_LINEAR} Use all and not.",
    ),
    (r"perl operator: \(\?P$|\(\?P=", f"back-references are not supported. {_LINEAR}"),
    (r"escape sequence: \\[1-9]", f"back-references are not supported. {_LINEAR}"),
    (r"perl operator: \(\?>|repetition operator: [*+?}]\+$", f"atomic and possessive parts are not supported. {_LINEAR}"),
    (r"perl operator: \(\?\(", f"conditional parts are not supported. {_LINEAR}"),
    (r"perl operator: \(\?#", "comments are not supported. Leave them out."),
    (r"escape sequence: \\Z", r"RE2 does not know \Z. Write \z for the end of the text."),
    (r"escape sequence: \\u", r"RE2 does not know \u. Write the character itself, or \x{...} with its code."),
    (r"repetition size", "RE2 repeats a part at most 1,000 times. Use * or +, or a smaller number."),
)


class PatternError(ValueError):
    """A pattern that cannot be used; the text says why."""


def _options(max_mem: int) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = max_mem
    return options


def _reason(said: str) -> str:
    return next((reason for pattern, reason in _REASONS if re.search(pattern, said)), f"{said}. The syntax is that of RE2.")


class Regex(Struct, frozen=True):
    """A compiled pattern: how many groups it has, and the name and number of those that have one."""

    pattern: str
    compiled: Any
    count: int
    names: tuple[tuple[str, int], ...]

    def search(self, encoded: bytes) -> Groups | None:
        """Find the pattern anywhere in the UTF-8 text.

        Returns:
            The groups under their numbers and names ("" for those that took no part); None when it is not there.
        """
        found = self.compiled.search(encoded)
        if found is None:
            return None
        if not self.count:
            return NO_GROUPS
        texts = [text.decode("utf-8", "replace") for text in found.groups(b"")]
        groups = {str(number): text for number, text in enumerate(texts, 1)}
        for name, number in self.names:
            groups[name] = texts[number - 1]
        return groups


def compile_regex(pattern: str) -> Regex:
    """Compile a pattern.

    Raises:
        PatternError: when RE2 refuses it.
    """
    import re2

    try:
        compiled = re2.compile(pattern.encode(), _options(8 << 20))
    except UnicodeEncodeError:
        raise PatternError(_HALF) from None
    except re2.error as error:
        said = error.args[0] if error.args else ""
        raise PatternError(_reason(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said))) from None
    named = [(name.decode(), index) for name, index in compiled.groupindex.items()]
    return Regex(pattern, compiled, compiled.groups, tuple(named))


def compile_glob(pattern: str) -> Regex:
    """Compile a glob: `*` is any text, `?` any character, everything else stands for itself; it covers the whole text."""
    import re2

    if any("\ud800" <= char <= "\udfff" for char in pattern):
        raise PatternError(_HALF)
    parts = [{"*": ".*", "?": "."}.get(part) or re2.escape(part) for part in re.split(r"([*?])", pattern)]
    return compile_regex(r"(?s)\A" + "".join(parts) + r"\z")


# A part that may swallow anything. Several such patterns in one automaton multiply its states, and building states costs far
# more than running: on a long text that is new in every word, trying these one by one is cheaper (measured: 5 times at 8 KB).
_LOOSE = re.compile(r"(?:(?<!\\)\.|\\[SWD]|\[\^[^\]]*\]|\))[*+{]")
_SHORT = 2048
_TOGETHER = 64
_LARGE = 2000  # instructions of a pattern that is a burden to an automaton shared with others

Attempt = tuple[Callable[[bytes], list[int] | None], list[int]]


class RegexUnion:
    """Many patterns tried at once.

    Args:
        patterns: valid patterns, as `compile_regex` accepts them.
    """

    def __init__(self, patterns: list[str]) -> None:
        compiled = [compile_regex(pattern) for pattern in patterns]
        small = [i for i, regex in enumerate(compiled) if regex.compiled.programsize <= _LARGE]
        tight = [i for i in small if not _LOOSE.search(patterns[i])]
        self._short = _attempts(compiled, small)
        self._long = self._short if tight == small else _attempts(compiled, tight)

    def matching(self, text: str) -> list[int]:
        """Return the indices of the patterns found in the text, ascending."""
        encoded = text.encode("utf-8", "replace")
        found: list[int] = []
        for match, indices in self._short if len(encoded) <= _SHORT else self._long:
            hits = match(encoded)
            if hits:
                found.extend([indices[hit] for hit in hits])
        found.sort()
        return found


def _attempts(compiled: list[Regex], shared: list[int]) -> list[Attempt]:
    """Try the `shared` patterns together and each of the others alone."""
    rest = sorted(set(range(len(compiled))) - set(shared))
    return [*_together(compiled, shared), *(_alone(compiled, index) for index in rest)]


def _together(compiled: list[Regex], wanted: list[int]) -> list[Attempt]:
    """Compile patterns into automata of 64 each."""
    import re2

    options = _options(32 << 20)
    options.never_capture = True
    attempts: list[Attempt] = []
    for at in range(0, len(wanted), _TOGETHER):
        indices = wanted[at : at + _TOGETHER]
        union = re2.Set.SearchSet(options)
        for index in indices:
            union.Add(compiled[index].pattern.encode())
        union.Compile()
        attempts.append((union.Match, indices))
    return attempts


def _alone(compiled: list[Regex], index: int) -> Attempt:
    """Try one pattern by itself."""
    search = compiled[index].compiled.search
    return (lambda encoded: None if search(encoded) is None else [0]), [index]
