"""Secrets taken out of headers, query strings and free text before anything keeps or prints them.

Strings in, strings out. What is left of a secret tells its kind (`Bearer`, `sk-`) and, when it is long, its last four
characters, so that two keys can be told apart.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import parse_qsl, unquote_plus

from understudy.text.credentials import FAMILIES, LEAST, PRIVATE_KEY

HIDDEN = "***"

_LONG = 20  # of a shorter secret even four characters say too much
_TAIL = 4
_PREFIX = re.compile(r"[A-Za-z]{2,5}[-_]")

# What secrets are called, wherever they stand and however it is written: in names of header fields and parameters anywhere, in
# those of members and of fields of forms at the end, for there much is named after them that is none.
_WORDS = r"api[-_]?key|secret|password|passwd|credential|(?:access|private|subscription|functions|secret)[-_]?key"
_SECRET_HEADER = re.compile(rf"auth(?:orization)?$|cookie|token(?!s)|{_WORDS}", re.IGNORECASE)
_SECRET_PARAMETER = re.compile(
    rf"(?:^|[-_.])(?:key|auth|sig|pwd)$|token(?!s)|signature|authorization|{_WORDS}",
    re.IGNORECASE,
)

# Schemes whose credential is one opaque key. Of the others (Basic above all) the last characters may be a password's.
_KEYED = frozenset({"bearer", "token", "key", "apikey", "api-key"})
_SCHEMES = _KEYED | {"basic", "digest", "negotiate", "ntlm", "hawk", "mutual", "aws4-hmac-sha256"}

# What secrets look like, and a sign without which they cannot be there: most texts are done after a few scans in C. Each
# pattern repeats one class at a time, so its time is linear in the text. `kept` stays, `key` is cut short, `gone` vanishes;
# what was cut short before is left alone.
_TOKENS = r"(?:api|access|refresh|auth|authorization|bearer|session|security|csrf)[-_]?token|(?<![a-z])id[-_]?token"
_NAME = rf"(?i:[\w.-]{{0,40}}?(?:{_WORDS}|{_TOKENS}|authorization)s?|(?:set-)?cookie|(?:[\w.-]{{0,40}}[-_.])?pwd)"
_PARAMETER = (
    rf"(?i:[\w.-]{{0,40}}?(?:{_WORDS}|{_TOKENS}|signature|authorization)|(?:[\w.-]{{0,40}}[-_.])?(?:key|token|sig|auth|pwd))"
)
_MEMBER = (  # a name that ends as one of them does, of a text: looked for first, for few do
    r"\"(?=[\w.-]{3,64}(?<=[eE][yYtTnN]|[rRwW][dD]|[aA][lL]|[oO][nN]|[iI][eE]|.[sS])\"\s{0,20}:\s{0,20}(?:\[\s{0,20})?\")"
)
_OPAQUE = rf"(?=[^\"\\]*[0-9])(?=[^\"\\]*[A-Za-z])[\w.~+/=-]{{{LEAST},}}"  # a token of a text is no such value
_OTHER_NAME = (
    r"(?i:(?![\w.-]{0,40}(?:page|pagination|next|continuation|cursor|sync|skip|delta)[-_.]?token)"  # but of a list's page
    r"[\w.-]{0,40}?token)"
)
_OF_TOKEN = rf"(?P<kept>\"(?=[\w.-]{{0,40}}(?<=oken|OKEN)\"){_OTHER_NAME}\"\s{{0,20}}:\s{{0,20}}\")(?P<gone>{_OPAQUE})(?=\")"
_INNER = r"(?P<quote>(?P<deep>\\(?<!\\\\)\\{0,14})\")"  # the quote of JSON in JSON, however deep: 1, 3, 7 or 15 backslashes
_COLON, _COMMA, _LIST = r"\s{0,20}:\s{0,20}", r"\s{0,20},\s{0,20}", r"(?P<list>\[\s{0,20})?"
_STRING = r"[^\"\\]*(?:\\.[^\"\\]*)*"
_ITEMS = rf"(?(list)(?:\"{_COMMA}\"{_STRING})*)"
_ESCAPED = r"(?P=deep)\\(?:(?P=quote)|(?P=deep)\\|[^\"\\])"  # a backslash there is one more than stand before a quote
_STRING_INSIDE = rf"[^\"\\]*(?:{_ESCAPED}[^\"\\]*)*"
_ITEMS_INSIDE = rf"(?(list)(?:(?P=quote){_COMMA}(?P=quote){_STRING_INSIDE})*)"
_OF_TOKEN_INSIDE = (
    rf"(?P<kept>{_INNER}(?=[\w.-]{{0,40}}(?<=oken|OKEN)\\){_OTHER_NAME}(?P=quote){_COLON}(?P=quote))"
    rf"(?P<gone>{_OPAQUE})(?=(?P=quote))"
)
_MODELS = r"hf-|pplx-\d+b-"  # names of models and their owners begin so, keys do not
_VALUE = r"[^&;\s\"'\\#]+"
_SECRETS = tuple(
    (sign, re.compile(pattern, re.ASCII))
    for sign, pattern in (
        ("PRIVATE KEY", rf"(?P<kept>{PRIVATE_KEY})(?!-----END|\\?\")(?P<gone>[^\"]+?)(?=-----END|\\?\"|\Z)"),
        ("earer", r"(?P<kept>\b[Bb]earer[ \t]+)(?![\w-]{0,6}\.{3})(?P<key>[\w.~+/=-]{6,})"),
        ("-", rf"(?<![A-Za-z0-9])(?!{_MODELS})(?P<key>{FAMILIES}-[\w-]{{8,}})"),
        ("_", rf"(?<![A-Za-z0-9])(?P<key>{FAMILIES}_[\w-]{{8,}})"),
        ("eyJ", r"\b(?P<key>eyJ[\w-]{8,}(?:\.[\w-]+){0,2})"),
        ("AIza", r"\b(?P<key>AIza[\w-]{20,})"),
        ("IA", r"\b(?P<key>A[KS]IA[A-Z0-9]{12,})"),
        ("=", rf"(?P<kept>(?:\A|[?&;]){_PARAMETER}=)(?P<gone>{_VALUE})"),
        ("://", r"(?P<kept>://[^\s\"'\\/?#@:]{0,99}:)(?P<gone>[^\s\"'\\/?#@]+)(?=@)"),
        ("form-data", rf"(?P<kept>\bname=\"{_PARAMETER}\"(?:\r?\n[^\r\n]+){{0,9}}\r?\n\r?\n)(?P<gone>[^\r\n]+)"),
        ("asic", r"(?P<kept>\b[Bb]asic[ \t]+)(?P<pair>[A-Za-z0-9+/]{4,}={0,2})"),
        # JSON in JSON, as arguments of calls, and JSON; of a list one mask stands for all that it holds
        (
            '\\"',
            rf"(?P<kept>{_INNER}{_NAME}(?P=quote){_COLON}{_LIST}(?P=quote)(?!(?P=quote)))(?P<gone>{_STRING_INSIDE}{_ITEMS_INSIDE})",
        ),
        ('\\"', _OF_TOKEN_INSIDE),
        (
            '"',
            rf"(?P<kept>{_MEMBER}{_NAME}\"{_COLON}{_LIST}\")(?P<gone>{_STRING}{_ITEMS})",
        ),
        ('oken"', _OF_TOKEN),
        ('OKEN"', _OF_TOKEN),
    )
)

# Fields whose own KEY=VALUE, behind semicolons, hold no secrets: `token=3` is a place. Addresses in them may.
_CONTROLS = frozenset({"x-understudy-fault", "x-understudy-timing"})
_OF_CONTROLS = tuple(
    (sign, re.compile(rf"(?P<kept>[?&]{_PARAMETER}=)(?P<gone>{_VALUE})", re.ASCII) if sign == "=" else pattern)
    for sign, pattern in _SECRETS
)


def secret_free(headers: Mapping[str, str]) -> dict[str, str]:
    """Copy header fields, with secrets masked: those of fields named like one, and those that look like one."""
    return {name: _field(name.lower(), value) for name, value in headers.items()}


def secret_free_query(query: str) -> str:
    """Copy a raw query string, with the values of parameters named like a secret masked."""
    return "&".join(map(_parameter, query.split("&")))


def mask(text: str) -> str:
    """Cut short or hide whatever looks like a secret in a text."""
    return _mask(text, _SECRETS)


def masker(headers: Mapping[str, str], query: str = "") -> Callable[[str], str]:
    """Make what masks the texts of one exchange: the keys its request came with, wherever they stand, and what `mask` does."""
    own = {key: shortened(key) for key in _keys(headers, query) if len(key) >= LEAST}
    if not own:
        return mask

    def mask_own(text: str) -> str:
        for key, shown in own.items():
            text = text.replace(key, shown)
        return mask(text)

    return mask_own


def _keys(headers: Mapping[str, str], query: str) -> Iterator[str]:
    """Find the keys a request came with."""
    for name, value in headers.items():
        if _SECRET_HEADER.search(name) and "cookie" not in name.lower():
            scheme, _, rest = value.strip().rpartition(" ")
            if not scheme or scheme.strip().lower() in _KEYED:
                yield rest
    if query:
        yield from (value for name, value in parse_qsl(query) if _SECRET_PARAMETER.search(name))


def shortened(key: str) -> str:
    """Show the kind of a key and, when it is long, its last four characters."""
    if len(key) < _LONG:
        return HIDDEN
    prefix = _PREFIX.match(key)
    return f"{prefix[0] if prefix else ''}...{key[-_TAIL:]}"


def _mask(text: str, secrets: tuple[tuple[str, re.Pattern[str]], ...]) -> str:
    for sign, pattern in secrets:
        if sign in text:
            text = pattern.sub(_masked, text)
    return text


def _masked(found: re.Match[str]) -> str:
    groups = found.groupdict()
    kept = groups.get("kept") or ""
    if (pair := groups.get("pair")) is not None:
        return kept + (HIDDEN if _is_pair(pair) else pair)
    return kept + (HIDDEN if groups.get("gone") is not None else shortened(groups["key"]))


def _is_pair(text: str) -> bool:
    """Say whether a word behind `Basic` is a name and a password (RFC 7617), and not the next word of a sentence."""
    try:
        pair = a2b_base64(text + "==")
    except ValueError:
        return False
    name, colon, _ = pair.partition(b":")
    if not colon or len(pair) < (3 if name else 6):  # of a word too short anything may become text
        return False
    try:
        said = pair.decode("utf-8" if name else "ascii")  # `Output` is a colon and no text
    except ValueError:  # of an older encoding, in which all bytes mean something
        said = pair.decode("latin-1") if name and name.isascii() else "\0"
    return said.isprintable()


def _field(name: str, value: str) -> str:
    """Mask the value of a header field."""
    if _SECRET_HEADER.search(name):
        return _credential(name, value)
    return _mask(value, _OF_CONTROLS if name in _CONTROLS else _SECRETS)


def _credential(name: str, value: str) -> str:
    """Mask the value of a secret header."""
    if not value:
        return ""
    if "cookie" in name or "passw" in name:
        return HIDDEN
    if not name.endswith(("authorization", "auth")):
        return shortened(value)
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() not in _SCHEMES:
        return HIDDEN
    return f"{scheme} {shortened(rest.strip()) if scheme.lower() in _KEYED else HIDDEN}"


def _parameter(pair: str) -> str:
    name, equals, value = pair.partition("=")
    secret = value and _SECRET_PARAMETER.search(unquote_plus(name))
    return f"{name}={HIDDEN}" if secret else mask(pair) if equals else pair
