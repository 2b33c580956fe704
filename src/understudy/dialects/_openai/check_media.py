"""Whether pictures and files of a message are spelled as the API reads them: addresses, and data with its type.

In: an address and its path. Out: nothing, or the refusal in the API's words (reports of its users, 2025 and 2026). Looks at
the beginning of the data only, and fetches nothing.
"""

from __future__ import annotations

import re

from understudy.dialects._media import decoded
from understudy.dialects._openai.check import refuse

_ADDRESS = re.compile(r"https?://[^\s/]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*")
_LOOKED_AT = 4096  # characters of data
_BEGINNING = 64  # characters of data that tell a picture
_PICTURES = re.compile(rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP", re.DOTALL)
_PICTURE = ("an image MIME type", "data:image/png;base64,aW1nIGJ5dGVzIGhlcmU=")
_DOCUMENT = ("an application/pdf MIME type", "data:application/pdf;base64,SGVsbG8sIFdvcmxkIQ==")


def picture(url: str, path: str, what: str = "Invalid") -> None:
    """Check the address of a picture; `what` begins the refusal."""
    if url.startswith("data:"):
        _data(url, path, what, _PICTURE, "image/")
    elif not _ADDRESS.match(url):
        refuse(f"{what} '{path}'. Expected a valid URL, but got a value with an invalid format.", path, "invalid_value")


def shown(url: str) -> None:
    """Check that data is a picture of a kind that models see, by how it begins."""
    head, _, data = url.partition(";base64,")
    if head.startswith("data:") and not _PICTURES.match(decoded(data[:_BEGINNING])):
        kinds = "['png', 'jpeg', 'gif', 'webp']"
        reason = f"You uploaded an unsupported image. Please make sure your image has of one the following formats: {kinds}."
        refuse(reason, None, "invalid_image_format")


def document(data: str, path: str) -> None:
    """Check the data of a file that a chat shows: a PDF."""
    if data.startswith("data:"):
        _data(data, path, "Invalid file data:", _DOCUMENT, "application/pdf")
    else:
        _wrong(path, "Invalid file data:", _DOCUMENT, "a value without the 'data:' prefix")


def _data(url: str, path: str, what: str, expected: tuple[str, str], kind: str) -> None:
    head, comma, data = url.partition(",")
    mime, mark, _ = head.removeprefix("data:").partition(";base64")
    if not (comma and mark):
        _wrong(path, what, expected, "a value without the ';base64' separator")
    if not mime.startswith(kind):
        _wrong(path, what, expected, f"unsupported MIME type '{mime}'")
    if not data:
        _wrong(path, what, expected, "empty base64-encoded bytes")
    if not _BASE64.fullmatch(data[:_LOOKED_AT]):
        _wrong(path, what, expected, "an invalid base64-encoded value")


def _wrong(path: str, what: str, expected: tuple[str, str], found: str) -> None:
    kind, example = expected
    message = f"{what} '{path}'. Expected a base64-encoded data URL with {kind} (e.g. '{example}'), but got {found}."
    refuse(message, path, "invalid_value")
