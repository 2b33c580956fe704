"""The TLS handshake fails: the server sends a fatal alert instead of its certificate."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from understudy.faults import Fault

Alert = Literal[
    "handshake-failure", "bad-certificate", "certificate-expired", "protocol-version", "internal-error", "unrecognized-name"
]

_NUMBERS: Final[dict[Alert, int]] = {
    "handshake-failure": 40,
    "bad-certificate": 42,
    "certificate-expired": 45,
    "protocol-version": 70,
    "internal-error": 80,
    "unrecognized-name": 112,
}
"""RFC 8446 section 6."""


class TlsFailure(Fault, frozen=True):
    """Refuse TLS handshakes with an `alert` (handshake-failure); no effect on connections without TLS, and on open ones."""

    name: ClassVar[str] = "tls-failure"
    help: ClassVar[str] = "TLS handshakes of new connections fail with an `alert` (handshake-failure)"
    places: ClassVar[tuple[str, ...]] = ()
    alert: Alert = "handshake-failure"

    @property
    def alert_number(self) -> int:
        """The alert as TLS numbers it."""
        return _NUMBERS[self.alert]

    def on_accept(self, *, tls: bool) -> bytes | None:
        """Answer the handshake with the alert."""
        return self.record if tls else None

    @property
    def record(self) -> bytes:
        """The fatal alert as a record on its own, which is the right answer to any ClientHello (RFC 8446 section 6)."""
        return b"\x15\x03\x03\x00\x02\x02%c" % self.alert_number


FAULT = TlsFailure
