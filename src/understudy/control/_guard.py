"""Who may use the controls.

On a loopback address: everybody on this machine, but no web page of another site (its own name for this machine shows in
`Host`, its cross-origin writes in `Origin`). On any other address, or once `control-token` is set: who presents the token. A
browser cannot be made to send that by another site, so a right token settles `Host` too.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from understudy.config.settings import Settings
from understudy.errors import RequestError
from understudy.model.http import RequestHead
from understudy.model.reply import Failure

_READING = ("GET", "HEAD", "OPTIONS")


def admit(head: RequestHead, settings: Settings) -> None:
    """Let a request pass.

    Raises:
        RequestError: 401 or 403 with the reason.
    """
    token = settings.control_token
    if token:
        _check_token(head.headers, token)
    elif not is_loopback(settings.host):
        raise _forbidden(
            f"control API on address {settings.host!r}: expected the setting control-token, got none. "
            "Set it, or listen on 127.0.0.1."
        )
    else:
        _check_host(head.headers.get("host"), settings.host)
    if head.method not in _READING:
        _check_origin(head.headers)


def is_loopback(host: str) -> bool:
    """Tell whether a name or address can only mean this machine."""
    name = host.strip("[]").lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761 section 6.3
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _check_token(headers: Mapping[str, str], token: str) -> None:
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    given = [headers.get("x-understudy-token", ""), bearer.strip() if scheme.lower() == "bearer" else ""]
    # no `any`: how long this takes must not tell which of them was right
    if not sum([hmac.compare_digest(one.encode("latin-1", "replace"), token.encode()) for one in given]):
        raise RequestError(
            Failure(
                401,
                "unauthorized",
                "control token: expected it in X-Understudy-Token or as bearer token, got none that fits.",
                headers=(("www-authenticate", 'Bearer realm="understudy control"'),),
            )
        )


def _check_host(host: str | None, listening: str) -> None:
    """Refuse a name that was made to point at this machine (DNS rebinding); HTTP/1.0 may name no host."""
    if host is None:
        return
    name = _split(f"//{host}").hostname or ""
    if not is_loopback(name) and name != listening.lower():
        raise _forbidden(f"header host {host!r}: expected a loopback name such as localhost. Use that, or set control-token.")


def _check_origin(headers: Mapping[str, str]) -> None:
    """Refuse writes that a web page of another site asks for."""
    origin = headers.get("origin")
    site = headers.get("sec-fetch-site", "none")
    if origin is None and site in ("none", "same-origin"):
        return
    place = _split(origin or "").netloc.lower()
    if not place or place != headers.get("host", "").lower():
        raise _forbidden(f"origin {origin or site!r}: expected a write from this server's own pages or from no page at all.")


def _split(url: str) -> SplitResult:
    """Split a URL; what is none has no parts."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _forbidden(message: str) -> RequestError:
    return RequestError(Failure(403, "forbidden", message))
