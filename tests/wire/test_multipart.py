"""Forms: fields and files as clients and browsers send them, and what is no form."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.wire.multipart import MultipartError, Part, is_form, parts

FORM = "multipart/form-data; boundary=xyz"


def part(head: str, data: bytes, mark: bytes = b"--xyz") -> bytes:
    return mark + b"\r\n" + head.encode() + b"\r\n\r\n" + data + b"\r\n"


def test_fields_and_files_come_in_the_order_sent():
    body = (
        part('Content-Disposition: form-data; name="model"', b"whisper-1")
        + part('content-disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav', b"\r\n\x00--xy\r\n")
        + part('Content-Disposition: form-data; name="model"', b"")
        + b"--xyz--\r\n"
    )
    assert parts(FORM, body) == [
        Part("model", b"whisper-1"),
        Part("file", b"\r\n\x00--xy\r\n", "a.wav", "audio/wav"),
        Part("model", b""),
    ]
    assert parts(FORM, body)[0].text == "whisper-1"


@pytest.mark.parametrize(
    ("parameters", "filename"),
    [
        ('filename="a;b=\\"c\\".txt"', 'a;b="c".txt'),
        ("filename=bare.txt", "bare.txt"),
        ('filename="C:\\dir\\f.txt"', "C:\\dir\\f.txt"),
        ('filename="a%22b.txt"', 'a"b.txt'),
        ('filename="grün.txt"', "grün.txt"),
        ("filename=\"x\"; filename*=UTF-8''gr%C3%BCn.txt", "grün.txt"),
        ("filename*=iso-8859-1'de'gr%FCn.txt", "grün.txt"),
        ('filename=""', ""),
    ],
)
def test_names_of_files_are_spelled_in_many_ways(parameters, filename):
    body = part(f'Content-Disposition: form-data; name="file"; {parameters}', b"x") + b"--xyz--"
    assert parts(FORM, body)[0].filename == filename


def test_a_preamble_and_what_follows_the_end_are_passed_over():
    body = b"hello\r\n" + part('Content-Disposition: form-data; name="a"', b"1") + b"--xyz--\r\nbye"
    assert parts('multipart/form-data; charset=utf-8; boundary="xyz"', body) == [Part("a", b"1")]


def test_a_form_may_be_empty():
    assert parts(FORM, b"--xyz--\r\n") == []


NAMED = 'Content-Disposition: form-data; name="a"'


@pytest.mark.parametrize(
    ("content_type", "body", "words"),
    [
        ("multipart/form-data", b"", "no boundary"),
        ("multipart/form-data; boundary=" + "x" * 71, b"", "no boundary"),
        (FORM, b"", "does not contain its boundary"),
        (FORM, b"{}", "does not contain its boundary"),
        (FORM, part(NAMED, b"1"), "ends before"),
        (FORM, b"--xyzz\r\n", "not at the end of its line"),
        (FORM, b"--xyz", "not at the end of its line"),
        (FORM, b"--xyz\r\n" + NAMED.encode() + b"\r\n--xyz--", "no head"),
        (FORM, part("X: " + "y" * 9000, b"") + b"--xyz--", "no head"),
        (FORM, part("Content-Disposition: form-data", b"1") + b"--xyz--", "no name"),
        (FORM, part('Content-Disposition: attachment; name="a"', b"1") + b"--xyz--", "no name"),
        (FORM, part(NAMED, b"1") * 1001 + b"--xyz--", "too many parts"),
    ],
)
def test_what_is_no_form_is_refused_in_a_sentence(content_type, body, words):
    with pytest.raises(MultipartError, match=words):
        parts(content_type, body)


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_data_comes_out_as_it_went_in(values):
    mark = b"--0123456789abcdef0123456789abcdef"
    body = b"".join(part(f'Content-Disposition: form-data; name="n{i}"', value, mark) for i, value in enumerate(values))
    found = parts("multipart/form-data; boundary=0123456789abcdef0123456789abcdef", body + mark + b"--\r\n")
    assert found == [Part(f"n{i}", value) for i, value in enumerate(values)]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_form_or_refused(body):
    with suppress(MultipartError):
        assert isinstance(parts(FORM, b"--xyz\r\n" + body), list)


def test_forms_are_told_by_their_type():
    assert is_form("Multipart/Form-Data; boundary=x")
    assert not is_form("application/json")
    assert not is_form("")
