"""`headers`: header fields a script adds to an answer.

Names are tokens and values are printable (RFC 9110 section 5.5), so nothing a script says can break out of its field. The
fields that frame a message belong to the HTTP layer.
"""

from __future__ import annotations

from typing import Any

from understudy.config.grammar.readers import ByType, Made, MappingOf, Scalar
from understudy.config.grammar.report import Report
from understudy.config.source import Place
from understudy.config.values import Kind, describe, text
from understudy.wire.fields import FRAMING, NAME, PRINTABLE


def _value(value: object) -> str:
    written = text(value) if isinstance(value, str) else str(value)
    if not PRINTABLE.fullmatch(written):
        raise ValueError
    return written.strip()


def _number(value: object) -> str:
    return str(value)


_EXPECTED = "a header value: one line of Latin-1 text"
_TEXT = Scalar(Kind(_EXPECTED, _value, {"type": "string", "pattern": f"^{PRINTABLE.pattern}$"}))
_NUMBER = Scalar(Kind(_EXPECTED, _number, {"type": "number"}))


def _names(fields: dict[str, Any], at: Place, report: Report) -> bool:
    wrong = False
    for name in fields:
        if not NAME.fullmatch(name):
            report.add((*at, name), f"header {describe(name)}: expected a name of letters, digits and hyphens.")
        elif name.lower() in FRAMING:
            report.add(
                (*at, name), f"header {name!r}: expected a field of the answer, got one the server itself sets. Remove it."
            )
        else:
            continue
        wrong = True
    return not wrong


_FIELDS = MappingOf(ByType(_EXPECTED, text=_TEXT, number=_NUMBER), "a mapping of header names to values", _names)
HEADERS = Made(_FIELDS, lambda fields: tuple(fields.items()))
