"""Sessions by path: a client that cannot send a header belongs to a session by its base URL.

`/_session/NAME/v1/chat/completions` is `/v1/chat/completions` with the header `X-Understudy-Session: NAME`. In: the head of a
request. Out: the head it stands for.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec.structs import replace

from understudy.model.http import RequestHead

PREFIX: Final = "/_session/"
HEADER: Final = "X-Understudy-Session"
_NAME = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._~-]{1,200}")  # clients take . and .. out of paths (RFC 3986, 5.2.4)


def within(head: RequestHead) -> RequestHead | None:
    """Find the head that a path below a session stands for; None for any other path."""
    if not head.path.startswith(PREFIX):
        return None
    name, slash, rest = head.path.removeprefix(PREFIX).partition("/")
    if not slash or not _NAME.fullmatch(name):
        return None
    path = f"/{rest}"
    target = path + (f"?{head.query}" if head.query else "")
    return replace(head, path=path, target=target, headers={**head.headers, HEADER.lower(): name}, memo=None)


def checked_name(name: str) -> str:
    """Return the name of a session as it is.

    Raises:
        ValueError: when a path cannot hold it.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"session {name!r}: expected 1 to 200 letters, digits or any of . _ ~ -, not . or .. alone")
    return name
