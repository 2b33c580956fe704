"""How pictures and files must be spelled, and the API's words for the others."""

from __future__ import annotations

from base64 import b64encode

import pytest

from understudy.dialects._openai import check_media
from understudy.errors import RequestError

PICTURE = (
    "Invalid 'p'. Expected a base64-encoded data URL with an image MIME type (e.g. "
    "'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got {}."
)
DOCUMENT = (
    "Invalid file data: 'p'. Expected a base64-encoded data URL with an application/pdf MIME type (e.g. "
    "'data:application/pdf;base64,SGVsbG8sIFdvcmxkIQ=='), but got {}."
)


def refusal(check, value):
    with pytest.raises(RequestError) as caught:
        check(value, "p")
    failure = caught.value.failure
    assert (failure.status, failure.param, failure.code) == (400, "p", "invalid_value")
    return failure.message


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("data:image/png,AAAA", "a value without the ';base64' separator"),
        ("data:text/plain;base64,AAAA", "unsupported MIME type 'text/plain'"),
        ("data:image/png;base64,", "empty base64-encoded bytes"),
        ("data:image/png;base64,A?AA", "an invalid base64-encoded value"),
    ],
)
def test_data_that_is_no_picture_is_refused(url, found):
    assert refusal(check_media.picture, url) == PICTURE.format(found)


@pytest.mark.parametrize("url", ["", "AAAA", "file:///a.png", "https:///a.png"])
def test_an_address_that_is_none_is_refused(url):
    assert refusal(check_media.picture, url) == "Invalid 'p'. Expected a valid URL, but got a value with an invalid format."


@pytest.mark.parametrize("url", ["https://x.test/a.png", "data:image/jpeg;base64,AAAA", "data:image/png;charset=x;base64,AA=="])
def test_a_picture_is_accepted(url):
    check_media.picture(url, "p")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ("AAAA", "a value without the 'data:' prefix"),
        ("data:image/png;base64,AAAA", "unsupported MIME type 'image/png'"),
    ],
)
def test_a_file_that_is_no_pdf_is_refused(data, found):
    assert refusal(check_media.document, data) == DOCUMENT.format(found)


def test_a_pdf_is_accepted():
    check_media.document("data:application/pdf;base64,JVBERi0=", "p")


@pytest.mark.parametrize("begins", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"GIF87a", b"RIFF\0\0\0\0WEBPVP8 "])
def test_data_that_begins_as_a_picture_is_one(begins):
    check_media.shown("data:image/png;base64," + b64encode(begins + bytes(90)).decode())


@pytest.mark.parametrize("begins", [b"<svg/>", b"BM", b"RIFF\0\0\0\0WAVE", b"%PDF-1.7", b"\0"])
def test_other_data_is_no_picture(begins):
    with pytest.raises(RequestError) as caught:
        check_media.shown("data:image/png;base64," + b64encode(begins + bytes(90)).decode())
    assert (caught.value.failure.code, caught.value.failure.param) == ("invalid_image_format", None)


def test_what_lies_behind_an_address_is_not_looked_at():
    check_media.shown("https://x.test/a.png")
