"""TLS contexts for a server, with errors that say which file is wrong."""

from __future__ import annotations

import ssl
from functools import partial
from pathlib import Path

from understudy.errors import UsageError


def tls_context(cert: str, key: str | None = None) -> ssl.SSLContext:
    """Make a server's TLS context: TLS 1.2 and up, HTTP/1.1 by ALPN.

    Args:
        cert: PEM file with the certificate chain, and with the key when `key` is None.
        key: PEM file with the private key, without a password.

    Raises:
        UsageError: for a file that cannot be read or used, and for a key that does not belong to the certificate.
    """
    for name, path in (("tls-cert", cert), ("tls-key", key)):
        if path is not None:
            _check_readable(name, path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(cert, key, password=partial(_refuse_password, key or cert))
    except ssl.SSLError as error:
        raise UsageError(_explain(error, cert, key or cert)) from error
    return context


def _check_readable(name: str, path: str) -> None:
    try:
        with Path(path).open("rb"):
            pass
    except OSError as error:
        raise UsageError(f"{name} {path}: expected a PEM file, got: {error.strerror}. Check the path.") from error


def _refuse_password(key: str) -> str:
    """Stand in for the question that OpenSSL would ask on the terminal."""
    raise UsageError(f"tls-key {key}: expected a key without password, got an encrypted one. Decrypt it first.")


def _explain(error: ssl.SSLError, cert: str, key: str) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"tls-key {key}: expected the key of {cert}, got another one. Give the pair that belongs together."
    reason = error.reason or "something else"
    return f"tls-cert {cert}: expected PEM with a certificate and its private key ({key}), got {reason}. Check both files."
