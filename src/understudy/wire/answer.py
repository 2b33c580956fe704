"""An answer read back from its bytes: the fields of its head, and its body without the framing of chunks.

In: bytes as they went out, whole or broken off. Out: values. Knows RFC 9112, no provider.
"""

from __future__ import annotations

from collections.abc import Iterator

BLANK = b"\r\n\r\n"
"""What stands between head and body."""


def fields_of(answer: bytes) -> Iterator[tuple[str, str]]:
    """Read the header fields of an answer, names in lower case; a line that is none is passed over."""
    for line in answer.partition(BLANK)[0].decode("latin-1").split("\r\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            yield name.lower(), value.strip()


def dechunked(data: bytes) -> bytes:
    """Take the framing off a chunked body (RFC 9112 section 7.1); what breaks off is kept as far as it goes, what is no chunk
    as it is.
    """
    found: list[bytes] = []
    at = 0
    while (end := data.find(b"\r\n", at)) >= 0:
        try:
            size = int(data[at:end].partition(b";")[0], 16)
        except ValueError:
            return b"".join([*found, data[at:]])
        if not size:
            break
        found.append(data[end + 2 : end + 2 + size])
        at = end + 2 + size + 2
    return b"".join(found)
