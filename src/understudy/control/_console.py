"""The page for people: what the controls tell, live, in a browser.

In: the head of a request. Out: one page that loads nothing from elsewhere, and says of itself that it may not. It holds nothing
of the server: its script asks the controls for that, with the token where one is needed, so that who may not ask sees nothing.
"""

from __future__ import annotations

import re
from functools import cache

from understudy.control._nouns import PREFIX, Page
from understudy.model.http import RequestHead

_INLINE = re.compile(rb"<(style|script)>(.*?)</\1>", re.DOTALL)
_JAVA = "text/html, image/gif, image/jpeg, *"  # what HttpURLConnection asks for whenever its user says nothing
_WEIGHT = re.compile(r"\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*", re.IGNORECASE)


def is_wanted(head: RequestHead) -> bool:
    """Tell whether somebody looks at the list of all controls who would rather have a page than JSON (RFC 9110 12.5.1)."""
    if head.method not in ("GET", "HEAD") or head.path.rstrip("/") != PREFIX.rstrip("/"):
        return False
    accept = head.headers.get("accept", "").lower()
    if accept.startswith(_JAVA):
        return False
    weights: dict[str, float] = {}
    for kind, *parameters in (part.split(";") for part in accept.split(",")):
        weight = next((found for parameter in parameters if (found := _WEIGHT.fullmatch(parameter))), None)
        weights[kind.strip()] = 1.0 if weight is None else float(weight[1])
    otherwise = weights.get("application/*", weights.get("*/*", 0.0))
    return weights.get("text/html", 0.0) > weights.get("application/json", otherwise)


@cache
def page() -> Page:
    """Give the page. Its style and its script are named by their hashes (CSP Level 3, 8.4), so that no other runs in it."""
    from base64 import b64encode  # only who looks at the page waits for these
    from hashlib import sha256
    from importlib.resources import files

    data = files("understudy.control").joinpath("console.html").read_bytes()
    hashes = {kind.decode(): b64encode(sha256(text).digest()).decode() for kind, text in _INLINE.findall(data)}
    allowed = "".join(f"; {kind}-src 'sha256-{made}'" for kind, made in hashes.items())
    policy = f"default-src 'none'{allowed}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    fields = (("content-security-policy", policy), ("referrer-policy", "no-referrer"), ("vary", "accept"))
    return Page(data, "text/html; charset=utf-8", headers=fields)
