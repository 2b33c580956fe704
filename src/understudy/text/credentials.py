"""What keys of well-known services look like: for who masks them, and for who finds them where they do not belong.

Patterns only, for text and for ASCII bytes alike. Whatever `SURE` finds, a mask that knows `FAMILIES` hides.
"""

from __future__ import annotations

from typing import Final

FAMILIES: Final = r"(?:sk|pk|rk|gsk|hf|gh[pousr]|github_pat|xai|xox[abeprs]|r8|nvapi|pplx|glpat)"
"""What keys begin with, up to their first `-` or `_`."""

PRIVATE_KEY: Final = r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----"
"""What private keys begin with (RFC 7468; OpenPGP's are blocks)."""

SURE: Final = (
    r"(?<![A-Za-z0-9_-])(?:"
    r"sk-[A-Za-z0-9_-]{20,}|gsk_[A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,}|hf_[A-Za-z0-9]{20,}"
    r"|AIza[A-Za-z0-9_-]{30,}|A[KS]IA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}"
    r"|glpat-[A-Za-z0-9_-]{18,}|xox[abeprs]-[A-Za-z0-9-]{15,}|[rs]k_live_[A-Za-z0-9]{16,}"
    rf"|{PRIVATE_KEY})"
)
"""Keys that nothing else looks like, by their length and their characters."""

LEAST: Final = 16
"""Characters of a key that cannot be a word, wherever it stands."""
