"""What can be wrong with what strangers write: bodies of requests, answers of servers, files."""

from __future__ import annotations

from typing import Final

import msgspec

NOT_JSON: Final = (msgspec.DecodeError, RecursionError, UnicodeError)
"""What reading JSON may raise: it is none or of another shape, is nested too deep, its bytes are no UTF-8."""
