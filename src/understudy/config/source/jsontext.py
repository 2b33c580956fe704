"""JSON text to builder events.

The standard decoder says whether the text is JSON and where it is not; the events come from a second pass over the tokens,
which knows the lines.
"""

from __future__ import annotations

import json
import re

from understudy.config.source.builder import DEEPEST, Builder
from understudy.config.source.error import TextError

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]|-?(?:[0-9][0-9.eE+-]*|Infinity)|true|false|null|NaN')
_WORDS = {"true": True, "false": False, "null": None}


def feed(builder: Builder, text: str) -> None:
    """Feed a document to the builder.

    Raises:
        TextError: when the text is not JSON, or is nested too deeply.
    """
    _check(text)
    line, seen = 1, 0
    for token in _TOKEN.finditer(text):
        line += text.count("\n", seen, token.start())
        seen = token.start()
        written = token[0]
        match written[0]:
            case "{":
                builder.open({}, line)
            case "[":
                builder.open([], line)
            case "}" | "]":
                builder.close()
            case '"':
                value = json.loads(written)
                builder.scalar(value, value, line)
            case _:
                builder.scalar(_value(written, line), written, line)


def _check(text: str) -> None:
    try:
        # Numbers stay texts here: this pass only asks whether the text is JSON.
        json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        said = (error.msg[:1].lower() + error.msg[1:]).removesuffix(" at")
        message = f"not JSON: {said} at column {error.colno}."
        raise TextError(message, error.lineno) from None
    except RecursionError:
        raise TextError(f"expected at most {DEEPEST} levels of nesting, got more.", 1) from None


def _value(written: str, line: int) -> object:
    if written in _WORDS:
        return _WORDS[written]
    if written.lstrip("-").isdigit():
        return int(written) if len(written) < 40 else 2**128
    if written[-1:].isdigit():
        return float(written)
    raise TextError(f"not JSON: expected a number, got {written}.", line)
