"""`headers`: header fields a script adds to an answer.

Names are tokens and values are printable (RFC 9110 section 5.5), so nothing a script says can break out of its field. The
fields that frame a message belong to the HTTP layer.
"""

from __future__ import annotations

import re
from typing import Any

from understudy.config.grammar.readers import ByType, Made, MappingOf, Scalar
from understudy.config.grammar.report import Report
from understudy.config.source import Place
from understudy.config.values import Kind, describe, text

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")
_FRAMING = frozenset({"connection", "content-length", "date", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"})


def _value(value: object) -> str:
    written = text(value) if isinstance(value, str) else str(value)
    if not _VALUE.fullmatch(written):
        raise ValueError
    return written.strip()


def _number(value: object) -> str:
    return str(value)


_EXPECTED = "a header value: one line of Latin-1 text"
_TEXT = Scalar(Kind(_EXPECTED, _value, {"type": "string", "pattern": r"^[\t\x20-\x7e\xa0-\xff]*$"}))
_NUMBER = Scalar(Kind(_EXPECTED, _number, {"type": "number"}))


def _names(fields: dict[str, Any], at: Place, report: Report) -> bool:
    wrong = False
    for name in fields:
        if not _NAME.fullmatch(name):
            report.add((*at, name), f"header {describe(name)}: expected a name of letters, digits and hyphens.")
        elif name.lower() in _FRAMING:
            report.add(
                (*at, name), f"header {name!r}: expected a field of the answer, got one the server itself sets. Remove it."
            )
        else:
            continue
        wrong = True
    return not wrong


_FIELDS = MappingOf(ByType(_EXPECTED, text=_TEXT, number=_NUMBER), "a mapping of header names to values", _names)
HEADERS = Made(_FIELDS, lambda fields: tuple(fields.items()))
