"""A secret stands in a prompt."""

from __future__ import annotations

import re
from collections.abc import Iterator

from understudy.text.credentials import LEAST, SURE
from understudy.verdict._attempts import secret_of
from understudy.verdict._check import Check, Limits, Seen
from understudy.verdict._history import History

_LOOKS_SECRET = re.compile(SURE.encode())
_PUBLIC = re.compile(rb"(?:x{6}|0{6}|1234|your|test|example|dummy|fake)", re.IGNORECASE)


def _look(history: History, _limits: Limits) -> Iterator[Seen | None]:
    for one in history.attempts:
        yield None
        body = one.exchange.request.body
        own = secret_of(one).rpartition(" ")[2].encode("latin-1", "replace")
        if len(own) >= LEAST and own in body:
            yield Seen("The body of a request holds the API key it came with.", (one.exchange,))
            continue
        found = [each[0] for each in _LOOKS_SECRET.finditer(body) if not _PUBLIC.search(each[0])]
        kinds = sorted({_kind(each) for each in found})
        if kinds:
            yield Seen(f"The body of a request holds what looks like a secret: {', '.join(kinds)}.", (one.exchange,))


def _kind(secret: bytes) -> str:
    """Show what kind of secret it is, and nothing of it."""
    return "a private key" if secret.startswith(b"-----") else f"{secret[:4].decode()}... of {len(secret)} characters"


CHECK = Check(
    name="leaked-key",
    title="A secret stands in a prompt",
    help=(
        "A request whose body holds its own API key, or something of the form of a key of a well-"
        "known service; placeholders are left out."
    ),
    why=("Prompts are logged, kept and read by others, here and at the provider: the secret is out and must be changed."),
    fix="Find out which text or tool result brings it in, keep it out, and replace the key.",
    look=_look,
    severity="error",
)
