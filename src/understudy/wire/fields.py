"""What header fields may be made of (RFC 9110 section 5): names, values, and those fields that frame a message."""

from __future__ import annotations

import re
from typing import Final

NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A name: a token (section 5.6.2)."""

PRINTABLE: Final = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")
"""A value that people write: one line of Latin-1 text. The wire takes the bytes 0x80 to 0x9f besides (section 5.5)."""

FRAMING: Final = frozenset(
    {"connection", "content-length", "date", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
)
"""Fields that the HTTP layer sets itself, in lower case."""
