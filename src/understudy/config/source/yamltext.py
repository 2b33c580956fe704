"""YAML text to builder events: one document, plain values only, the core schema of YAML 1.2.

So `yes`, `off`, `010` and `12:30` are what an editor with YAML 1.2 takes them for: texts, texts, ten, a text. Tags beyond the
plain ones are refused; no object is ever made. Uses libyaml's parser where PyYAML has it, else PyYAML's own.
"""

from __future__ import annotations

import re
from typing import Any

from understudy.config.source.builder import Builder
from understudy.config.source.error import TextError
from understudy.config.values import describe

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_RADIX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_FIRST = {"an alias": "*", "an anchor": "&"}
_PLAIN_TAG = "tag:yaml.org,2002:"
_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "null": (type(None),),
}


def feed(builder: Builder, text: str) -> None:
    """Feed a document to the builder.

    Raises:
        TextError: when the text is not YAML, or holds what no script can use.
    """
    import yaml

    documents = 0
    try:
        parser = _parser(text)
        while (event := parser.get_event()) is not None:
            line = event.start_mark.line + 1
            match event:
                case yaml.ScalarEvent():
                    _scalar(builder, event, line)
                case yaml.MappingStartEvent():
                    _tag(builder, event.tag, line, "map")
                    builder.open({}, line, event.anchor)
                case yaml.SequenceStartEvent():
                    _tag(builder, event.tag, line, "seq")
                    builder.open([], line, event.anchor)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    builder.close()
                case yaml.AliasEvent():
                    builder.alias(event.anchor or "", line)
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        raise TextError("expected one YAML document, got a second one after '---'.", line)
    except yaml.MarkedYAMLError as error:
        raise _syntax(error, text) from None
    except yaml.reader.ReaderError:
        raise _character(text) from None


def plain(text: str) -> Any:
    """Resolve an unquoted scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "0123456789+-.":
        return text
    if _DECIMAL.fullmatch(text):
        # Longer ones are out of range anyway, and Python refuses to read very long ones.
        return int(text) if len(text) < 40 else 2**128
    if _RADIX.fullmatch(text):
        return int(text, 0) if len(text) < 40 else 2**128
    return float(text) if _FLOAT.fullmatch(text) else text


def _parser(text: str) -> Any:
    try:
        from yaml._yaml import CParser
    except ImportError:
        return _pure_parser(text)
    return CParser(text)


def _pure_parser(text: str) -> Any:
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class PureParser(Reader, Scanner, Parser):
        """PyYAML's parser without the constructors of its loaders."""

        def __init__(self) -> None:
            Reader.__init__(self, text)
            Scanner.__init__(self)
            Parser.__init__(self)

    return PureParser()


def _scalar(builder: Builder, event: Any, line: int) -> None:
    written = event.value
    if event.tag is not None:
        builder.scalar(_tagged(builder, event.tag, written, line), written, line, event.anchor)
    elif event.implicit[0]:
        builder.scalar(plain(written), written, line, event.anchor, merge=written == "<<")
    else:
        builder.scalar(written, written, line, event.anchor)


def _tagged(builder: Builder, tag: str, written: str, line: int) -> Any:
    kind = tag.removeprefix(_PLAIN_TAG)
    if kind in ("str", "!") or not _tag(builder, tag, line, *_TYPES):
        return written
    value = plain(written)
    if type(value) not in _TYPES[kind]:
        builder.problems.append((line, f"tag '!!{kind}': expected a value of that type, got {describe(written)}."))
    return value


def _tag(builder: Builder, tag: str | None, line: int, *allowed: str) -> bool:
    """Check a tag; report it and return False when it is not a plain one."""
    if tag is None or tag == "!" or tag.removeprefix(_PLAIN_TAG) in allowed:
        return True
    shown = tag.replace(_PLAIN_TAG, "!!")[:60]
    builder.problems.append((line, f"tag '{shown}': expected plain YAML, got a typed object. Remove the tag."))
    return False


def _syntax(error: Any, text: str) -> TextError:
    mark = error.problem_mark or error.context_mark
    return TextError(f"not YAML: {_wrong(error, _sign(text, mark))}", mark.line + 1 if mark else 1)


def _sign(text: str, mark: Any) -> str:
    """The character at a mark; "" where the parsers' lines are not these."""
    lines = text.split("\n")
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    return line[mark.column : mark.column + 1]


def _wrong(error: Any, sign: str) -> str:
    """Say what is wrong, where the parsers do not, what to do about it; `sign` is where they stopped."""
    problem, context = error.problem or "cannot be parsed", error.context or ""
    if "tab character" in problem or ("cannot start" in problem and sign == "\t"):
        return "expected spaces at the beginning of a line, got a tab. Indent with spaces."
    first = _FIRST.get(context.removeprefix("while scanning "), sign if "cannot start" in problem else "")
    if first:
        return f"a text without quotes cannot begin with {first!r}. Put it in quotes."
    said = f"{problem} {context}".strip()
    if problem.startswith("mapping values"):
        return f"{said}. Check the indentation, and put a text that holds ': ' in quotes."
    return f"{said}."


def _character(text: str) -> TextError:
    """Find the character that YAML does not allow; the parsers count in different units where it is."""
    from yaml.reader import Reader

    found = Reader.NON_PRINTABLE.search(text)
    if not found:
        return TextError("not YAML: a character is not allowed.")
    line = text.count("\n", 0, found.start()) + 1
    return TextError(f"not YAML: character U+{ord(found[0]):04X} is not allowed. Write it as an escape.", line)
